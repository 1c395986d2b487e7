/* Impasto inside a program that has its own Vulkan device: a game engine, a renderer, an editor.
 *
 * The host keeps its instance, device, queues and frame loop. It lends Impasto a device, and each
 * frame a command buffer and a few milliseconds; Impasto writes a slice of its work into the
 * command buffer and the picture into an image that the host samples. It submits nothing, waits for
 * nothing, and never calls through function pointers other than those it was given. The ten calls:
 *
 *     impasto_required_features(instance, physical_device, get_proc, &need, ...);   1
 *     ... the host makes its VkDevice, with what it wants of need.features ...
 *     impasto_context_create(&options, &context, ...);      2, options.host_device = the device
 *     impasto_weights_load("builtin", NULL, &weights, ...);                         3
 *     impasto_image_load("painting.jpg", &style, ...);                              4
 *     impasto_session_create_hosted(context, weights, &texture, &style_source, 1,
 *                                   &session_options, &hosting, &session, ...);     5
 *     impasto_session_result(session, &result);             6, a VkImageView, once `ready` is 1
 *     every frame: impasto_session_record(session, &slice, &report);                7
 *         slice.frame = n, slice.completed_frame = n > in_flight ? n - in_flight : 0
 *     impasto_session_set_objective(session, &objective);   8, whenever a slider moves
 *     impasto_session_destroy_after(session, frame);                                9
 *     impasto_context_destroy(context);                    10, once the device is idle
 *
 * Vulkan's handles are passed as void* (VkInstance, VkPhysicalDevice, VkDevice, VkQueue,
 * VkCommandBuffer) and as uint64_t (VkImage, VkImageView, VkDeviceMemory, VkPipelineCache: what
 * `(uint64_t)handle` gives), enumerations as uint32_t, so that this header needs none of Vulkan's.
 *
 * Frames. The host numbers its frames from 1 on, and says with every slice which frame's command
 * buffer it is and up to which frame the device has finished (it has waited for that frame's fence,
 * as every frame loop does before it uses a command buffer again). All slices of a context go to
 * queues of one family, are submitted in the order in which they were recorded, on one queue, each
 * once. What was recorded must be submitted, as part of the frame that was named.
 *
 * State. Its barriers are in the slice: its work waits for earlier slices, what reads an image of
 * the host waits for all earlier commands and sees what they wrote, what writes the result image
 * waits for all earlier commands that sample it, and all later commands see it written. The host
 * adds none. It leaves bound: its compute pipeline, its
 * descriptor set 0 at the compute bind point, and push constants. What the host had bound to
 * graphics stays; its compute state and its push constants must be set again. Must not be recorded
 * inside a render pass, or into a secondary command buffer that continues one.
 *
 * Threads. As in impasto.h: functions of a hosted session may be called from several threads and
 * take turns; impasto_session_destroy and _destroy_after come last. A hosted session has one
 * thread of its own, which prepares pictures, compiles pipelines and reads losses, so that no call
 * takes long; it makes Vulkan objects on the host's device, which Vulkan allows beside the host's
 * own threads, and never touches a queue.
 */
#ifndef IMPASTO_VULKAN_H
#define IMPASTO_VULKAN_H

#include "impasto/impasto.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The host's vkGetInstanceProcAddr. */
typedef void (*(*ImpastoGetInstanceProcAddr)(void* instance, const char* name))(void);
/* The host's vkGetDeviceProcAddr. */
typedef void (*(*ImpastoGetDeviceProcAddr)(void* device, const char* name))(void);

/* ---- Before the device is made -------------------------------------------------------------- */

/* What a VkDevice can have enabled that Impasto uses. None is needed for slices; the more there
 * are, the faster it is. */
typedef enum ImpastoFeature {
    /* VkPhysicalDeviceVulkan12Features.timelineSemaphore: needed by the functions that submit by
     * themselves (impasto_session_advance and all others that are not told to be for hosts). */
    IMPASTO_FEATURE_TIMELINE_SEMAPHORE = 0x01,
    /* VkPhysicalDeviceVulkan12Features.bufferDeviceAddress: buffers of any length, and kernels that
     * are faster on some drivers. */
    IMPASTO_FEATURE_BUFFER_DEVICE_ADDRESS = 0x02,
    /* VkPhysicalDeviceFeatures.shaderInt64 */
    IMPASTO_FEATURE_SHADER_INT64 = 0x04,
    /* The matrix units, all of: the extensions VK_KHR_cooperative_matrix and
     * VK_EXT_subgroup_size_control, and
     *     VkPhysicalDeviceCooperativeMatrixFeaturesKHR.cooperativeMatrix
     *     VkPhysicalDeviceSubgroupSizeControlFeatures.subgroupSizeControl, .computeFullSubgroups
     *     VkPhysicalDeviceVulkan12Features.shaderFloat16, .vulkanMemoryModel, and
     *     .bufferDeviceAddress, which is the bit above. */
    IMPASTO_FEATURE_MATRIX_UNITS = 0x08
} ImpastoFeature;

typedef struct ImpastoFeatures {
    size_t struct_size;
    uint32_t features;             /* ImpastoFeature bits that the device has */
    const char* const* extensions; /* to enable for MATRIX_UNITS; live as long as the library */
    uint32_t extension_count;
    char unusable[256]; /* why Impasto can't use the device; "" when it can */
} ImpastoFeatures;

/* What would help on `physical_device` of an instance made with apiVersion >= 1.2. Errors:
 * INVALID_ARGUMENT, NO_DEVICE (entry points are missing). Any thread. */
IMPASTO_API ImpastoResult impasto_required_features(
    void* instance, void* physical_device, ImpastoGetInstanceProcAddr get_instance_proc_addr,
    ImpastoFeatures* features, char* message, size_t message_size);

/* The ImpastoFeature bits that a VkDeviceCreateInfo enables (its pNext chain, extensions and
 * pEnabledFeatures are read), for ImpastoVulkanDevice.features. Any thread. */
IMPASTO_API uint32_t impasto_enabled_features(const void* device_create_info);

/* ---- Memory of the host ---------------------------------------------------------------------- */

typedef struct ImpastoMemoryRequest {
    size_t struct_size;
    uint64_t size;        /* bytes */
    uint64_t alignment;   /* of the offset; a power of two */
    uint32_t memory_type; /* index: the one to allocate from */
    int device_address;   /* 1: the VkDeviceMemory must have been allocated with
                             VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT */
    int host_visible;     /* 1: `mapped` must be set, coherent */
    int image;            /* 1: for an image of optimal tiling, else for buffers */
} ImpastoMemoryRequest;

typedef struct ImpastoMemory {
    size_t struct_size;
    uint64_t memory; /* VkDeviceMemory */
    uint64_t offset; /* bytes */
    void* mapped;    /* of `offset`, when host_visible was asked for */
    void* user;      /* the host's own */
} ImpastoMemory;

/* Fills `memory` and returns 1, or returns 0 when there is none. Called from the thread that called
 * Impasto and from sessions' threads, never two at once for one context. Neither callback may call
 * Impasto. */
typedef int (*ImpastoAllocate)(void* user, const ImpastoMemoryRequest* request,
                               ImpastoMemory* memory);
typedef void (*ImpastoFree)(void* user, const ImpastoMemory* memory);

/* ---- A device of the host -------------------------------------------------------------------- */

/* Read by impasto_context_create; what it names (instance, device, queue, callbacks, memory) the
 * host keeps alive as long as the context. */
struct ImpastoVulkanDevice {
    size_t struct_size;
    void* instance;        /* VkInstance, created with apiVersion >= 1.2 */
    void* physical_device; /* VkPhysicalDevice */
    void* device;          /* VkDevice */
    /* VkQueue with compute, for the functions that submit by themselves, or NULL when only slices
     * are wanted. Used only inside calls of Impasto, between lock_queue and unlock_queue. */
    void* queue;
    uint32_t queue_family_index; /* of `queue`, and of the command buffers of slices */
    ImpastoGetInstanceProcAddr get_instance_proc_addr;
    ImpastoGetDeviceProcAddr get_device_proc_addr; /* NULL: from the instance */
    uint32_t features; /* ImpastoFeature bits that were enabled when the device was made, by
                          impasto_enabled_features or by hand; a bit that is wrong is undefined
                          behaviour, as in Vulkan itself, unless the device can't have it at all */
    /* VkPipelineCache, used from several threads: not made as externally synchronised. 0: one of
     * Impasto's own, kept in ImpastoContextOptions.cache_dir. */
    uint64_t pipeline_cache;
    /* Called around every use of `queue`; may be NULL when no other thread uses it. */
    void (*lock_queue)(void* user);
    void (*unlock_queue)(void* user);
    void* queue_user;
    /* Where device memory comes from; both or none. */
    ImpastoAllocate allocate;
    ImpastoFree free;
    void* memory_user;
    /* Or a piece of one allocation of the host, from which everything that is device-local is
     * taken; size 0: none. Its memory type must be device-local, allowed for storage buffers, and
     * with BUFFER_DEVICE_ADDRESS allocated for that. How much: impasto_session_need. Host-visible
     * memory (a few MB) and the result image are allocated beside it. Since the need is asked of a
     * context: make one without a block, ask, destroy it, and make the one with the block. */
    uint64_t block_memory; /* VkDeviceMemory */
    uint64_t block_offset; /* bytes; a multiple of 256 */
    uint64_t block_size;   /* bytes */
    uint32_t block_type;   /* memory type index */
    uint32_t reserved;     /* 0: room for a field, see ImpastoObjective */
};

/* Tells what the host knows without a slice: up to which frame the device has finished, by which
 * what was to be destroyed after a frame is, as far as the sessions' threads have come to their
 * end: the others are by a later call, so that no frame waits. UINT64_MAX for an idle device: then
 * everything is, and the threads are waited for, which may be compiling a pipeline. */
IMPASTO_API ImpastoResult impasto_context_frame_completed(ImpastoContext* context,
                                                          uint64_t completed_frame);

/* The host's device is lost. From now on all of the context's sessions fail with DEVICE_LOST, no
 * other can be made, nothing waits for the device, and everything may be destroyed; before the host
 * destroys the device. */
IMPASTO_API ImpastoResult impasto_context_device_lost(ImpastoContext* context);

/* ---- Pictures of the host -------------------------------------------------------------------- */

/* An image of the host: 2D, one sample, of the slices' queue family. Formats, as VkFormat:
 *     VK_FORMAT_R8G8B8A8_SRGB (43), _UNORM (37): bytes are sRGB-encoded in both
 *     VK_FORMAT_R16G16B16A16_SFLOAT (97), VK_FORMAT_R32G32B32A32_SFLOAT (109): linear light
 * Values outside [0, 1] are clamped; alpha is not premultiplied. */
typedef struct ImpastoVulkanImage {
    size_t struct_size;
    uint64_t image;     /* VkImage; as a source with TRANSFER_SRC usage, as a target TRANSFER_DST */
    uint32_t format;    /* VkFormat */
    uint32_t width;     /* px, of mip level 0 */
    uint32_t height;    /* px */
    uint32_t mip_level; /* the level that is read; of a target 0 */
    uint32_t array_layer;
    /* VkImageLayout in which the image is when the slice's commands run, and in which it is left.
     * Of a source it may not be UNDEFINED. */
    uint32_t layout;
} ImpastoVulkanImage;

/* A picture, either in memory or in an image of the host; the other is NULL. An image of the host
 * is read by the first slices, and is needed and must not change until report.state is no longer
 * IMPASTO_STATE_PREPARING. */
typedef struct ImpastoSource {
    size_t struct_size;
    const ImpastoImage* image;
    const ImpastoVulkanImage* vulkan_image;
} ImpastoSource;

/* ---- Hosted sessions --------------------------------------------------------------------------
 */

typedef struct ImpastoHosting {
    size_t struct_size;
    /* The result: VkFormat as above; 0: VK_FORMAT_R8G8B8A8_SRGB. */
    uint32_t format;
    int mips;       /* 1: with all mip levels, each the mean of 2x2 texels of the one before, in
                       linear light */
    uint32_t every; /* the result is written after so many iterations; 0: after each */
    /* Where the result goes, of the last scale's size, ImpastoNeed.result: the longest side is
     * options->size, the shape the content's. NULL: an image of Impasto's own. */
    const ImpastoVulkanImage* target;
    uint32_t target_levels; /* mip levels of the target that are written, from 0 on; 0: one */
    uint32_t reserved;      /* 0 */
} ImpastoHosting;

/* As impasto_session_create, but all the device's work is done by impasto_session_record; this
 * waits for no device (pictures in memory are copied, the result image is made), and every other
 * function of a session may be called right after; those of which the answer is not known yet say
 * so (NOT_READY, zeros). `options->profile` must be 0. Which
 * variant computes a convolution is not timed here: what an earlier timing on this device left in
 * the cache folder decides, or the rule. Errors: INVALID_ARGUMENT, WEIGHTS, OUT_OF_MEMORY. Errors
 * of the preparation come from impasto_session_record. */
IMPASTO_API ImpastoResult impasto_session_create_hosted(
    ImpastoContext* context, const ImpastoWeights* weights, const ImpastoSource* content,
    const ImpastoSource* styles, uint32_t style_count, const ImpastoSessionOptions* options,
    const ImpastoHosting* hosting, ImpastoSession** session, char* message, size_t message_size);

typedef struct ImpastoSlice {
    size_t struct_size;
    void* command_buffer;     /* VkCommandBuffer, in the recording state */
    uint64_t frame;           /* that it is submitted with: from 1 on, never falling */
    uint64_t completed_frame; /* the device has finished this one and all before; below `frame`, and
                                 0 while it has finished none */
    double budget_ms;         /* device time that the slice may take, above 0 */
} ImpastoSlice;

typedef enum ImpastoState {
    IMPASTO_STATE_PREPARING = 0, /* the first scale is being prepared */
    IMPASTO_STATE_RUNNING = 1,
    IMPASTO_STATE_PAUSED = 2,
    IMPASTO_STATE_DONE = 3, /* the last iteration is finished and its picture written */
    IMPASTO_STATE_CANCELLED = 4,
    IMPASTO_STATE_FAILED = 5 /* impasto_session_message says why */
} ImpastoState;

typedef struct ImpastoSliceReport {
    size_t struct_size;
    ImpastoState state;
    uint32_t operations; /* that were recorded, whole or in part; 0: nothing was, and the command
                            buffer is as it was */
    double estimate_ms;  /* device time that they are expected to take. Above the budget only when
                            a single piece is: a slice has one piece at least. */
    double measured_ms;  /* what the slice of measured_frame took by the device's clock */
    uint64_t measured_frame; /* the last one measured; 0: none yet, or a queue without timestamps */
    uint64_t pictures;       /* times that the result image was written, this slice included */
} ImpastoSliceReport;

/* Writes a slice of work into the command buffer. Nothing is recorded while the session's thread
 * prepares what comes next, is paused, or has ended; that is no error. `report` may be NULL.
 * The session's thread queues iterations ahead, as many as fill budget_ms in each of the frames
 * that are in flight and in one more, from 2 to 64 of them: a slice finds enough to do however
 * short an iteration is. impasto_session_cancel and _pause take effect with the next slice,
 * whatever is queued; impasto_session_set_objective, _pause_after, _image, _snapshot and _restore
 * behind what is queued by then, which is that many frames later.
 * Errors: INVALID_ARGUMENT (the session is not hosted, or frames that fall), OUT_OF_MEMORY where
 * this call had none of the host's (the state is not FAILED then: call again), and what made the
 * session fail, once and on every later call. */
IMPASTO_API ImpastoResult impasto_session_record(ImpastoSession* session, const ImpastoSlice* slice,
                                                 ImpastoSliceReport* report);

/* The result image, which lives as long as the session. Until the first picture is written
 * its content and layout are undefined: ready is 0, and it must not be sampled. It is in `layout`
 * before and after every slice that wrote it. */
typedef struct ImpastoResultImage {
    size_t struct_size;
    uint64_t image;  /* VkImage: TRANSFER_SRC, TRANSFER_DST and SAMPLED usage */
    uint64_t view;   /* VkImageView of all its levels; 0 with a target of the host */
    uint32_t format; /* VkFormat of the view; the image can be viewed as _UNORM and _SRGB */
    uint32_t layout; /* VkImageLayout: SHADER_READ_ONLY_OPTIMAL, or the target's */
    uint32_t width;  /* px */
    uint32_t height; /* px */
    uint32_t mip_levels;
    int ready; /* 1: commands recorded after the last slice may sample it */
} ImpastoResultImage;

IMPASTO_API ImpastoResult impasto_session_result(ImpastoSession* session,
                                                 ImpastoResultImage* result);

/* Destroys a hosted session, and its result image, once the device has finished `frame`, the last
 * one that samples the image or has a slice of it, which is the last one recorded so far when a
 * host restarts a session between frames: by a later impasto_session_record of another session of
 * the context, impasto_context_frame_completed, or impasto_context_destroy. The handle is invalid
 * at once; a new session's image may get the same handle later, so that descriptors are not to be
 * looked up by it. (impasto_session_destroy is for when the device has finished already.)
 */
IMPASTO_API void impasto_session_destroy_after(ImpastoSession* session, uint64_t frame);

#ifdef __cplusplus
}
#endif

#endif
