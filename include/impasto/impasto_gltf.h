/* Impasto on glTF 2.0 models: their colour textures in the style of pictures, and their normals and
 * roughness after them.
 *
 *     ImpastoGltf* model = NULL;
 *     impasto_gltf_load("model.glb", &model, message, sizeof message);
 *     ImpastoGltfOptions options = {.struct_size = sizeof options};
 *     impasto_gltf_options_default(&options);
 *     options.session = &session_options;                  as for impasto_session_create
 *     impasto_gltf_restyle(context, weights, model, &painting, 1, &options, message, ...);
 *     impasto_gltf_save(model, "painted.glb", message, sizeof message);
 *     impasto_gltf_destroy(model);
 *
 * The file is patched, not rewritten: pictures are replaced, everything else (geometry, animations,
 * extensions and extras, known or not) stays as it was; numbers are kept as 64-bit ones, whole or
 * not, and of two values of one name in an object the last. What an image shows is found from the
 * mesh: only texels that triangles cover, their islands, count in the statistics; the sides of
 * seams, which touch on the model, are brought to the same colours; the padding between islands
 * takes the colours of the nearest. Images whose coordinates repeat, or close around the model from
 * one edge of the image to the other, are tiles and stay seamless.
 *
 * Conventions are those of impasto.h. A model is one object: one thread at a time.
 */
#ifndef IMPASTO_GLTF_H
#define IMPASTO_GLTF_H

#include "impasto/impasto.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A model that was read, with the pictures that were painted since. */
typedef struct ImpastoGltf ImpastoGltf;

/* Reads .glb or .gltf, by its content, with the buffers beside it. Only files in the model's own
 * folder, or folders in it, are ever read, whatever the model names. Geometry may be quantised
 * (KHR_mesh_quantization), but not compressed (Draco, meshopt). Errors: INPUT. */
IMPASTO_API ImpastoResult impasto_gltf_load(const char* path, ImpastoGltf** gltf, char* message,
                                            size_t message_size);
IMPASTO_API void impasto_gltf_destroy(ImpastoGltf* gltf);

typedef struct ImpastoGltfMaterial {
    size_t struct_size;
    const char* name; /* "" where it has none; lives as long as the model */
    int base_color;   /* 1: it has a base colour texture */
    int emissive;     /* 1: it has an emissive texture */
    uint64_t triangles;
} ImpastoGltfMaterial;

IMPASTO_API uint32_t impasto_gltf_material_count(const ImpastoGltf* gltf);
/* INVALID_ARGUMENT when `index` is out of range. */
IMPASTO_API ImpastoResult impasto_gltf_material(const ImpastoGltf* gltf, uint32_t index,
                                                ImpastoGltfMaterial* material);

/* The files beside the model that it names, buffers and images, in its order, each once: what else
 * of it can change. Without those that it may not read. */
IMPASTO_API uint32_t impasto_gltf_file_count(const ImpastoGltf* gltf);
/* Relative to the model's folder, UTF-8, '/' between folders; lives as long as the model. NULL when
 * `index` is out of range. */
IMPASTO_API const char* impasto_gltf_file(const ImpastoGltf* gltf, uint32_t index);

typedef struct ImpastoGltfProgress {
    size_t struct_size;
    uint32_t texture; /* that is being painted, from 0 */
    uint32_t texture_count;
    const char* name;           /* "image 2 ('Albedo'), base colour"; these live during the call */
    const ImpastoScale* scales; /* of this texture's session */
    uint32_t scale_count;
    ImpastoProgress session; /* whole, with its struct_size set */
    /* Of this texture's session, before its first iteration: as ImpastoBatchEvent has them. */
    double setup_seconds;
    double setup_host_seconds;
} ImpastoGltfProgress;

/* Called after every iteration, on the calling thread; returns 1 to go on, 0 to cancel. */
typedef int (*ImpastoGltfCallback)(void* user, const ImpastoGltfProgress* progress);

typedef struct ImpastoGltfOptions {
    size_t struct_size;
    /* Of each texture's session, whose longest side becomes `size`, or, where that is 0, stays as
     * it is; no side comes out below 16 px; NULL: the defaults, with size 0. Textures start from
     * themselves or from noise: init_image must be NULL. Their masks, and the axes along which they
     * tile, come from the model: `mask` and `tile` are not used. */
    const ImpastoSessionOptions* session;
    const uint32_t* materials; /* that are painted, NULL: all. An image that others share changes
                                  there too, and is painted once */
    uint32_t material_count;
    int keep_emissive; /* 1: emissive textures stay as they are. Else they are painted where they
                          shine; what is black stays black */
    int keep_seams;    /* 1: the two sides of a seam are left as they were painted */
    ImpastoGltfCallback callback; /* may be NULL */
    void* callback_user;
    float detail; /* 0 to 1: how much normals and roughness follow what was painted into the base
                     colour; 0: their maps stay byte for byte */
    uint32_t reserved; /* 0: room for a field, see ImpastoObjective */
} ImpastoGltfOptions;

/* Fills everything but struct_size with the defaults: detail 0.5, the rest 0. */
IMPASTO_API void impasto_gltf_options_default(ImpastoGltfOptions* options);

/* Paints the base colour and emissive textures of the materials, each image once, and puts the
 * results into the model: all of them or, after an error, none. Alpha is kept; what is transparent
 * throughout takes no part. Images that are also normal, roughness or occlusion maps, or textures
 * of a material's extensions (clearcoat, specular, sheen ...), those in
 * formats that are not read (WebP, KTX2), and those that no triangle shows, are left as they are.
 *
 * With `detail`, what is new in a base colour (its luma less that of the old one, without what
 * changes slowly) is relief: its slopes are added to those of the normals, whatever their scale,
 * and it makes what lies deep rougher, as impasto_material_restyle has it. Normal and
 * metallic-roughness maps keep their size and bits, metalness and occlusion stay. A map is left as
 * it is, which its texture's `left` tells, where the materials that show it have several base
 * colours, or show it at other coordinates than these.
 *
 * `options` NULL: the defaults. `weights` NULL: the built-in encoder. Errors:
 * INVALID_ARGUMENT, INPUT (nothing to paint, an image missing or damaged), CANCELLED, those of
 * impasto_session_create and _run. */
IMPASTO_API ImpastoResult impasto_gltf_restyle(ImpastoContext* context,
                                               const ImpastoWeights* weights, ImpastoGltf* gltf,
                                               const ImpastoImage* const* styles,
                                               uint32_t style_count,
                                               const ImpastoGltfOptions* options, char* message,
                                               size_t message_size);

/* Across a seam, the largest difference among the channels, of [0, 1]: over all samples, two a
 * texel of the result. */
typedef struct ImpastoGltfStep {
    double mean;
    double percentile95;
} ImpastoGltfStep;

/* What impasto_gltf_restyle did to an image. */
typedef struct ImpastoGltfTexture {
    size_t struct_size;
    uint32_t image;   /* its number in the file */
    const char* name; /* "image 2 ('Albedo')"; these live until the next restyle or the end */
    const char* slot; /* "base colour", "emissive", "normal", "metallic-roughness", "occlusion" */
    const char* left; /* "", or why the image was left as it is; then what follows is 0 or of the
                         image as it was */
    uint32_t width;   /* px, of the result */
    uint32_t height;
    double covered; /* share of the original's texels that triangles show, 0 to 1 */
    uint32_t islands;
    int tile_x; /* 1: it repeats along x */
    int tile_y;
    uint64_t seam_samples; /* 0: it has no seams */
    /* Share of these where the original has no edge of its own across the seam. The steps are of
     * these alone: a panel that ends at a seam is no fault. */
    double seam_continuous;
    ImpastoGltfStep seam_original; /* of the picture that was read, at its own size */
    ImpastoGltfStep seam_before;   /* as painted */
    ImpastoGltfStep seam_after;    /* as it is in the file, levelled */
    const char* follows;     /* "", or, of a normal or metallic-roughness map, the name of the base
                                colour whose new detail it took */
    uint32_t original_width; /* px, of the picture that was read */
    uint32_t original_height;
} ImpastoGltfTexture;

/* Of the last impasto_gltf_restyle that succeeded. */
IMPASTO_API uint32_t impasto_gltf_texture_count(const ImpastoGltf* gltf);
/* INVALID_ARGUMENT when `index` is out of range. */
IMPASTO_API ImpastoResult impasto_gltf_texture(const ImpastoGltf* gltf, uint32_t index,
                                               ImpastoGltfTexture* texture);

/* Writes .glb, all in one file, or .gltf, with its pictures and changed buffers beside it, by the
 * path's extension; files that the model needs from beside it are copied where it goes to another
 * folder. Painted pictures keep their format, PNG or JPEG. Files appear whole or not at all, the
 * model last. Errors: OUTPUT. */
IMPASTO_API ImpastoResult impasto_gltf_save(const ImpastoGltf* gltf, const char* path,
                                            char* message, size_t message_size);

/* Whether impasto_gltf_save could write `path`, as far as can be told beforehand. Leaves nothing
 * behind. Errors: OUTPUT. */
IMPASTO_API ImpastoResult impasto_gltf_check_writable(const char* path, char* message,
                                                      size_t message_size);

#ifdef __cplusplus
}
#endif

#endif
