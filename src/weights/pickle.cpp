#include "weights/pickle.h"

#include <unordered_map>

#include "weights/pickle_format.h"

namespace impasto {
namespace {

// A whole VGG19 has some two thousand values.
constexpr std::size_t kMostValues = 1'000'000;
constexpr std::size_t kMostDimensions = 8;
// No function or description in the list takes more.
constexpr std::size_t kMostArguments = 16;

Error damaged(const std::string& what) {
    return {ErrorCode::kWeights, "the PyTorch file is damaged: " + what};
}

class Machine {
  public:
    explicit Machine(std::span<const std::byte> bytes) : bytes_(bytes) {}

    Result<Pickle> run();

  private:
    // One instruction; sets done_ at STOP.
    Status step();
    Status call(PickleRef function, PickleRef arguments);
    Status make_tensor(const std::vector<PickleRef>& arguments);
    Status persistent_storage(PickleRef description);
    Status set_items(const std::vector<PickleRef>& items);
    Status append_items(const std::vector<PickleRef>& items);
    Status ordered_dict(const std::vector<PickleRef>& arguments);
    Status build();

    // The operands. They note a failure and give an empty value; step() reports it.
    std::uint64_t number(std::size_t size);
    std::string text(std::uint64_t size);
    std::string line();
    PickleRef pop();
    PickleRef top();
    std::vector<PickleRef> pop_to_mark();

    void push(PickleValue value);
    void push(PickleKind kind, std::int64_t integer = 0) {
        PickleValue value;
        value.kind = kind;
        value.integer = integer;
        push(std::move(value));
    }
    void push_text(std::string text);
    void push_tuple(std::size_t count);
    void put(std::uint64_t key) { memo_[key] = top(); }
    void get(std::uint64_t key);
    bool sizes(PickleRef ref, std::vector<std::uint64_t>& out) const;
    bool is(PickleRef ref, PickleKind kind) const { return values_[ref].kind == kind; }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    std::vector<PickleValue> values_;
    std::vector<PickleRef> stack_;
    std::vector<std::size_t> marks_;  // heights of the stack
    std::unordered_map<std::uint64_t, PickleRef> memo_;
    std::size_t copied_ = 0;  // items that calls copied; a pickle may call with one list often
    bool failed_ = false;     // an operand ran past the end, or the stack below its bottom
    bool done_ = false;
};

std::uint64_t Machine::number(std::size_t size) {
    if (bytes_.size() - at_ < size) {
        failed_ = true;
        return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) {
        value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at_ + i]);
    }
    at_ += size;
    return value;
}

std::string Machine::text(std::uint64_t size) {
    if (size > bytes_.size() - at_) {
        failed_ = true;
        return {};
    }
    const auto* begin = reinterpret_cast<const char*>(bytes_.data() + at_);
    at_ += static_cast<std::size_t>(size);
    return {begin, static_cast<std::size_t>(size)};
}

std::string Machine::line() {
    constexpr std::size_t kLongestLine = 256;
    std::string text;
    while (at_ < bytes_.size() && text.size() < kLongestLine) {
        const char c = static_cast<char>(bytes_[at_++]);
        if (c == '\n') {
            return text;
        }
        text += c;
    }
    failed_ = true;
    return {};
}

PickleRef Machine::top() {
    // What lies under an open mark belongs to the instructions before it.
    const std::size_t bottom = marks_.empty() ? 0 : marks_.back();
    if (stack_.size() <= bottom) {
        failed_ = true;
        return 0;
    }
    return stack_.back();
}

PickleRef Machine::pop() {
    const PickleRef ref = top();
    if (!failed_) {
        stack_.pop_back();
    }
    return ref;
}

std::vector<PickleRef> Machine::pop_to_mark() {
    if (marks_.empty()) {
        failed_ = true;
        return {};
    }
    const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleRef> items(from, stack_.end());
    stack_.erase(from, stack_.end());
    marks_.pop_back();
    return items;
}

void Machine::push(PickleValue value) {
    stack_.push_back(static_cast<PickleRef>(values_.size()));
    values_.push_back(std::move(value));
}

void Machine::push_text(std::string text) {
    PickleValue value;
    value.kind = PickleKind::kText;
    value.text = std::move(text);
    push(std::move(value));
}

void Machine::push_tuple(std::size_t count) {
    PickleValue tuple;
    tuple.kind = PickleKind::kTuple;
    tuple.items.resize(count);
    for (std::size_t i = count; i-- > 0;) {
        tuple.items[i] = pop();
    }
    push(std::move(tuple));
}

void Machine::get(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) {
        failed_ = true;
        return;
    }
    stack_.push_back(found->second);
}

bool Machine::sizes(PickleRef ref, std::vector<std::uint64_t>& out) const {
    const PickleValue& value = values_[ref];
    if (value.kind != PickleKind::kTuple || value.items.size() > kMostDimensions) {
        return false;
    }
    for (const PickleRef item : value.items) {
        const PickleValue& size = values_[item];
        if (size.kind != PickleKind::kInteger || size.integer < 0) {
            return false;
        }
        out.push_back(static_cast<std::uint64_t>(size.integer));
    }
    return true;
}

// ('storage', type, key, location, elements) and in the legacy form one more: None, or a view
// (key, offset, elements) into the storage.
Status Machine::persistent_storage(PickleRef description) {
    const std::vector<PickleRef>& parts = values_[description].items;
    if (!is(description, PickleKind::kTuple) || (parts.size() != 5 && parts.size() != 6) ||
        !is(parts[0], PickleKind::kText) || values_[parts[0]].text != "storage" ||
        !is(parts[1], PickleKind::kGlobal) || !is(parts[2], PickleKind::kText) ||
        !is(parts[4], PickleKind::kInteger) || values_[parts[4]].integer < 0) {
        return damaged("a storage is described in an unknown way");
    }
    const KnownGlobal* type = find_global(values_[parts[1]].text);
    if (type == nullptr || type->role != Role::kStorage) {
        return damaged("'" + printable(values_[parts[1]].text) + "' is no type of storage");
    }
    PickleValue storage;
    storage.kind = PickleKind::kStorage;
    storage.dtype = type->dtype;
    storage.text = values_[parts[2]].text;
    storage.integer = values_[parts[4]].integer;
    if (parts.size() == 6 && !is(parts[5], PickleKind::kNone)) {
        const std::vector<PickleRef>& view = values_[parts[5]].items;
        if (!is(parts[5], PickleKind::kTuple) || view.size() != 3 ||
            !is(view[1], PickleKind::kInteger) || values_[view[1]].integer < 0) {
            return damaged("a view of a storage is described in an unknown way");
        }
        storage.offset = static_cast<std::uint64_t>(values_[view[1]].integer);
    }
    push(std::move(storage));
    return {};
}

// (storage, offset, size, stride[, requires_grad, backward_hooks[, metadata]])
Status Machine::make_tensor(const std::vector<PickleRef>& arguments) {
    PickleValue tensor;
    tensor.kind = PickleKind::kTensor;
    if (arguments.size() < 4 || !is(arguments[0], PickleKind::kStorage) ||
        !is(arguments[1], PickleKind::kInteger) || values_[arguments[1]].integer < 0 ||
        !sizes(arguments[2], tensor.shape) || !sizes(arguments[3], tensor.strides) ||
        tensor.shape.size() != tensor.strides.size()) {
        return damaged("a tensor is described in an unknown way");
    }
    tensor.items = {arguments[0]};
    tensor.offset = static_cast<std::uint64_t>(values_[arguments[1]].integer);
    push(std::move(tensor));
    return {};
}

Status Machine::set_items(const std::vector<PickleRef>& items) {
    const PickleRef dict = top();
    if (failed_ || !is(dict, PickleKind::kDict) || items.size() % 2 != 0) {
        return damaged("it sets items of what is no dictionary");
    }
    auto& all = values_[dict].items;
    all.insert(all.end(), items.begin(), items.end());
    return {};
}

Status Machine::append_items(const std::vector<PickleRef>& items) {
    const PickleRef list = top();
    if (failed_ || !is(list, PickleKind::kList)) {
        return damaged("it appends to what is no list");
    }
    auto& all = values_[list].items;
    all.insert(all.end(), items.begin(), items.end());
    return {};
}

// OrderedDict(), or as Python 2 wrote it OrderedDict([[key, value], ...]).
Status Machine::ordered_dict(const std::vector<PickleRef>& arguments) {
    PickleValue dict;
    dict.kind = PickleKind::kDict;
    if (!arguments.empty()) {
        if (arguments.size() != 1 || !is(arguments[0], PickleKind::kList)) {
            return damaged("an OrderedDict is described in an unknown way");
        }
        copied_ += values_[arguments[0]].items.size();
        if (copied_ > kMostValues) {
            return damaged("its pickle has more than a million values");
        }
        for (const PickleRef pair : values_[arguments[0]].items) {
            const PickleValue& value = values_[pair];
            if ((value.kind != PickleKind::kList && value.kind != PickleKind::kTuple) ||
                value.items.size() != 2) {
                return damaged("an OrderedDict is described in an unknown way");
            }
            dict.items.insert(dict.items.end(), value.items.begin(), value.items.end());
        }
    }
    push(std::move(dict));
    return {};
}

Status Machine::call(PickleRef function, PickleRef arguments) {
    if (!is(function, PickleKind::kGlobal) || !is(arguments, PickleKind::kTuple) ||
        values_[arguments].items.size() > kMostArguments) {
        return damaged("it calls what is no function");
    }
    const std::string name = values_[function].text;
    const std::vector<PickleRef> items = values_[arguments].items;
    switch (find_global(name)->role) {
        case Role::kOrderedDict:
            return ordered_dict(items);
        case Role::kTensor:
        case Role::kTensorV2:
            return make_tensor(items);
        case Role::kSize:
            if (items.size() == 1 && is(items[0], PickleKind::kTuple)) {
                stack_.push_back(items[0]);
                return {};
            }
            break;
        case Role::kParameter:
            if (!items.empty() && is(items[0], PickleKind::kTensor)) {
                stack_.push_back(items[0]);
                return {};
            }
            break;
        case Role::kStorage:
            break;
    }
    return damaged("'" + name + "' is called in an unknown way");
}

// Attributes given to an object after it was made. State dictionaries have a _metadata, which says
// nothing about the tensors.
Status Machine::build() {
    const PickleRef state = pop();
    const PickleRef object = top();
    if (failed_ || !is(state, PickleKind::kDict) || !is(object, PickleKind::kDict)) {
        return damaged("it changes an object in an unknown way");
    }
    return {};
}

Status Machine::step() {
    const auto code = static_cast<std::uint8_t>(number(1));
    switch (static_cast<Op>(code)) {
        case Op::kProto:
            if (const std::uint64_t version = number(1); !failed_ && version != 2) {
                return damaged("its pickle has protocol " + std::to_string(version) +
                               ", which torch.save does not use by default (2 is wanted)");
            }
            break;
        case Op::kStop:
            done_ = true;
            break;
        case Op::kMark:
            marks_.push_back(stack_.size());
            break;
        case Op::kPop:
            pop();
            break;
        case Op::kNone:
            push(PickleKind::kNone);
            break;
        case Op::kNewTrue:
        case Op::kNewFalse:
            push(PickleKind::kBool, static_cast<Op>(code) == Op::kNewTrue ? 1 : 0);
            break;
        case Op::kBinInt1:
            push(PickleKind::kInteger, static_cast<std::int64_t>(number(1)));
            break;
        case Op::kBinInt2:
            push(PickleKind::kInteger, static_cast<std::int64_t>(number(2)));
            break;
        case Op::kBinInt:
            push(PickleKind::kInteger, static_cast<std::int32_t>(number(4)));
            break;
        case Op::kLong1: {
            const std::size_t size = static_cast<std::size_t>(number(1));
            if (size > 8) {
                return damaged("it holds an integer of " + std::to_string(size) + " bytes");
            }
            std::uint64_t value = number(size);
            if (size > 0 && size < 8 && (value >> (8 * size - 1)) != 0) {
                value |= ~std::uint64_t{0} << (8 * size);  // the sign
            }
            push(PickleKind::kInteger, static_cast<std::int64_t>(value));
            break;
        }
        case Op::kBinFloat:
            number(8);
            push(PickleKind::kReal);
            break;
        case Op::kShortBinString:
            push_text(text(number(1)));
            break;
        case Op::kBinString:
        case Op::kBinUnicode:
            push_text(text(number(4)));
            break;
        case Op::kEmptyTuple:
            push_tuple(0);
            break;
        case Op::kTuple1:
            push_tuple(1);
            break;
        case Op::kTuple2:
            push_tuple(2);
            break;
        case Op::kTuple3:
            push_tuple(3);
            break;
        case Op::kTuple: {
            PickleValue tuple;
            tuple.kind = PickleKind::kTuple;
            tuple.items = pop_to_mark();
            push(std::move(tuple));
            break;
        }
        case Op::kEmptyList:
            push(PickleKind::kList);
            break;
        case Op::kEmptyDict:
            push(PickleKind::kDict);
            break;
        case Op::kAppend:
            return append_items({pop()});
        case Op::kAppends:
            return append_items(pop_to_mark());
        case Op::kSetItem: {
            const PickleRef value = pop();
            return set_items({pop(), value});
        }
        case Op::kSetItems:
            return set_items(pop_to_mark());
        case Op::kBinPut:
            put(number(1));
            break;
        case Op::kLongBinPut:
            put(number(4));
            break;
        case Op::kBinGet:
            get(number(1));
            break;
        case Op::kLongBinGet:
            get(number(4));
            break;
        case Op::kGlobal: {
            const std::string module = line();
            const std::string name = module + " " + line();
            if (!failed_ && find_global(name) == nullptr) {
                return Error{ErrorCode::kWeights,
                             "the PyTorch file names '" + printable(name) +
                                 "', which is not part of a file of tensors; save the model's "
                                 "state_dict() alone"};
            }
            PickleValue global;
            global.kind = PickleKind::kGlobal;
            global.text = name;
            push(std::move(global));
            break;
        }
        case Op::kBinPersId: {
            const PickleRef description = pop();
            return failed_ ? Status() : persistent_storage(description);
        }
        case Op::kReduce: {
            const PickleRef arguments = pop();
            const PickleRef function = pop();
            return failed_ ? Status() : call(function, arguments);
        }
        case Op::kBuild:
            return build();
        default:
            return damaged("its pickle has the unknown instruction " + std::to_string(code) +
                           " at byte " + std::to_string(at_ - 1));
    }
    return {};
}

Result<Pickle> Machine::run() {
    while (!done_) {
        if (values_.size() > kMostValues || stack_.size() > kMostValues ||
            marks_.size() > kMostValues || memo_.size() > kMostValues) {
            return damaged("its pickle has more than a million values");
        }
        IMPASTO_TRY(step());
        if (failed_) {
            return damaged("its pickle ends early or makes no sense before byte " +
                           std::to_string(at_));
        }
    }
    const PickleRef root = pop();
    if (failed_) {
        return damaged("its pickle holds nothing");
    }
    return Pickle{std::move(values_), root, at_};
}

}  // namespace

Result<Pickle> read_pickle(std::span<const std::byte> bytes) { return Machine(bytes).run(); }

}  // namespace impasto
