// The C interface with owners and defaults, for C++11 and later: header only, no exceptions,
// nothing beyond impasto.h and impasto_vulkan.h, whose functions are called as they are.
//
//     Impasto::Failure failure;
//     Impasto::Context context = Impasto::create_context(nullptr, failure);
//     Impasto::Weights weights = Impasto::load_weights("builtin", failure);
//     Impasto::Image content = Impasto::load_image("photo.jpg", failure);
//     Impasto::Image style = Impasto::load_image("painting.jpg", failure);
//     auto options = Impasto::session_options();
//     Impasto::Session session = Impasto::create_session(context.get(), weights.get(),
//     content.get(),
//                                                        {style.get()}, options, failure);
//     if (!session) puts(failure.message.c_str());
//     impasto_session_run(session.get(), nullptr, nullptr);
//
// Owners are std::unique_ptr; a function that fails returns an empty one and fills `failure`, and
// one that is given an empty handle fails likewise, so that the first failure shows at the end.
#ifndef IMPASTO_HPP
#define IMPASTO_HPP

#include <memory>
#include <string>
#include <vector>

#include "impasto/impasto.h"
#include "impasto/impasto_vulkan.h"

namespace Impasto {

template <typename Handle, void (*destroy)(Handle*)>
struct Destroy {
    void operator()(Handle* handle) const { destroy(handle); }
};
template <typename Handle, void (*destroy)(Handle*)>
using Owner = std::unique_ptr<Handle, Destroy<Handle, destroy>>;

using Context = Owner<ImpastoContext, impasto_context_destroy>;
using Image = Owner<ImpastoImage, impasto_image_destroy>;
using Weights = Owner<ImpastoWeights, impasto_weights_destroy>;
using Session = Owner<ImpastoSession, impasto_session_destroy>;
using Probe = Owner<ImpastoProbe, impasto_probe_destroy>;
// Of functions that hand over memory, e.g. Impasto::Bytes(bytes) of impasto_session_snapshot.
using Bytes = Owner<void, impasto_free>;

// What went wrong first; untouched while nothing does.
struct Failure {
    ImpastoResult result = IMPASTO_SUCCESS;
    std::string message;
};

// A struct of the interface, zero but for its struct_size.
template <typename Struct>
Struct make() {
    Struct made = Struct();
    made.struct_size = sizeof(Struct);
    return made;
}

inline ImpastoSessionOptions session_options() {
    ImpastoSessionOptions options = make<ImpastoSessionOptions>();
    impasto_session_options_default(&options);
    return options;
}

namespace detail {

// Calls create(&handle, message, size).
template <typename Owned, typename Create>
Owned created(Failure& failure, Create create) {
    char message[512] = "";
    typename Owned::pointer handle = nullptr;
    const ImpastoResult result = create(&handle, message, sizeof message);
    if (result != IMPASTO_SUCCESS && failure.result == IMPASTO_SUCCESS) {
        failure.result = result;
        failure.message = message;
    }
    return Owned(handle);
}

}  // namespace detail

inline Context create_context(const ImpastoContextOptions* options, Failure& failure) {
    return detail::created<Context>(failure, [&](ImpastoContext** made, char* text, size_t size) {
        return impasto_context_create(options, made, text, size);
    });
}

inline Weights load_weights(const char* source, Failure& failure,
                            const ImpastoWeightsOptions* options = nullptr) {
    return detail::created<Weights>(failure, [&](ImpastoWeights** made, char* text, size_t size) {
        return impasto_weights_load(source, options, made, text, size);
    });
}

inline Image load_image(const char* path, Failure& failure) {
    return detail::created<Image>(failure, [&](ImpastoImage** made, char* text, size_t size) {
        return impasto_image_load(path, made, text, size);
    });
}

inline Session create_session(ImpastoContext* context, const ImpastoWeights* weights,
                              const ImpastoImage* content,
                              const std::vector<const ImpastoImage*>& styles,
                              const ImpastoSessionOptions& options, Failure& failure) {
    return detail::created<Session>(failure, [&](ImpastoSession** made, char* text, size_t size) {
        return impasto_session_create(context, weights, content, styles.data(),
                                      static_cast<uint32_t>(styles.size()), &options, made, text,
                                      size);
    });
}

inline Session create_hosted_session(ImpastoContext* context, const ImpastoWeights* weights,
                                     const ImpastoSource& content,
                                     const std::vector<ImpastoSource>& styles,
                                     const ImpastoSessionOptions& options,
                                     const ImpastoHosting& hosting, Failure& failure) {
    return detail::created<Session>(failure, [&](ImpastoSession** made, char* text, size_t size) {
        return impasto_session_create_hosted(context, weights, &content, styles.data(),
                                             static_cast<uint32_t>(styles.size()), &options,
                                             &hosting, made, text, size);
    });
}

}  // namespace Impasto

#endif
