/* clang-format off: the example is laid out by hand */
/* Impasto: materials, sets of maps (albedo, normal, roughness ...) that describe one surface.
 *
 * A part of the interface of impasto.h, with its conventions. A new material from an exemplar, all
 * of its maps optimised together, so that a crack in one is the same crack in the others:
 *
 *     ImpastoMaterialFile files[] = {
 *         {sizeof files[0], "stone_albedo.png", IMPASTO_MAP_BY_NAME, 0},
 *         {sizeof files[0], "stone_normal.png", IMPASTO_MAP_BY_NAME, 0}};
 *     impasto_material_load(files, 2, NULL, &exemplar, message, sizeof message);
 *     impasto_material_session_create(context, NULL, exemplar, NULL, 0, &options, &session, ...);
 *     impasto_session_run(session, NULL, NULL);
 *     impasto_session_image(session, &stack);
 *     impasto_material_unstack(exemplar, stack, &material, message, sizeof message);
 *     impasto_material_save(material, "out", NULL, message, sizeof message);
 *
 * A material painted like a picture: give impasto_material_session_create the picture, and the
 * session's image to impasto_material_restyle instead of impasto_material_unstack.
 *
 * Materials are immutable: functions that change one make another. Any thread may use one at any
 * time, also several at once.
 */
/* clang-format on */
#ifndef IMPASTO_MATERIAL_H
#define IMPASTO_MATERIAL_H

#include "impasto/impasto.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ImpastoMaterial ImpastoMaterial;

typedef enum ImpastoMapKind {
    IMPASTO_MAP_BY_NAME = 0,   /* of a file: as impasto_map_kind_of_name finds */
    IMPASTO_MAP_ALBEDO = 1,    /* base colour, sRGB; its alpha is the opacity */
    IMPASTO_MAP_NORMAL = 2,    /* tangent space, green up (OpenGL, glTF), linear */
    IMPASTO_MAP_NORMAL_DX = 3, /* tangent space, green down (Direct3D), linear */
    IMPASTO_MAP_HEIGHT = 4,    /* linear, like all that follow but the emissive one */
    IMPASTO_MAP_ROUGHNESS = 5,
    IMPASTO_MAP_METALLIC = 6,
    IMPASTO_MAP_OCCLUSION = 7,
    IMPASTO_MAP_EMISSIVE = 8, /* sRGB */
    IMPASTO_MAP_OPACITY = 9,
    IMPASTO_MAP_ORM = 10, /* occlusion, roughness, metallic in red, green, blue */
    IMPASTO_MAP_METALLIC_ROUGHNESS =
        11 /* roughness in green, metallic in blue, as glTF packs them */
} ImpastoMapKind;

/* Which map a file's name says: "stone_albedo.png", "rock_nor_gl_2k.jpg", "Wood_NormalDX.png",
 * "wall-baseColor.png". Words are parted by _ - . blanks and by a capital after a small letter; the
 * last one, or the last ones together, name the map, in any case: albedo basecolor diffuse diff
 * color col; normal nor nrm, with gl or dx (without, OpenGL's); height displacement disp bump;
 * roughness rough; metallic metalness metal; ao ambientocclusion occlusion; emissive emission;
 * opacity alpha; orm arm; metallicroughness. A resolution ("2k", "512") may follow.
 * IMPASTO_MAP_BY_NAME where it says none, and for the maps of what is no part of a material here
 * ("x_specular_color", "x_clearcoat_normal"). A mask says none: engines pack all sorts of things
 * into it. */
IMPASTO_API ImpastoMapKind impasto_map_kind_of_name(const char* file_name);

typedef struct ImpastoMaterialFile {
    size_t struct_size;
    const char* path; /* JPEG or PNG; or a folder, of which those are taken whose names say a map.
                         Of normals in both conventions, of files BY_NAME, OpenGL's are taken; what
                         is left out of maps is told by impasto_material_warning */
    ImpastoMapKind kind; /* BY_NAME of a folder */
    uint32_t reserved;   /* 0: room for a field, see ImpastoObjective */
} ImpastoMaterialFile;

typedef struct ImpastoMaterialOptions {
    size_t struct_size;
    int resize;    /* 1: maps of another size than the albedo's are resampled to it, weighed by how
                      opaque they are; 0: they are an error, but for one of 1x1, a constant */
    uint32_t tile; /* IMPASTO_TILE_X | IMPASTO_TILE_Y: how they repeat when they are resampled */
} ImpastoMaterialOptions;

/* Reads maps, at most one of a kind, of one size of 16 to 16384 px a side, with an albedo among
 * them. `options` may be NULL. Errors, each naming the file: INPUT (unreadable, a name that says no
 * map, two maps of a kind or a name, no albedo, other sizes). What is odd but was taken, such as a
 * normal map that does not look like one, is told by impasto_material_warning. */
IMPASTO_API ImpastoResult impasto_material_load(const ImpastoMaterialFile* files, uint32_t count,
                                                const ImpastoMaterialOptions* options,
                                                ImpastoMaterial** material, char* message,
                                                size_t message_size);

typedef struct ImpastoMaterialMap {
    size_t struct_size;
    ImpastoMapKind kind;
    const char* name;          /* of its file, without folders; NULL or "": "albedo.png" */
    const ImpastoImage* image; /* of a scalar map the red channel counts */
} ImpastoMaterialMap;

/* The same from images, which are copied. INPUT also for values that are not finite. */
IMPASTO_API ImpastoResult impasto_material_create(const ImpastoMaterialMap* maps, uint32_t count,
                                                  const ImpastoMaterialOptions* options,
                                                  ImpastoMaterial** material, char* message,
                                                  size_t message_size);
IMPASTO_API void impasto_material_destroy(ImpastoMaterial* material);

IMPASTO_API int impasto_material_width(const ImpastoMaterial* material); /* px, of every map */
IMPASTO_API int impasto_material_height(const ImpastoMaterial* material);
IMPASTO_API uint32_t impasto_material_map_count(const ImpastoMaterial* material);
IMPASTO_API ImpastoMapKind impasto_material_map_kind(const ImpastoMaterial* material,
                                                     uint32_t index);
/* The map's file name, which lives as long as the material; NULL when `index` is out of range. */
IMPASTO_API const char* impasto_material_map_name(const ImpastoMaterial* material, uint32_t index);
/* A copy of the map. INVALID_ARGUMENT when `index` is out of range. */
IMPASTO_API ImpastoResult impasto_material_map(const ImpastoMaterial* material, uint32_t index,
                                               ImpastoImage** image, char* message,
                                               size_t message_size);
/* The index-th line about what is odd in the maps, which lives as long as the material; NULL where
 * there are no more. */
IMPASTO_API const char* impasto_material_warning(const ImpastoMaterial* material, uint32_t index);

/* The material at another size: colours are averaged as light, normals as vectors. `tile`: as
 * above. */
IMPASTO_API ImpastoResult impasto_material_resize(const ImpastoMaterial* material, int width,
                                                  int height, uint32_t tile,
                                                  ImpastoMaterial** resized, char* message,
                                                  size_t message_size);

/* Where the surface is: 1, and 0 where alpha or opacity say that there is nothing. *mask is NULL
 * where it is everywhere. */
IMPASTO_API ImpastoResult impasto_material_mask(const ImpastoMaterial* material,
                                                ImpastoImage** mask, char* message,
                                                size_t message_size);

/* The material as a stack (impasto_image_stack) that a session can have as content or style: not
 * map by map, but what varies together in all of them, the principal components of their channels,
 * three to a picture, so that a crack stays one thing. What is the same throughout is left out. */
IMPASTO_API ImpastoResult impasto_material_stack(const ImpastoMaterial* material,
                                                 ImpastoImage** stack, char* message,
                                                 size_t message_size);
/* The material that a stack of any size makes, which a session optimised and which is built as that
 * of `material`: names, bits, conventions and ranges are those of `material`, normals are unit
 * vectors, everything lies in its range. What is transparent of `material` has no part in it: a
 * cut-out comes out opaque throughout, which impasto_material_warning of the result tells, and the
 * context's log when the session is made.
 * INVALID_ARGUMENT where the stack is of another material. */
IMPASTO_API ImpastoResult impasto_material_unstack(const ImpastoMaterial* material,
                                                   const ImpastoImage* stack,
                                                   ImpastoMaterial** result, char* message,
                                                   size_t message_size);

typedef struct ImpastoRestyleOptions {
    size_t struct_size;
    float detail;  /* 0 to 1: how much height, normals and roughness follow the new albedo */
    uint32_t tile; /* IMPASTO_TILE_X | IMPASTO_TILE_Y */
} ImpastoRestyleOptions;

/* The material with another albedo, at that one's size. What is new in it (its luma less that of
 * the old one, without what changes slowly) is relief: it is added to the height, its slopes to
 * those of the normals, and it makes what lies deep rougher. Alpha and opacity stay; the new
 * colours bleed under their edge. `options` NULL: detail 0.5, nothing repeats. INVALID_ARGUMENT. */
IMPASTO_API ImpastoResult impasto_material_restyle(const ImpastoMaterial* material,
                                                   const ImpastoImage* albedo,
                                                   const ImpastoRestyleOptions* options,
                                                   ImpastoMaterial** result, char* message,
                                                   size_t message_size);

/* A session as impasto_session_create makes it, which is run as any other.
 *
 * With styles: the albedo is its content, what is transparent takes no part, and its image is for
 * impasto_material_restyle. Without: the stack is its style and there is no content, and its image
 * is for impasto_material_unstack; of `options`, width and height 0 are the material's, content
 * weight and init do not count, and style_scale is a multiple of the material's own size, so that 1
 * gives details of the exemplar's size. The masks of `options` give way to the material's where
 * that has transparent texels. */
IMPASTO_API ImpastoResult impasto_material_session_create(
    ImpastoContext* context, const ImpastoWeights* weights, const ImpastoMaterial* material,
    const ImpastoImage* const* styles, uint32_t style_count, const ImpastoSessionOptions* options,
    ImpastoSession** session, char* message, size_t message_size);

typedef struct ImpastoMaterialSaveOptions {
    size_t struct_size;
    int mips;     /* 1: every mip level too, "stone_albedo.mip1.png" ..., colours averaged as light,
                     normals as vectors */
    int pack_orm; /* 1: occlusion, roughness and metallic as one map "stone_orm.png" instead */
    const ImpastoText* texts; /* of every PNG; may be NULL with count 0 */
    size_t text_count;
} ImpastoMaterialSaveOptions;

/* 1: impasto_material_save with these options writes a file of that name, without folders, or could
 * write it of a material that this one became, also at another size (mip levels). 0: it does not;
 * also for NULL. What else lies in a folder is none of its business. `options` may be NULL. */
IMPASTO_API int impasto_material_writes(const ImpastoMaterial* material, const char* name,
                                        const ImpastoMaterialSaveOptions* options);
/* Whether impasto_material_save could write, as far as can be told beforehand. OUTPUT. */
IMPASTO_API ImpastoResult impasto_material_check_writable(const ImpastoMaterial* material,
                                                          const char* folder,
                                                          const ImpastoMaterialSaveOptions* options,
                                                          char* message, size_t message_size);
/* Writes the maps into `folder`, made where it is missing, under their names and with the bits and
 * channels of their files. Every file appears whole, and none before the last one is on the disk:
 * what fails until then leaves the folder as it was. A program that is killed while they get their
 * names, one after the other, leaves new maps beside old ones: save into a folder of its own and
 * rename that where this matters. With `mips`, levels of an earlier, larger save of these maps are
 * removed. `options` may be NULL. Errors: OUTPUT. */
IMPASTO_API ImpastoResult impasto_material_save(const ImpastoMaterial* material, const char* folder,
                                                const ImpastoMaterialSaveOptions* options,
                                                char* message, size_t message_size);

#ifdef __cplusplus
}
#endif

#endif
