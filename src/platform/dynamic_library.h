// A shared library opened at run time (the Vulkan loader).
#pragma once

#include <span>

namespace impasto::platform {

class DynamicLibrary {
  public:
    DynamicLibrary() = default;
    // Opens the first of `names` that the system finds; is_open() tells whether one was.
    explicit DynamicLibrary(std::span<const char* const> names);
    ~DynamicLibrary();
    DynamicLibrary(DynamicLibrary&& other) noexcept;
    DynamicLibrary& operator=(DynamicLibrary&& other) noexcept;

    bool is_open() const { return handle_ != nullptr; }
    // The address of an exported function, or nullptr.
    void* symbol(const char* name) const;

  private:
    void* handle_ = nullptr;
};

}  // namespace impasto::platform
