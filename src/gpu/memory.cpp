#include "gpu/memory.h"

#include <algorithm>
#include <iterator>

#include "gpu/device.h"
#include "gpu/errors.h"

namespace impasto::gpu {

void DeviceMemory::use(const MemoryBlock& block) {
    block_ = block;
    gaps_ = {{block.offset, block.offset + block.bytes}};
}

VkDeviceSize DeviceMemory::left() const {
    const std::lock_guard lock(mutex_);
    VkDeviceSize sum = 0;
    for (const Gap& gap : gaps_) {
        sum += gap.end - gap.begin;
    }
    return sum;
}

VkDeviceSize DeviceMemory::largest_free() const {
    const std::lock_guard lock(mutex_);
    VkDeviceSize most = 0;
    for (const Gap& gap : gaps_) {
        most = std::max(most, gap.end - gap.begin);
    }
    return most;
}

// The smallest gap that is long enough, from its beginning.
bool DeviceMemory::from_block(const MemoryRequest& request, Allocation& allocation) {
    const std::lock_guard lock(mutex_);
    // Allocations have at most one gap more than there are of them: free() never grows it.
    gaps_.reserve(taken_ + 2);
    const auto length = [](const Gap& gap) { return gap.end - gap.begin; };
    const auto begin_in = [&](const Gap& gap) {
        return (gap.begin + request.alignment - 1) / request.alignment * request.alignment;
    };
    auto best = gaps_.end();
    for (auto gap = gaps_.begin(); gap != gaps_.end(); ++gap) {
        if (begin_in(*gap) + request.bytes <= gap->end &&
            (best == gaps_.end() || length(*gap) < length(*best))) {
            best = gap;
        }
    }
    if (best == gaps_.end()) {
        return false;
    }
    const VkDeviceSize best_begin = begin_in(*best);
    const Gap before{best->begin, best_begin};
    const Gap behind{best_begin + request.bytes, best->end};
    best = gaps_.erase(best);
    for (const Gap& rest : {behind, before}) {
        if (length(rest) > 0) {
            best = gaps_.insert(best, rest);
        }
    }
    ++taken_;
    allocation = {block_.memory, best_begin, request.bytes,
                  nullptr,       nullptr,    Allocation::Source::kBlock};
    return true;
}

Result<Allocation> DeviceMemory::from_driver(const MemoryRequest& request,
                                             const std::string& what) {
    const DeviceFunctions& vk = device_.vk();
    VkMemoryAllocateFlagsInfo address_flag{};
    address_flag.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO;
    address_flag.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
    VkMemoryAllocateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
    info.pNext = device_.capabilities().addresses ? &address_flag : nullptr;
    info.allocationSize = request.bytes;
    info.memoryTypeIndex = request.type;
    Allocation made;
    made.bytes = request.bytes;
    made.source = Allocation::Source::kDriver;
    VkResult result = vk.AllocateMemory(device_.handle(), &info, nullptr, &made.memory);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "allocating " + format_bytes(request.bytes) + " for " + what);
    }
    if (request.use == MemoryUse::kHost) {
        result = vk.MapMemory(device_.handle(), made.memory, 0, VK_WHOLE_SIZE, 0, &made.mapped);
        if (result != VK_SUCCESS) {
            vk.FreeMemory(device_.handle(), made.memory, nullptr);
            return vulkan_error(result, "mapping memory for " + what);
        }
    }
    return made;
}

Result<Allocation> DeviceMemory::allocate(const MemoryRequest& request, const std::string& what) {
    Allocation made;
    if (has_block() && request.use == MemoryUse::kBuffer) {
        if (request.type != block_.type) {
            return Error{ErrorCode::kInvalidArgument,
                         "the memory that the host lends is of type " +
                             std::to_string(block_.type) + ", and buffers of this device are of " +
                             std::to_string(request.type) + ": lend memory of that type"};
        }
        if (!from_block(request, made)) {
            return Error{ErrorCode::kOutOfMemory,
                         what + " needs " + format_bytes(request.bytes) +
                             " in one piece of the memory that the host lends, which has " +
                             format_bytes(largest_free()) + " left: lend more"};
        }
    } else if (callbacks_.allocate) {
        const std::lock_guard lock(mutex_);
        if (!callbacks_.allocate(request, device_.capabilities().addresses, made)) {
            return Error{ErrorCode::kOutOfMemory, "the host's allocator has no " +
                                                      format_bytes(request.bytes) + " for " + what};
        }
        made.bytes = request.bytes;
        made.source = Allocation::Source::kCallbacks;
    } else {
        auto driver = from_driver(request, what);
        if (!driver) {
            return driver.error();
        }
        made = *driver;
    }
    device_.account(static_cast<std::int64_t>(made.bytes));
    return made;
}

void DeviceMemory::free(Allocation& allocation) {
    switch (allocation.source) {
        case Allocation::Source::kNone:
            return;
        case Allocation::Source::kDriver:
            device_.vk().FreeMemory(device_.handle(), allocation.memory, nullptr);
            break;
        case Allocation::Source::kCallbacks: {
            const std::lock_guard lock(mutex_);
            callbacks_.free(allocation);
            break;
        }
        case Allocation::Source::kBlock: {
            const std::lock_guard lock(mutex_);
            Gap gap{allocation.offset, allocation.offset + allocation.bytes};
            auto next = std::find_if(gaps_.begin(), gaps_.end(),
                                     [&](const Gap& other) { return other.begin >= gap.end; });
            if (next != gaps_.end() && next->begin == gap.end) {
                gap.end = next->end;
                next = gaps_.erase(next);
            }
            if (next != gaps_.begin() && std::prev(next)->end == gap.begin) {
                std::prev(next)->end = gap.end;
            } else {
                gaps_.insert(next, gap);
            }
            --taken_;
            break;
        }
    }
    device_.account(-static_cast<std::int64_t>(allocation.bytes));
    allocation = {};
}

}  // namespace impasto::gpu
