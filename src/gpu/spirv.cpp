#include "gpu/spirv.h"

#include <map>

namespace impasto::gpu {

namespace {

// Numbers of the SPIR-V specification, chapter 3.
constexpr std::uint32_t kOpConstant = 43;     // type, result, value
constexpr std::uint32_t kOpAccessChain = 65;  // type, result, variable, index
constexpr std::uint32_t kOpDecorate = 71;     // target, decoration, value
constexpr std::uint32_t kDecorationBuiltIn = 11;
constexpr std::uint32_t kBuiltInNumWorkgroups = 24;
constexpr std::size_t kHeaderWords = 5;

constexpr std::uint32_t kAllAxes = 7;

}  // namespace

std::uint32_t strided_axes(std::span<const std::uint32_t> code) {
    std::uint32_t group_count = 0;  // gl_NumWorkGroups; ids begin at 1
    std::map<std::uint32_t, std::uint32_t> constants;
    std::uint32_t axes = 0;
    for (std::size_t at = kHeaderWords; at < code.size();) {
        // An instruction: its length in words and its number, then its operands.
        const std::uint32_t length = code[at] >> 16;
        const std::uint32_t number = code[at] & 0xffffu;
        if (length == 0 || length > code.size() - at) {
            return kAllAxes;
        }
        const auto operands = code.subspan(at + 1, length - 1);
        at += length;
        if (number == kOpDecorate && operands.size() == 3 && operands[1] == kDecorationBuiltIn &&
            operands[2] == kBuiltInNumWorkgroups) {
            group_count = operands[0];
        } else if (number == kOpConstant && operands.size() == 3) {
            constants[operands[1]] = operands[2];
        } else if (number == kOpAccessChain && operands.size() == 4 && group_count != 0 &&
                   operands[2] == group_count) {
            const auto component = constants.find(operands[3]);
            if (component == constants.end() || component->second > 2) {
                return kAllAxes;
            }
            axes |= 1u << component->second;
        }
    }
    // It is there and read in a way of which nothing is known here.
    return group_count != 0 && axes == 0 ? kAllAxes : axes;
}

}  // namespace impasto::gpu
