/* clang-format off: the example is laid out by hand */
/* Impasto: neural style transfer as Vulkan compute.
 *
 * The whole public interface, in C99. Typical use:
 *
 *     char message[512];
 *     ImpastoContext* context = NULL;
 *     impasto_context_create(NULL, &context, message, sizeof message);
 *     impasto_image_load("photo.jpg", &content, message, sizeof message);
 *     impasto_image_load("painting.jpg", &style, message, sizeof message);
 *     ImpastoSessionOptions options = {.struct_size = sizeof options};
 *     impasto_session_options_default(&options);
 *     impasto_session_create(context, NULL, content, &style, 1, &options, &session, ...);
 *     impasto_session_run(session, NULL, NULL);
 *     impasto_session_image(session, &result);
 *     impasto_image_save(result, "out.png", NULL, 0, message, sizeof message);
 *
 * Conventions
 * - Handles are opaque; each is destroyed by its impasto_X_destroy, which takes NULL too. Objects
 *   are independent: a session keeps what it needs of the images and weights that it was made from,
 *   which may be destroyed right after. A context must outlive its sessions.
 * - Structs that may grow begin with struct_size, set by the caller to sizeof, so that a newer
 *   library knows which fields an older caller has; those in an array all have the same, which is
 *   their distance. 0 elsewhere in an options struct is the default where noted.
 * - Functions return an ImpastoResult. Those that create something also take a buffer for a message
 *   of one line (what went wrong, where, what to do), cut to its size with the final zero; it may
 *   be NULL with size 0. Methods of a context or session keep their last message in the object.
 * - Threads: different objects may be used from different threads at once. One object's functions
 *   may be called from several threads and then take turns, but a message lives until the next call
 *   on its object, from whichever thread: where several call, impasto_session_copy_message. No
 *   global state.
 * - A program with a Vulkan device of its own: impasto_vulkan.h.
 * - Text is UTF-8. Pixels are sRGB-encoded floats, nominally [0, 1].
 */
/* clang-format on */
#ifndef IMPASTO_H
#define IMPASTO_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(IMPASTO_SHARED)
#ifdef IMPASTO_BUILDING
#define IMPASTO_API __declspec(dllexport)
#else
#define IMPASTO_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define IMPASTO_API __attribute__((visibility("default")))
#else
#define IMPASTO_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define IMPASTO_VERSION_MAJOR 0
#define IMPASTO_VERSION_MINOR 1
#define IMPASTO_VERSION_PATCH 0

/* Kinds of failure. The impasto program exits with the number's absolute value. */
typedef enum ImpastoResult {
    IMPASTO_SUCCESS = 0,
    IMPASTO_NOT_READY = 1,       /* of a hosted session: no failure, call again some slices later */
    IMPASTO_ERROR_INTERNAL = -1, /* a bug in Impasto or a driver; please report it */
    IMPASTO_ERROR_INVALID_ARGUMENT = -2, /* a parameter out of its range */
    IMPASTO_ERROR_INPUT = -3,            /* a file to read is missing or not what it should be */
    IMPASTO_ERROR_OUTPUT = -4,           /* a file cannot be written */
    IMPASTO_ERROR_WEIGHTS = -5,          /* a weights file is damaged, or lacks a layer */
    IMPASTO_ERROR_NO_DEVICE = -6,        /* no Vulkan driver, or no device that fits */
    IMPASTO_ERROR_OUT_OF_MEMORY = -7,    /* of the device or the host */
    IMPASTO_ERROR_DEVICE_LOST = -8,      /* the driver gave the device up */
    IMPASTO_ERROR_NETWORK = -9,          /* a download failed */
    IMPASTO_ERROR_CANCELLED = -10
} ImpastoResult;

/* The library's version, as major << 22 | minor << 12 | patch. Any thread. */
IMPASTO_API uint32_t impasto_version(void);

/* ---- Devices ---- */

typedef enum ImpastoDeviceType {
    IMPASTO_DEVICE_OTHER = 0,
    IMPASTO_DEVICE_INTEGRATED = 1,
    IMPASTO_DEVICE_DISCRETE = 2,
    IMPASTO_DEVICE_VIRTUAL = 3,
    IMPASTO_DEVICE_CPU = 4
} ImpastoDeviceType;

typedef struct ImpastoDeviceInfo {
    size_t struct_size;
    uint32_t index; /* what selects it: ImpastoContextOptions.device */
    ImpastoDeviceType type;
    char name[256];
    char driver[512];        /* name and version */
    uint32_t vulkan_version; /* as VK_MAKE_API_VERSION packs it */
    uint64_t memory_bytes;   /* of the largest device-local heap */
    char tier[64];           /* the kernels that Impasto would use, e.g. "fp32, buffer addresses" */
    char unusable[256];      /* why it cannot be used; "" when it can */
    int is_default;          /* 1 for the device taken when none is asked for */
} ImpastoDeviceInfo;

/* Lists the Vulkan devices of the system. *count says how many structs `infos` holds (each with its
 * struct_size set) and receives how many devices there are; `infos` may be NULL to ask. Errors:
 * NO_DEVICE (no Vulkan driver at all). */
IMPASTO_API ImpastoResult impasto_list_devices(ImpastoDeviceInfo* infos, uint32_t* count,
                                               char* message, size_t message_size);

/* ---- Context: a device and what is kept on it ---- */

typedef struct ImpastoContext ImpastoContext;

/* A device that the host made and keeps alive as long as the context: impasto_vulkan.h. */
typedef struct ImpastoVulkanDevice ImpastoVulkanDevice;

/* Called with one line now and then (how much device memory a session will hold, before it takes
 * any; that the optimiser was restarted), on the thread that called into Impasto or, of a hosted
 * session, on its own: on several at once where several sessions run. It may not call Impasto.
 * `line` lives during the call. */
typedef void (*ImpastoLog)(void* user, const char* line);

typedef struct ImpastoContextOptions {
    size_t struct_size;
    /* An index as impasto_list_devices numbers them, a part of a name, "gpu" for the best device
     * that is no CPU, or NULL for the best: discrete, integrated, virtual, CPU. */
    const char* device;
    const ImpastoVulkanDevice* host_device; /* NULL: a device of Impasto's own */
    int no_buffer_addresses; /* 1: bind buffers even where buffer addresses are there, and on a
                                device of Impasto's own use the plainest kernels (slower on some
                                drivers; for finding faults) */
    ImpastoLog log;          /* may be NULL */
    void* log_user;
    const char* tier; /* how convolutions are computed: "direct", "winograd" wherever it can be; for
                         the precision fp16 "half", and with the device's matrix units "matrix" or
                         "matrix-wide"; or NULL or "auto" for what is fastest on the device: by a
                         short timing when the first session is created, kept in cache_dir, or by a
                         rule where nothing can be kept. Whichever it is, none but "direct" is used
                         before it has been checked on the device; one that is wrong there is left
                         out, and the log says so. */
    uint64_t memory_budget; /* bytes of device memory that may be held at once; 0: what there is */
    /* Where what is known of the device is kept for the next context on it: the kernels that the
     * driver compiled, in a folder "pipelines", written when the context is destroyed and
     * something was added, at most 64 MB a device; what was timed and checked, in a folder
     * "tuning". Files that are damaged, or from another driver, are ignored and replaced; a folder
     * that cannot be written is ignored; processes may share it. NULL: the user's cache folder; "":
     * nothing is kept. */
    const char* cache_dir;
    int retune; /* 1: forgets what was timed and checked, and does it again */
    /* Of the encoder's feature maps: "fp32"; "fp16", which takes half their memory, sums in 32
     * bits, and moves the picture less than another seed would; NULL or "auto" for fp16 where the
     * device is a GPU with matrix units, of a host_device those that it was made with
     * (IMPASTO_FEATURE_MATRIX_UNITS), and fp32 elsewhere. The image and the optimiser are always
     * fp32. INVALID_ARGUMENT of the first session where the device can't do fp16. */
    const char* precision;
    int keep_encoder;  /* 1: the encoder of the session that was created last stays on the device
                          when that is destroyed, so that the next one with the same weights starts
                          sooner; until a session with others is created. And what was computed of
                          its styles stays in host memory, up to 256 MiB with those of others, for
                          sessions with the same styles at the same sizes. Sessions at the same time
                          share an encoder always. Not of hosted sessions, which have their own. */
    uint32_t reserved; /* 0 */
} ImpastoContextOptions;

/* `options` may be NULL. Errors: NO_DEVICE, OUT_OF_MEMORY. */
IMPASTO_API ImpastoResult impasto_context_create(const ImpastoContextOptions* options,
                                                 ImpastoContext** context, char* message,
                                                 size_t message_size);
IMPASTO_API void impasto_context_destroy(ImpastoContext* context);

/* What the context runs on; `info->struct_size` is set by the caller. INVALID_ARGUMENT without. */
IMPASTO_API ImpastoResult impasto_context_device(ImpastoContext* context, ImpastoDeviceInfo* info);

/* The most device memory that was held at once since the context was made, in bytes. */
IMPASTO_API uint64_t impasto_context_bytes_peak(ImpastoContext* context);

/* The last message of a failed call on this context; "" when there was none. Lives until the next
 * call on it, from any thread. */
IMPASTO_API const char* impasto_context_message(ImpastoContext* context);
/* A copy of it, also while other threads call; cut to `message_size` bytes with the final zero. */
IMPASTO_API void impasto_context_copy_message(ImpastoContext* context, char* message,
                                              size_t message_size);

/* ---- Self-test ---- */

typedef struct ImpastoSelfTestRow {
    size_t struct_size;
    const char* operation; /* lives during the call */
    double error;          /* relative L2 against the reference in double precision */
    double bound;          /* what rounding explains */
    int passed;
    const char* note; /* "" or what went wrong */
} ImpastoSelfTestRow;

typedef void (*ImpastoSelfTestCallback)(void* user, const ImpastoSelfTestRow* row);

/* Runs every operation on the device against a reference on the CPU, a few seconds in all. SUCCESS
 * when all rows passed, INTERNAL when one failed, or the error that stopped it. */
IMPASTO_API ImpastoResult impasto_self_test(ImpastoContext* context,
                                            ImpastoSelfTestCallback callback, void* user);

/* ---- Images ---- */

typedef struct ImpastoImage ImpastoImage;

/* Reads JPEG or PNG (8 and 16 bit, grey, palette, alpha, EXIF orientation applied) from a regular
 * file. A PNG whose text chunks are damaged is read without them. Errors: INPUT. */
IMPASTO_API ImpastoResult impasto_image_load(const char* path, ImpastoImage** image, char* message,
                                             size_t message_size);

/* From pixels in memory, which are copied: `rgb` planar (3, height, width); `alpha` (height, width)
 * or NULL. INVALID_ARGUMENT of a side below 1 px, or too many pixels. */
IMPASTO_API ImpastoResult impasto_image_create(int width, int height, const float* rgb,
                                               const float* alpha, ImpastoImage** image,
                                               char* message, size_t message_size);

typedef struct ImpastoText {
    const char* key; /* 1 to 79 Latin-1 characters */
    const char* text;
} ImpastoText;

/* Writes PNG (8 bit, with alpha if there is any, and `texts` as its text chunks) or JPEG (on
 * white), by the path's extension; values are clamped to [0, 1]. The file appears whole or not at
 * all; where `path` is a link, what it leads to is written. `texts` may be NULL with count 0.
 * Errors: OUTPUT, also where a pixel is not finite. */
IMPASTO_API ImpastoResult impasto_image_save(const ImpastoImage* image, const char* path,
                                             const ImpastoText* texts, size_t text_count,
                                             char* message, size_t message_size);

typedef struct ImpastoSaveOptions {
    size_t struct_size;
    uint32_t bits;            /* a sample: 8, 16 (PNG), or 0 for what impasto_image_bits says */
    int grey;                 /* 1: one channel, the image's red one */
    const ImpastoText* texts; /* of a PNG; may be NULL with count 0 */
    size_t text_count;
} ImpastoSaveOptions;

/* impasto_image_save in another format. `options` NULL: 8 bits, in colour. Errors: OUTPUT;
 * INVALID_ARGUMENT also for a JPEG of 16 bits and for other numbers of them. */
IMPASTO_API ImpastoResult impasto_image_save_as(const ImpastoImage* image, const char* path,
                                                const ImpastoSaveOptions* options, char* message,
                                                size_t message_size);

/* Whether impasto_image_save could write `path`, as far as can be told beforehand: before a long
 * run. Leaves nothing behind. Errors: OUTPUT. */
IMPASTO_API ImpastoResult impasto_check_writable(const char* path, char* message,
                                                 size_t message_size);

IMPASTO_API int impasto_image_width(const ImpastoImage* image);
IMPASTO_API int impasto_image_height(const ImpastoImage* image);
/* Planar (3, height, width), one after the other of a stack; lives as long as the image. */
IMPASTO_API const float* impasto_image_rgb(const ImpastoImage* image);
/* (height, width), or NULL when the image is opaque. */
IMPASTO_API const float* impasto_image_alpha(const ImpastoImage* image);
/* Of the file that the image was loaded from: bits a sample, 8 or 16, and 1 where it has one
 * channel of colour. 8 and 0 of an image that was not loaded. */
IMPASTO_API uint32_t impasto_image_bits(const ImpastoImage* image);
IMPASTO_API int impasto_image_is_grey(const ImpastoImage* image);
/* The text of this key in the PNG that the image was loaded from (chunks tEXt, zTXt and iTXt), as
 * UTF-8 that lives as long as the image; of several, the first. The key counts byte by byte. NULL
 * where there is none, where it is damaged or longer than 1 MiB, and for a JPEG and an image that
 * was not loaded. Of one file 8 MiB of texts are read at most. Text from a file is as foreign as
 * the file: check it like any input. */
IMPASTO_API const char* impasto_image_text(const ImpastoImage* image, const char* key);
/* Pictures of one size that belong together, such as the maps of a material: a session takes them
 * as one, and compares the statistics of all their features together, so that what belongs together
 * in the style does in the result. Alpha is not taken. 1 to 16; INVALID_ARGUMENT also where
 * sizes differ. */
IMPASTO_API ImpastoResult impasto_image_stack(const ImpastoImage* const* images, uint32_t count,
                                              ImpastoImage** stack, char* message,
                                              size_t message_size);
/* 1 for a picture, the number of pictures of a stack. */
IMPASTO_API uint32_t impasto_image_map_count(const ImpastoImage* image);
/* A copy of one of the pictures of a stack. INVALID_ARGUMENT when `index` is out of range. */
IMPASTO_API ImpastoResult impasto_image_map(const ImpastoImage* stack, uint32_t index,
                                            ImpastoImage** image, char* message,
                                            size_t message_size);
IMPASTO_API void impasto_image_destroy(ImpastoImage* image);

/* ---- Weights ---- */

typedef struct ImpastoWeights ImpastoWeights;

typedef enum ImpastoConvention {
    IMPASTO_CONVENTION_AUTO = 0,        /* by the file's metadata, name and sum */
    IMPASTO_CONVENTION_TORCHVISION = 1, /* RGB in [0,1], minus mean, over standard deviation */
    IMPASTO_CONVENTION_CAFFE = 2        /* BGR in 0..255, minus mean */
} ImpastoConvention;

typedef struct ImpastoWeightsOptions {
    size_t struct_size;
    ImpastoConvention convention;
    const char* cache_dir; /* where fetched weights lie; NULL: the user's cache folder */
} ImpastoWeightsOptions;

/* `source`: "builtin", a name of the catalogue that was fetched ("vgg19"), "vgg19-shaped" (random
 * numbers in VGG19's shape, for measuring; its sha256 is ""), or a file: safetensors
 * or PyTorch's .pth, whole network or features only, torchvision's names. Nothing in a file is ever
 * executed. A file is read where it lies when a session needs it: until the weights are destroyed
 * it may be replaced by another of its name, but not be changed or shortened. `options` may be
 * NULL. Errors: INPUT, WEIGHTS. */
IMPASTO_API ImpastoResult impasto_weights_load(const char* source,
                                               const ImpastoWeightsOptions* options,
                                               ImpastoWeights** weights, char* message,
                                               size_t message_size);
/* The same from a file's bytes, which are not needed afterwards. */
IMPASTO_API ImpastoResult impasto_weights_load_memory(const void* bytes, size_t size,
                                                      const char* name,
                                                      const ImpastoWeightsOptions* options,
                                                      ImpastoWeights** weights, char* message,
                                                      size_t message_size);
IMPASTO_API void impasto_weights_destroy(ImpastoWeights* weights);
IMPASTO_API const char* impasto_weights_name(const ImpastoWeights* weights);
IMPASTO_API const char* impasto_weights_sha256(const ImpastoWeights* weights);

/* One line of the list of weights that Impasto knows by name. */
typedef struct ImpastoListedWeights {
    size_t struct_size;
    char name[64];
    char title[256];
    char licence[256];
    char path[1024]; /* where it is or would be; "" for the built-in encoder */
    uint64_t bytes;  /* of the file, or of the download; 0 unknown */
    int available;   /* 1: can be loaded now */
} ImpastoListedWeights;

/* As impasto_list_devices: *count in and out, `listed` may be NULL. */
IMPASTO_API ImpastoResult impasto_list_weights(const char* cache_dir, ImpastoListedWeights* listed,
                                               uint32_t* count, char* message, size_t message_size);

/* What a weights file holds, as JSON text: name, format, sha256, bytes, parameters, input, layers
 * [{name, tensor, shape, dtype, parameters}], metadata. The whole file is read and checked. The
 * text is freed with impasto_free. */
IMPASTO_API ImpastoResult impasto_weights_describe(const char* source,
                                                   const ImpastoWeightsOptions* options,
                                                   char** json, char* message, size_t message_size);

/* Frees what a function of this header allocated and says is freed with this; NULL too. */
IMPASTO_API void impasto_free(void* allocated);

/* Writes the convolutions of any readable file as safetensors (F16, or F32 when `full_precision`).
 * Errors: INPUT, WEIGHTS, OUTPUT. */
IMPASTO_API ImpastoResult impasto_weights_import(const char* source,
                                                 const ImpastoWeightsOptions* options,
                                                 const char* destination, int full_precision,
                                                 char* message, size_t message_size);

/* ---- The objective ------------------------------------------------------------------------------
 *
 *     content term of a layer = sum (F - F_c)^2 / sum F_c^2
 *     style term of a layer   = sum (G - G_s)^2 / sum G_s^2,     G = F F^T / (C H W)
 *     TV = mean of squared vertical differences + mean of squared horizontal differences
 *     total = content_weight content + style_weight style + tv_weight TV
 *
 * where content and style are means over their layers weighted by the layers' weights. Everything
 * is relative, so the same weights mean the same at every size and for every encoder. */

typedef struct ImpastoLayerWeight {
    const char* layer; /* "relu1_1" ... "relu5_4" */
    float weight;      /* >= 0 */
} ImpastoLayerWeight;

typedef enum ImpastoPooling { IMPASTO_POOLING_MAX = 0, IMPASTO_POOLING_AVERAGE = 1 } ImpastoPooling;

typedef enum ImpastoPadding {
    IMPASTO_PADDING_ZERO = 0,     /* as published */
    IMPASTO_PADDING_REPLICATE = 1 /* conv1_1 repeats the edge: less of a frame in the picture */
} ImpastoPadding;

typedef struct ImpastoObjective {
    size_t struct_size;
    float content_weight; /* each finite and >= 0, content or style above 0 */
    float style_weight;
    float tv_weight;
    const ImpastoLayerWeight* content_layers;
    uint32_t content_layer_count;
    const ImpastoLayerWeight* style_layers;
    uint32_t style_layer_count;
    ImpastoPooling pooling;
    ImpastoPadding padding;   /* of conv1_1; the other convolutions pad with zeros */
    const float* style_blend; /* weight of each style, >= 0, normalised to sum 1; NULL: equal */
    uint32_t style_blend_count;
    uint32_t reserved; /* 0, and these too: it lies in ImpastoSessionOptions and never grows, so
                          that later fields take their place. (Nor do structs that are given to
                          Impasto end in padding, which older callers would not have set.) */
    uint64_t reserved_words[8];
} ImpastoObjective;

/* Fills everything but struct_size with the defaults. */
IMPASTO_API void impasto_objective_default(ImpastoObjective* objective);

/* ---- Sessions: one optimisation ---- */

typedef struct ImpastoSession ImpastoSession;

typedef enum ImpastoInit {
    IMPASTO_INIT_CONTENT = 0,
    IMPASTO_INIT_NOISE = 1,
    IMPASTO_INIT_IMAGE = 2
} ImpastoInit;
typedef enum ImpastoOptimizer { IMPASTO_LBFGS = 0, IMPASTO_ADAM = 1 } ImpastoOptimizer;
typedef enum ImpastoColors { IMPASTO_COLORS_STYLE = 0, IMPASTO_COLORS_CONTENT = 1 } ImpastoColors;

/* Axes along which a picture repeats, added up. */
typedef enum ImpastoTile {
    IMPASTO_TILE_NONE = 0,
    IMPASTO_TILE_X = 1,
    IMPASTO_TILE_Y = 2,
    IMPASTO_TILE_XY = 3
} ImpastoTile;

typedef struct ImpastoSessionOptions {
    size_t struct_size;
    ImpastoObjective objective;
    uint32_t size;       /* longest side of the result in px */
    uint32_t first_size; /* longest side of the coarsest scale, about; >= size: a single scale */
    const uint32_t* iterations; /* for each scale, coarse to fine; the last counts for the rest */
    uint32_t iterations_count;  /* 0: the default */
    ImpastoInit init;
    const ImpastoImage* init_image; /* with IMPASTO_INIT_IMAGE; resized to the first scale */
    ImpastoOptimizer optimizer;
    uint32_t lbfgs_history;   /* pairs kept, 1 to 64 */
    float adam_learning_rate; /* of the image's range [0, 1] */
    float style_scale;        /* longest side of a style = that of the scale times this; a style is
                                 never enlarged */
    ImpastoColors colors;     /* CONTENT: the result takes the content's chrominance */
    uint64_t seed;            /* of IMPASTO_INIT_NOISE */
    int profile; /* 1: impasto_session_operations measures; iterations run one at a time then */
    uint32_t not_read; /* padding of older callers */
    /* ImpastoTile: along these axes the picture continues at its opposite edge. The encoder, the
     * pools, TV and every resampling look across the edge, so that the result has no seam; a
     * content is taken to tile already. Sides are optimised at multiples of what the pools divide
     * by (16 for relu5_1), and the picture resampled to the asked size at the end. */
    uint32_t tile;
    /* 1: what is coarser than a fifth of a style, its lighting, is taken out of it: a texture that
     * tiles has no brighter corner. */
    int flatten;
    /* 0 to 1: how much the long-range order of the style counts, which regular textures have and
     * Gram matrices don't see: the autocovariances of relu3_1 at the shifts by which the style
     * looks like itself (Sendik and Cohen-Or 2017) beside the style's layers. Of several styles
     * that which counts most at the begin. 0: not at all. */
    float structure;
    /* The size in px of a result without content (content NULL), where `size` is not used. */
    uint32_t width;
    uint32_t height;
    /* Weights of the result's pixels in the statistics of the style, the first channel in [0, 1]:
     * a picture of any size, resampled to the result's. Pixels of weight 0 stay as the start has
     * them. NULL: all count. */
    const ImpastoImage* mask;
    /* Likewise of the styles' pixels: style_mask_count is 0 or that of the styles, and any of
     * these may be NULL. */
    const ImpastoImage* const* style_masks;
    uint32_t style_mask_count;
    /* Which of two styles each pixel of the result takes (Gatys et al. 2017, spatial control): the
     * first where the first channel is 0, the second where it is 1, of both in between. Takes two
     * styles and no style_blend. NULL: the styles are blended everywhere. */
    const ImpastoImage* blend_mask;
} ImpastoSessionOptions;

/* Fills everything but struct_size, the objective included, with the defaults; impasto_X_default of
 * a struct that is older than the library fills what it has. */
IMPASTO_API void impasto_session_options_default(ImpastoSessionOptions* options);

typedef struct ImpastoScale {
    uint32_t width;
    uint32_t height;
    uint32_t iterations;
} ImpastoScale;

typedef struct ImpastoLosses {
    float total;   /* weighted */
    float content; /* the three terms, unweighted */
    float style;
    float tv;
} ImpastoLosses;

typedef struct ImpastoProgress {
    size_t struct_size;
    uint32_t scale;            /* the scale of the iteration that was finished last, from 0 */
    uint32_t iteration;        /* of that scale, from 1; 0: none yet */
    uint32_t total_iterations; /* finished in all scales */
    ImpastoLosses losses;      /* before the step of that iteration */
    uint32_t restarts;         /* times that a divergence was recovered from */
    int done;                  /* 1: the last iteration of the last scale is finished */
    uint32_t all_iterations;   /* of all scales */
} ImpastoProgress;

typedef struct ImpastoSize {
    uint32_t width;  /* px */
    uint32_t height; /* px */
} ImpastoSize;

typedef struct ImpastoNeed {
    size_t struct_size;
    uint64_t device_bytes; /* of device memory that such a session holds at most, the encoder
                              included */
    uint64_t block_bytes;  /* ImpastoVulkanDevice.block_size in which it finds room, hosted or
                              not */
    uint64_t host_bytes;   /* of host-visible memory, at most */
    ImpastoSize result;    /* of the picture that comes out */
    uint64_t hosted_bytes; /* of device memory that a hosted session holds besides, at most: what
                              its result goes through on the way to the image, and an image of its
                              own, of the largest format with mips */
} ImpastoNeed;

/* What a session would need, without making anything: of pictures of these sizes (content NULL as
 * in impasto_session_create; stacks need more), with `options`
 * (whose init_image counts). Errors: as impasto_session_create. */
IMPASTO_API ImpastoResult impasto_session_need(
    ImpastoContext* context, const ImpastoWeights* weights, const ImpastoSize* content,
    const ImpastoSize* styles, uint32_t style_count, const ImpastoSessionOptions* options,
    ImpastoNeed* need, char* message, size_t message_size);

/* Checks everything, prepares the first scale and allocates. `weights` NULL: the built-in encoder;
 * the same wherever a session is made or asked about. `style_count` >= 1 unless
 * style_weight is 0. `content` NULL: a texture like the styles, of options.width x options.height,
 * from noise (or init_image). Content and styles are all pictures, or all stacks
 * (impasto_image_stack) of as many pictures: then so is the result, and maps are of precision fp32
 * whatever the context's is. Errors: INVALID_ARGUMENT, WEIGHTS (a layer that the encoder lacks),
 * OUT_OF_MEMORY (says the need and a size that would fit), DEVICE_LOST. */
IMPASTO_API ImpastoResult impasto_session_create(
    ImpastoContext* context, const ImpastoWeights* weights, const ImpastoImage* content,
    const ImpastoImage* const* styles, uint32_t style_count, const ImpastoSessionOptions* options,
    ImpastoSession** session, char* message, size_t message_size);
/* Waits for what is in flight. Of a hosted session it cannot: that is to be finished by then, or
 * impasto_session_destroy_after is the function. */
IMPASTO_API void impasto_session_destroy(ImpastoSession* session);

/* Runs up to `iterations` iterations, entering the next scale where one ends. A few iterations are
 * kept in flight, so the progress reported lies up to two iterations behind until the last. Work is
 * submitted in pieces of at most about 50 ms, so that a desktop on the same device stays alive; the
 * first iteration of a scale is waited for, since by it the pieces are measured. Errors: CANCELLED,
 * OUT_OF_MEMORY, DEVICE_LOST; INVALID_ARGUMENT of a hosted session. */
IMPASTO_API ImpastoResult impasto_session_advance(ImpastoSession* session, uint32_t iterations,
                                                  ImpastoProgress* progress);

/* Called after every iteration; returns 1 to go on, 0 to cancel. What is told lies up to two
 * iterations behind (impasto_session_advance), so that the first calls may say iteration 0. */
typedef int (*ImpastoProgressCallback)(void* user, const ImpastoProgress* progress);

/* Runs the session to its end, on the calling thread, whether it is paused or not. `callback` may
 * be NULL; it may call the session's functions, but not destroy it. Those that other threads call
 * wait for the end of the run, but impasto_session_cancel. CANCELLED when it, or the callback, said
 * so; the picture as it is then can still be asked for. INVALID_ARGUMENT of a hosted session. */
IMPASTO_API ImpastoResult impasto_session_run(ImpastoSession* session,
                                              ImpastoProgressCallback callback, void* user);

/* How far the session is. */
IMPASTO_API ImpastoResult impasto_session_progress(ImpastoSession* session,
                                                   ImpastoProgress* progress);

/* 1: until told otherwise impasto_session_advance does nothing and impasto_session_record records
 * nothing but what was asked for meanwhile (a picture, a snapshot). */
IMPASTO_API ImpastoResult impasto_session_pause(ImpastoSession* session, int paused);

/* Goes on until so many iterations (of all scales, as ImpastoProgress.total_iterations counts them)
 * are finished, and pauses there by itself: none more is begun, the progress says exactly that many
 * and the result image shows them, as far as ImpastoHosting.every lets it. Where as many or more
 * were begun already (impasto_session_record says how many are), it pauses after those.
 * impasto_session_pause and another number undo it. Of a hosted session; others are told how many
 * by impasto_session_advance: INVALID_ARGUMENT. */
IMPASTO_API ImpastoResult impasto_session_pause_after(ImpastoSession* session, uint32_t iterations);

/* The session runs no further iteration: impasto_session_advance and _run return CANCELLED, after
 * the iteration that they are at, and impasto_session_record records nothing more. From any thread,
 * also while another one is inside a call. */
IMPASTO_API void impasto_session_cancel(ImpastoSession* session);

/* Changes the weights of the terms, of their layers and of the styles from the next iteration on;
 * the optimiser begins anew from the picture as it is, so that a slider is better heard when it
 * comes to rest than with every pixel that it moves (of a hosted session the last word before an
 * iteration counts). The layers, pooling and padding must be those that the session was created
 * with: INVALID_ARGUMENT. */
IMPASTO_API ImpastoResult impasto_session_set_objective(ImpastoSession* session,
                                                        const ImpastoObjective* objective);

typedef enum ImpastoSnapshotKind {
    IMPASTO_SNAPSHOT_WHOLE = 0,  /* with the optimiser: some 25 times the picture as floats for
                                    L-BFGS with its default history */
    IMPASTO_SNAPSHOT_PICTURE = 1 /* without: about the picture as floats, which are 12 bytes a
                                    pixel */
} ImpastoSnapshotKind;

/* What the session needs to go on later, for impasto_session_restore of the same version of the
 * library: the picture, the objective's weights, the losses so far and, if it is the whole, the
 * optimiser. Freed with impasto_free. Of a hosted session, which never waits: the first call asks
 * for it and returns NOT_READY, as do later ones until the slices that read it back are done. It is
 * then the session's as of those slices, however much later it is fetched, and whatever was changed
 * since; the next call asks anew. */
IMPASTO_API ImpastoResult impasto_session_snapshot(ImpastoSession* session,
                                                   ImpastoSnapshotKind kind, void** bytes,
                                                   size_t* size);
/* Takes a session, made from the same pictures, weights and options and on the same kind of device,
 * to where a snapshot was taken. From a whole one it goes on as if nothing had happened, to the
 * same bytes; from the picture alone as after impasto_session_set_objective, with an optimiser that
 * begins anew. INVALID_ARGUMENT when the snapshot is damaged or of another session. `bytes` is not
 * needed afterwards. Of a hosted session NOT_READY until it is done and the result image shows the
 * picture, also while it is paused: call again with the same bytes after further slices. Other
 * bytes take their place. Weights that impasto_session_set_objective gave before are replaced by
 * the snapshot's, those that it gives meanwhile are taken up after it. */
IMPASTO_API ImpastoResult impasto_session_restore(ImpastoSession* session, const void* bytes,
                                                  size_t size);

/* The scales, coarse to fine: *count in and out, `scales` may be NULL. */
IMPASTO_API ImpastoResult impasto_session_scales(ImpastoSession* session, ImpastoScale* scales,
                                                 uint32_t* count);

/* Device memory in bytes that the session holds at most, the encoder and what preparing a scale
 * takes included: of its last scale, as it was known before anything was allocated. */
IMPASTO_API uint64_t impasto_session_bytes_planned(const ImpastoSession* session);

/* Copies up to `count` losses from the `first`-th iteration on (over all scales, from 0), each of
 * the image before the iteration's step, and returns how many there were. */
IMPASTO_API uint32_t impasto_session_losses(ImpastoSession* session, uint32_t first, uint32_t count,
                                            ImpastoLosses* losses);

typedef struct ImpastoLayerLoss {
    char layer[16]; /* "relu4_2" */
    int style;      /* 1: a style term, 0: a content term */
    float loss;     /* squared difference relative to the target's squares, without the weights of
                       the term and the layer: 0 is a perfect match, or a target that is zero
                       throughout */
} ImpastoLayerLoss;

/* What each layer adds to the losses of the iteration that was finished last (those that
 * ImpastoProgress has): the content layers, then the style layers, in the order of the options;
 * content and style are their means weighted by layer. Layers with weight 0 are told too. *count in
 * and out, `losses` may be NULL; there are none before the first iteration is finished, also after
 * impasto_session_restore. */
IMPASTO_API ImpastoResult impasto_session_layer_losses(ImpastoSession* session,
                                                       ImpastoLayerLoss* losses, uint32_t* count);

/* The picture as it is now, at the current scale's size: clamped, the content's alpha and, if
 * asked for, its colours put on. Waits for what is in flight; of a hosted session it never waits:
 * the first call asks for the picture and returns NOT_READY, as do later ones until the slices that
 * read it back are done; what comes then is the picture as of those slices, as of a snapshot.
 * Errors: OUT_OF_MEMORY, DEVICE_LOST. */
IMPASTO_API ImpastoResult impasto_session_image(ImpastoSession* session, ImpastoImage** image);

/* The losses of the picture that impasto_session_image gives, before clamping and recolouring.
 * (Those of an iteration are of the image before its step.) Evaluates the picture once where that
 * was not done yet; the session goes on as if it had not been asked. INVALID_ARGUMENT of a hosted
 * session, whose ImpastoProgress has the losses. */
IMPASTO_API ImpastoResult impasto_session_image_losses(ImpastoSession* session,
                                                       ImpastoLosses* losses);

/* The last message of a failed call on this session; "" when there was none. Lives until the next
 * call on it, from any thread. */
IMPASTO_API const char* impasto_session_message(ImpastoSession* session);
/* A copy of it, also while other threads call, and without waiting for them; cut to `message_size`
 * bytes with the final zero. */
IMPASTO_API void impasto_session_copy_message(ImpastoSession* session, char* message,
                                              size_t message_size);

/* ---- Measuring ---- */

/* How a layer's convolution is computed at the current scale. */
typedef struct ImpastoLayer {
    char name[16];     /* "relu1_1" */
    char variant[32];  /* ImpastoContextOptions.tier */
    double flops;      /* of one direction, counted as if done directly; the backward pass to the
                          image takes as many again */
    char precision[8]; /* of its map: "fp32", "fp16" */
    int matrix_units;  /* 1: the device's matrix units compute it */
} ImpastoLayer;

/* The layers, from the first: *count in and out, `layers` may be NULL. */
IMPASTO_API ImpastoResult impasto_session_layers(ImpastoSession* session, ImpastoLayer* layers,
                                                 uint32_t* count);

/* One operation of an iteration: a dispatch of a kernel, or a copy. */
typedef struct ImpastoOperation {
    size_t struct_size;
    const char* kernel; /* of shaders/, "copy" or "fill"; these two live during the call */
    const char* label;  /* what it belongs to: "relu3_1 backward", "step" */
    double begin;       /* seconds from the begin of the iteration, in the last one measured; of a
                           hosted session, whose frames have other work too: the sum of those
                           before */
    double seconds;     /* mean over the current scale's iterations, but the first; of a hosted
                           session what it took last, all its parts together */
    double flops;       /* 0: not counted */
    double bytes;       /* read and written at least; 0: not counted */
    int matrix_units;   /* 1: the device's matrix units do the multiplications */
} ImpastoOperation;

typedef void (*ImpastoOperationCallback)(void* user, const ImpastoOperation* operation);

/* Calls `callback` for every operation of an iteration, in order. Nothing is called when the
 * session does not profile (ImpastoSessionOptions.profile), before the first iteration, or when the
 * device has no clock. A hosted session measures always, since its slices are cut by it: nothing is
 * called before an iteration of the current scale was measured. */
IMPASTO_API ImpastoResult impasto_session_operations(ImpastoSession* session,
                                                     ImpastoOperationCallback callback, void* user);

typedef struct ImpastoPeak {
    size_t struct_size;
    double flops_per_second;        /* fp32 multiply-adds without memory, each counted as two */
    double bytes_per_second;        /* read and written by a copy */
    double matrix_flops_per_second; /* by matrix units, fp16 with fp32 sums; 0 without any */
} ImpastoPeak;

/* Measures what the device reaches at most, in about a second, on a device of which Impasto has a
 * queue. Errors: INVALID_ARGUMENT (no queue), OUT_OF_MEMORY, DEVICE_LOST. */
IMPASTO_API ImpastoResult impasto_measure_peak(ImpastoContext* context, ImpastoPeak* peak);

/* ---- Probe: what the device computes, for checking against any other program ---- */

typedef struct ImpastoProbe ImpastoProbe;

/* Evaluates the objective once at the images' own sizes, with zero padding; nothing is resized. The
 * image and the content must be of one size. Tensors: "features.<layer>" (C, H, W) of every layer
 * used and "gram.<layer>" (C, C) of the style layers, of the image, in the weights' own scale;
 * "loss" (4): total, content, style, tv; "gradient" (3, H, W): d total / d image in [0, 1] RGB.
 * Errors: INVALID_ARGUMENT, WEIGHTS, OUT_OF_MEMORY, DEVICE_LOST. */
IMPASTO_API ImpastoResult impasto_probe_run(ImpastoContext* context, const ImpastoWeights* weights,
                                            const ImpastoImage* image, const ImpastoImage* content,
                                            const ImpastoImage* const* styles, uint32_t style_count,
                                            const ImpastoObjective* objective, ImpastoProbe** probe,
                                            char* message, size_t message_size);
IMPASTO_API void impasto_probe_destroy(ImpastoProbe* probe);

typedef struct ImpastoTensor {
    size_t struct_size;
    const char* name; /* these three live as long as the probe */
    const float* values;
    const uint64_t* shape;
    uint32_t dimensions;
} ImpastoTensor;

IMPASTO_API uint32_t impasto_probe_count(const ImpastoProbe* probe);
/* INVALID_ARGUMENT when `index` is out of range. */
IMPASTO_API ImpastoResult impasto_probe_tensor(const ImpastoProbe* probe, uint32_t index,
                                               ImpastoTensor* tensor);
/* Writes all tensors as safetensors, F32. Errors: OUTPUT. */
IMPASTO_API ImpastoResult impasto_probe_save(const ImpastoProbe* probe, const char* path,
                                             char* message, size_t message_size);

#ifdef __cplusplus
}
#endif

#endif
