// The C interface with owners and defaults, for C++11 and later: header only, no exceptions,
// nothing beyond the C headers that it includes, whose functions are called as they are.
//
//     Impasto::Failure failure;
//     Impasto::Context context = Impasto::create_context(nullptr, failure);
//     Impasto::Weights weights = Impasto::load_weights("builtin", failure);
//     Impasto::Image content = Impasto::load_image("photo.jpg", failure);
//     Impasto::Image style = Impasto::load_image("painting.jpg", failure);
//     auto options = Impasto::session_options();
//     Impasto::Session session = Impasto::create_session(
//         context.get(), weights.get(), content.get(), {style.get()}, options, failure);
//     if (!session) puts(failure.message.c_str());
//     impasto_session_run(session.get(), nullptr, nullptr);
//
// Owners are std::unique_ptr; a function that fails returns an empty one and fills `failure`. One
// that is given a `failure` that is filled already does nothing and returns an empty owner, so that
// calls can follow each other and the first failure shows at the end: an empty handle would stand
// for something else to some functions (no weights are the built-in encoder's). Not thread-safe
// beyond what impasto.h says of the handles; a Failure is one thread's.
#ifndef IMPASTO_HPP
#define IMPASTO_HPP

#include <memory>
#include <string>
#include <vector>

#include "impasto/impasto.h"
#include "impasto/impasto_gltf.h"
#include "impasto/impasto_material.h"
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
using Material = Owner<ImpastoMaterial, impasto_material_destroy>;
using Gltf = Owner<ImpastoGltf, impasto_gltf_destroy>;
// Of functions that hand over memory, e.g. Impasto::Bytes(bytes) of impasto_session_snapshot.
using Bytes = Owner<void, impasto_free>;

// Of a hosted session: it goes once the device has finished `frame`, or its last slice where that
// is a later one (impasto_session_destroy_after), so that it may be let go in any frame. Where
// something samples the result image longer, say by get_deleter().frame which frame is the last.
struct DestroyAfter {
    uint64_t frame = 0;
    void operator()(ImpastoSession* session) const {
        impasto_session_destroy_after(session, frame);
    }
};
using HostedSession = std::unique_ptr<ImpastoSession, DestroyAfter>;

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

inline ImpastoGltfOptions gltf_options() {
    ImpastoGltfOptions options = make<ImpastoGltfOptions>();
    impasto_gltf_options_default(&options);
    return options;
}

namespace detail {

// Calls act(message, size), unless something has failed before; true when it succeeded.
template <typename Act>
bool acted(Failure& failure, Act act) {
    if (failure.result != IMPASTO_SUCCESS) {
        return false;
    }
    char message[2048] = "";
    const ImpastoResult result = act(message, sizeof message);
    if (result != IMPASTO_SUCCESS) {
        failure.result = result;
        failure.message = message;
    }
    return result == IMPASTO_SUCCESS;
}

// Calls create(&handle, message, size), unless something has failed before.
template <typename Owned, typename Create>
Owned created(Failure& failure, Create create) {
    if (failure.result != IMPASTO_SUCCESS) {
        return Owned();
    }
    typename Owned::pointer handle = nullptr;
    acted(failure, [&](char* message, size_t size) { return create(&handle, message, size); });
    return Owned(handle);
}

// Likewise of ask(), whose message the session keeps. NOT_READY is no failure.
template <typename Ask>
void answered(ImpastoSession* session, Failure& failure, Ask ask) {
    if (failure.result != IMPASTO_SUCCESS) {
        return;
    }
    const ImpastoResult result = ask();
    if (result < IMPASTO_SUCCESS) {
        failure.result = result;
        char message[512] = "";
        impasto_session_copy_message(session, message, sizeof message);
        failure.message = message;
    }
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

// From a file's bytes, which are not needed afterwards.
inline Weights load_weights(const void* bytes, size_t size, const char* name, Failure& failure,
                            const ImpastoWeightsOptions* options = nullptr) {
    return detail::created<Weights>(failure, [&](ImpastoWeights** made, char* text, size_t room) {
        return impasto_weights_load_memory(bytes, size, name, options, made, text, room);
    });
}

inline Image load_image(const char* path, Failure& failure) {
    return detail::created<Image>(failure, [&](ImpastoImage** made, char* text, size_t size) {
        return impasto_image_load(path, made, text, size);
    });
}

// Of pixels, which are copied: `rgb` planar (3, height, width), `alpha` (height, width) or null.
inline Image create_image(int width, int height, const float* rgb, const float* alpha,
                          Failure& failure) {
    return detail::created<Image>(failure, [&](ImpastoImage** made, char* text, size_t size) {
        return impasto_image_create(width, height, rgb, alpha, made, text, size);
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

inline HostedSession create_hosted_session(ImpastoContext* context, const ImpastoWeights* weights,
                                           const ImpastoSource& content,
                                           const std::vector<ImpastoSource>& styles,
                                           const ImpastoSessionOptions& options,
                                           const ImpastoHosting& hosting, Failure& failure) {
    return detail::created<HostedSession>(
        failure, [&](ImpastoSession** made, char* text, size_t size) {
            return impasto_session_create_hosted(context, weights, &content, styles.data(),
                                                 static_cast<uint32_t>(styles.size()), &options,
                                                 &hosting, made, text, size);
        });
}

// The picture as it is. Of a hosted session empty, without a failure, until some slices have read
// it back: call again.
inline Image session_image(ImpastoSession* session, Failure& failure) {
    ImpastoImage* image = nullptr;
    detail::answered(session, failure, [&] { return impasto_session_image(session, &image); });
    return Image(image);
}

struct Snapshot {
    Bytes bytes;  // empty as session_image() is
    size_t size = 0;
};

inline Snapshot session_snapshot(ImpastoSession* session, ImpastoSnapshotKind kind,
                                 Failure& failure) {
    void* bytes = nullptr;
    Snapshot made;
    detail::answered(session, failure,
                     [&] { return impasto_session_snapshot(session, kind, &bytes, &made.size); });
    made.bytes = Bytes(bytes);
    return made;
}

// True when the session is where the snapshot was taken; of a hosted one false, without a failure,
// until some slices have done it: call again.
inline bool restore_session(ImpastoSession* session, const Snapshot& snapshot, Failure& failure) {
    bool done = false;
    detail::answered(session, failure, [&] {
        const ImpastoResult result =
            impasto_session_restore(session, snapshot.bytes.get(), snapshot.size);
        done = result == IMPASTO_SUCCESS;
        return result;
    });
    return done;
}

// Of files, or of a folder's that say by their names which maps they are.
inline Material load_material(const std::vector<ImpastoMaterialFile>& files, Failure& failure,
                              const ImpastoMaterialOptions* options = nullptr) {
    return detail::created<Material>(failure, [&](ImpastoMaterial** made, char* text, size_t size) {
        return impasto_material_load(files.data(), static_cast<uint32_t>(files.size()), options,
                                     made, text, size);
    });
}

inline Material load_material(const char* folder, Failure& failure,
                              const ImpastoMaterialOptions* options = nullptr) {
    ImpastoMaterialFile file = make<ImpastoMaterialFile>();
    file.path = folder;
    return load_material(std::vector<ImpastoMaterialFile>(1, file), failure, options);
}

// `styles` none: of the maps themselves, for unstack_material(); else for restyle_material().
inline Session create_material_session(ImpastoContext* context, const ImpastoWeights* weights,
                                       const ImpastoMaterial* material,
                                       const std::vector<const ImpastoImage*>& styles,
                                       const ImpastoSessionOptions& options, Failure& failure) {
    return detail::created<Session>(failure, [&](ImpastoSession** made, char* text, size_t size) {
        return impasto_material_session_create(context, weights, material, styles.data(),
                                               static_cast<uint32_t>(styles.size()), &options, made,
                                               text, size);
    });
}

inline Material unstack_material(const ImpastoMaterial* material, const ImpastoImage* stack,
                                 Failure& failure) {
    return detail::created<Material>(failure, [&](ImpastoMaterial** made, char* text, size_t size) {
        return impasto_material_unstack(material, stack, made, text, size);
    });
}

inline Material restyle_material(const ImpastoMaterial* material, const ImpastoImage* albedo,
                                 Failure& failure, const ImpastoRestyleOptions* options = nullptr) {
    return detail::created<Material>(failure, [&](ImpastoMaterial** made, char* text, size_t size) {
        return impasto_material_restyle(material, albedo, options, made, text, size);
    });
}

inline bool save_material(const ImpastoMaterial* material, const char* folder, Failure& failure,
                          const ImpastoMaterialSaveOptions* options = nullptr) {
    return detail::acted(failure, [&](char* text, size_t size) {
        return impasto_material_save(material, folder, options, text, size);
    });
}

inline Gltf load_gltf(const char* path, Failure& failure) {
    return detail::created<Gltf>(failure, [&](ImpastoGltf** made, char* text, size_t size) {
        return impasto_gltf_load(path, made, text, size);
    });
}

// The model has all of the painted textures, or after a failure none.
inline bool restyle_gltf(ImpastoContext* context, const ImpastoWeights* weights, ImpastoGltf* gltf,
                         const std::vector<const ImpastoImage*>& styles,
                         const ImpastoGltfOptions& options, Failure& failure) {
    return detail::acted(failure, [&](char* text, size_t size) {
        return impasto_gltf_restyle(context, weights, gltf, styles.data(),
                                    static_cast<uint32_t>(styles.size()), &options, text, size);
    });
}

inline bool save_gltf(const ImpastoGltf* gltf, const char* path, Failure& failure) {
    return detail::acted(failure, [&](char* text, size_t size) {
        return impasto_gltf_save(gltf, path, text, size);
    });
}

}  // namespace Impasto

#endif
