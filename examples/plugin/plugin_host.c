/* A program with a Vulkan device and a frame loop of its own that loads Impasto at run time, as the
 * plug-in of an engine would: nothing of Impasto or Vulkan is linked, C99 and dlopen are enough.
 *
 *     plugin_host LIBRARY CONTENT STYLE OUTPUT [SIZE [ITERATIONS [STYLE_WEIGHT]]]
 *
 * LIBRARY is libimpasto.so. Two frames are in flight; each gets a slice of Impasto's work of a few
 * milliseconds, as if a picture were drawn beside it. STYLE_WEIGHT is where a slider is moved to
 * after half of the iterations. At the end the result image is read back and written to OUTPUT.
 *
 * The numbers in brackets are those of the ten calls in impasto_vulkan.h.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VK_NO_PROTOTYPES
#include <impasto/impasto_vulkan.h>
#include <vulkan/vulkan.h>

enum { FRAMES_IN_FLIGHT = 2 };
static const double SLICE_MS = 4; /* of a frame of 16 */

/* ---- What is loaded ------------------------------------------------------------------------- */

#define IMPASTO_CALLS(X)                                                                          \
    X(ImpastoResult, required_features,                                                           \
      (void*, void*, ImpastoGetInstanceProcAddr, ImpastoFeatures*, char*, size_t))                \
    X(uint32_t, enabled_features, (const void*))                                                  \
    X(ImpastoResult, context_create,                                                              \
      (const ImpastoContextOptions*, ImpastoContext**, char*, size_t))                            \
    X(ImpastoResult, weights_load,                                                                \
      (const char*, const ImpastoWeightsOptions*, ImpastoWeights**, char*, size_t))               \
    X(ImpastoResult, image_load, (const char*, ImpastoImage**, char*, size_t))                    \
    X(void, session_options_default, (ImpastoSessionOptions*))                                    \
    X(ImpastoResult, session_create_hosted,                                                       \
      (ImpastoContext*, const ImpastoWeights*, const ImpastoSource*, const ImpastoSource*,        \
       uint32_t, const ImpastoSessionOptions*, const ImpastoHosting*, ImpastoSession**, char*,    \
       size_t))                                                                                   \
    X(ImpastoResult, session_scales, (ImpastoSession*, ImpastoScale*, uint32_t*))                 \
    X(ImpastoResult, session_result, (ImpastoSession*, ImpastoResultImage*))                      \
    X(ImpastoResult, session_record, (ImpastoSession*, const ImpastoSlice*, ImpastoSliceReport*)) \
    X(ImpastoResult, session_progress, (ImpastoSession*, ImpastoProgress*))                       \
    X(ImpastoResult, session_set_objective, (ImpastoSession*, const ImpastoObjective*))           \
    X(const char*, session_message, (ImpastoSession*))                                            \
    X(void, session_destroy_after, (ImpastoSession*, uint64_t))                                   \
    X(ImpastoResult, image_create,                                                                \
      (int, int, const float*, const float*, ImpastoImage**, char*, size_t))                      \
    X(ImpastoResult, image_save,                                                                  \
      (const ImpastoImage*, const char*, const ImpastoText*, size_t, char*, size_t))              \
    X(void, image_destroy, (ImpastoImage*))                                                       \
    X(void, weights_destroy, (ImpastoWeights*))                                                   \
    X(void, context_destroy, (ImpastoContext*))

#define VULKAN_INSTANCE_CALLS(X)              \
    X(DestroyInstance)                        \
    X(EnumeratePhysicalDevices)               \
    X(GetPhysicalDeviceQueueFamilyProperties) \
    X(GetPhysicalDeviceMemoryProperties)      \
    X(CreateDevice)                           \
    X(GetDeviceProcAddr)

#define VULKAN_DEVICE_CALLS(X)     \
    X(DestroyDevice)               \
    X(DeviceWaitIdle)              \
    X(GetDeviceQueue)              \
    X(QueueSubmit)                 \
    X(CreateCommandPool)           \
    X(DestroyCommandPool)          \
    X(AllocateCommandBuffers)      \
    X(BeginCommandBuffer)          \
    X(EndCommandBuffer)            \
    X(CreateFence)                 \
    X(DestroyFence)                \
    X(WaitForFences)               \
    X(ResetFences)                 \
    X(CreateBuffer)                \
    X(DestroyBuffer)               \
    X(GetBufferMemoryRequirements) \
    X(AllocateMemory)              \
    X(FreeMemory)                  \
    X(BindBufferMemory)            \
    X(MapMemory)                   \
    X(CmdPipelineBarrier)          \
    X(CmdCopyImageToBuffer)

typedef struct Vulkan {
    PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
    PFN_vkCreateInstance CreateInstance;
#define MEMBER(name) PFN_vk##name name;
    VULKAN_INSTANCE_CALLS(MEMBER)
    VULKAN_DEVICE_CALLS(MEMBER)
#undef MEMBER
} Vulkan;

typedef struct Impasto {
#define MEMBER(result, name, parameters) result(*name) parameters;
    IMPASTO_CALLS(MEMBER)
#undef MEMBER
} Impasto;

/* A frame that can be in flight beside another. */
typedef struct Frame {
    VkCommandBuffer commands;
    VkFence done;
} Frame;

typedef struct Host {
    void* impasto_library;
    void* vulkan_library;
    Impasto impasto;
    Vulkan vk;

    VkInstance instance;
    VkPhysicalDevice physical;
    VkDevice device;
    uint32_t family;
    VkQueue queue;
    VkCommandPool pool;
    Frame frames[FRAMES_IN_FLIGHT];
    uint64_t frame;    /* the number of the last one begun, from 1 on */
    uint32_t features; /* that the device was made with, as ImpastoFeature bits */

    ImpastoContext* context;
    ImpastoWeights* weights;
    ImpastoImage* content;
    ImpastoImage* style;
    ImpastoSession* session;

    char message[512]; /* of the Impasto function that failed */
} Host;

typedef struct Request {
    const char* library;
    const char* content;
    const char* style;
    const char* output;
    uint32_t size;       /* px; 0: the default */
    uint32_t iterations; /* of each scale; 0: the default */
    float style_weight;  /* from half of them on; below 0: as it is */
} Request;

/* All functions below return 1, or print what went wrong and return 0. */
static int failed(const char* what, const char* why) {
    fprintf(stderr, "plugin_host: %s: %s\n", what, why);
    return 0;
}

static int vulkan_ok(VkResult result, const char* what) {
    char number[32];
    if (result == VK_SUCCESS) return 1;
    snprintf(number, sizeof number, "VkResult %d", (int)result);
    return failed(what, number);
}

/* Of a function that fills host->message. */
static int impasto_ok(Host* host, ImpastoResult result, const char* what) {
    return result == IMPASTO_SUCCESS ? 1 : failed(what, host->message);
}

/* Of a method of the session. */
static int session_ok(Host* host, ImpastoResult result, const char* what) {
    if (result == IMPASTO_SUCCESS) return 1;
    return failed(what, host->impasto.session_message(host->session));
}

/* C has no cast from void* to a function. */
static int find(void* library, const char* name, void* function) {
    void* const symbol = dlsym(library, name);
    if (symbol == NULL) return failed(name, "is not in the library");
    memcpy(function, &symbol, sizeof symbol);
    return 1;
}

static int load_libraries(Host* host, const char* path) {
    host->impasto_library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (host->impasto_library == NULL) return failed("loading Impasto", dlerror());
    host->vulkan_library = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
    if (host->vulkan_library == NULL) return failed("loading Vulkan", dlerror());
        /* The types above are those of the header: the compiler compares them, nothing is called.
         */
#define LOAD(result, name, parameters)                     \
    (void)sizeof(1 ? host->impasto.name : impasto_##name); \
    if (!find(host->impasto_library, "impasto_" #name, &host->impasto.name)) return 0;
    IMPASTO_CALLS(LOAD)
#undef LOAD
    return find(host->vulkan_library, "vkGetInstanceProcAddr", &host->vk.GetInstanceProcAddr);
}

/* ---- The host's device ---------------------------------------------------------------------- */

static int make_instance(Host* host) {
    Vulkan* const vk = &host->vk;
    const VkApplicationInfo application = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                           .apiVersion = VK_API_VERSION_1_2};
    const VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                       .pApplicationInfo = &application};
    vk->CreateInstance = (PFN_vkCreateInstance)vk->GetInstanceProcAddr(NULL, "vkCreateInstance");
    if (!vulkan_ok(vk->CreateInstance(&info, NULL, &host->instance), "vkCreateInstance")) return 0;
#define LOAD(name) vk->name = (PFN_vk##name)vk->GetInstanceProcAddr(host->instance, "vk" #name);
    VULKAN_INSTANCE_CALLS(LOAD)
#undef LOAD
    return 1;
}

/* The first queue family with compute, which is also a renderer's on most devices. */
static int choose_family(Host* host, VkPhysicalDevice device) {
    VkQueueFamilyProperties families[16];
    uint32_t count = 16;
    host->vk.GetPhysicalDeviceQueueFamilyProperties(device, &count, families);
    for (uint32_t i = 0; i < count; ++i) {
        if (families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) {
            host->family = i;
            return 1;
        }
    }
    return 0;
}

/* [1] The first device that Impasto can use, and what would help it there. */
static int choose_device(Host* host, ImpastoFeatures* need) {
    VkPhysicalDevice devices[16];
    uint32_t count = 16;
    const VkResult result = host->vk.EnumeratePhysicalDevices(host->instance, &count, devices);
    if (result != VK_INCOMPLETE && !vulkan_ok(result, "vkEnumeratePhysicalDevices")) return 0;
    for (uint32_t i = 0; i < count; ++i) {
        memset(need, 0, sizeof *need);
        need->struct_size = sizeof *need;
        if (!impasto_ok(host,
                        host->impasto.required_features(
                            host->instance, devices[i],
                            (ImpastoGetInstanceProcAddr)host->vk.GetInstanceProcAddr, need,
                            host->message, sizeof host->message),
                        "impasto_required_features")) {
            return 0;
        }
        if (need->unusable[0] == '\0' && choose_family(host, devices[i])) {
            host->physical = devices[i];
            return 1;
        }
    }
    return failed("choosing a device", count > 0 ? need->unusable : "there is none");
}

static int make_device(Host* host, const ImpastoFeatures* need) {
    Vulkan* const vk = &host->vk;
    const float priority = 1;
    const VkDeviceQueueCreateInfo queue = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                           .queueFamilyIndex = host->family,
                                           .queueCount = 1,
                                           .pQueuePriorities = &priority};
    /* Of what helps: addresses and 64-bit numbers. Slices need no timeline semaphores, and the
     * matrix units are left out, which would take extensions. */
    const VkPhysicalDeviceFeatures basic = {
        .shaderInt64 = (need->features & IMPASTO_FEATURE_SHADER_INT64) != 0};
    VkPhysicalDeviceVulkan12Features features = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
        .bufferDeviceAddress = (need->features & IMPASTO_FEATURE_BUFFER_DEVICE_ADDRESS) != 0};
    const VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                     .pNext = &features,
                                     .queueCreateInfoCount = 1,
                                     .pQueueCreateInfos = &queue,
                                     .pEnabledFeatures = &basic};
    if (!vulkan_ok(vk->CreateDevice(host->physical, &info, NULL, &host->device),
                   "vkCreateDevice")) {
        return 0;
    }
    host->features = host->impasto.enabled_features(&info);
#define LOAD(name) vk->name = (PFN_vk##name)vk->GetDeviceProcAddr(host->device, "vk" #name);
    VULKAN_DEVICE_CALLS(LOAD)
#undef LOAD
    vk->GetDeviceQueue(host->device, host->family, 0, &host->queue);
    return 1;
}

static int make_frames(Host* host) {
    Vulkan* const vk = &host->vk;
    const VkCommandPoolCreateInfo pool = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                          .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
                                          .queueFamilyIndex = host->family};
    if (!vulkan_ok(vk->CreateCommandPool(host->device, &pool, NULL, &host->pool),
                   "vkCreateCommandPool")) {
        return 0;
    }
    for (int i = 0; i < FRAMES_IN_FLIGHT; ++i) {
        const VkCommandBufferAllocateInfo commands = {
            .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
            .commandPool = host->pool,
            .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
            .commandBufferCount = 1};
        const VkFenceCreateInfo fence = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO,
                                         .flags = VK_FENCE_CREATE_SIGNALED_BIT};
        Frame* const frame = &host->frames[i];
        if (!vulkan_ok(vk->AllocateCommandBuffers(host->device, &commands, &frame->commands),
                       "vkAllocateCommandBuffers") ||
            !vulkan_ok(vk->CreateFence(host->device, &fence, NULL, &frame->done),
                       "vkCreateFence")) {
            return 0;
        }
    }
    return 1;
}

/* ---- Frames --------------------------------------------------------------------------------- */

/* Waits until the frame before the last one is done, and begins the next in its place. */
static int begin_frame(Host* host, VkCommandBuffer* commands) {
    Vulkan* const vk = &host->vk;
    Frame* const frame = &host->frames[(host->frame + 1) % FRAMES_IN_FLIGHT];
    const VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                            .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
    *commands = frame->commands;
    if (!vulkan_ok(vk->WaitForFences(host->device, 1, &frame->done, VK_TRUE, UINT64_MAX),
                   "vkWaitForFences") ||
        !vulkan_ok(vk->ResetFences(host->device, 1, &frame->done), "vkResetFences") ||
        !vulkan_ok(vk->BeginCommandBuffer(frame->commands, &begin), "vkBeginCommandBuffer")) {
        return 0;
    }
    ++host->frame;
    return 1;
}

static int end_frame(Host* host) {
    Vulkan* const vk = &host->vk;
    Frame* const frame = &host->frames[host->frame % FRAMES_IN_FLIGHT];
    const VkSubmitInfo submit = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
                                 .commandBufferCount = 1,
                                 .pCommandBuffers = &frame->commands};
    return vulkan_ok(vk->EndCommandBuffer(frame->commands), "vkEndCommandBuffer") &&
           vulkan_ok(vk->QueueSubmit(host->queue, 1, &submit, frame->done), "vkQueueSubmit");
}

/* [7] One frame with a slice of the session's work. Here a renderer would draw, too. */
static int play_frame(Host* host, ImpastoSliceReport* report) {
    VkCommandBuffer commands;
    ImpastoSlice slice;
    ImpastoResult result;
    if (!begin_frame(host, &commands)) return 0;
    memset(&slice, 0, sizeof slice);
    slice.struct_size = sizeof slice;
    slice.command_buffer = commands;
    slice.frame = host->frame;
    slice.completed_frame = host->frame > FRAMES_IN_FLIGHT ? host->frame - FRAMES_IN_FLIGHT : 0;
    slice.budget_ms = SLICE_MS;
    result = host->impasto.session_record(host->session, &slice, report);
    /* What was recorded must be submitted, whatever the session's end is. */
    return end_frame(host) && session_ok(host, result, "impasto_session_record");
}

/* ---- Impasto on the device ------------------------------------------------------------------ */

/* [2] [3] [4] */
static int open_impasto(Host* host, const Request* request) {
    ImpastoVulkanDevice lent; /* read during the call */
    ImpastoContextOptions options;
    memset(&lent, 0, sizeof lent);
    lent.struct_size = sizeof lent;
    lent.instance = host->instance;
    lent.physical_device = host->physical;
    lent.device = host->device;
    lent.queue_family_index = host->family; /* and no queue: slices alone */
    lent.get_instance_proc_addr = (ImpastoGetInstanceProcAddr)host->vk.GetInstanceProcAddr;
    lent.features = host->features;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.host_device = &lent;
    return impasto_ok(host,
                      host->impasto.context_create(&options, &host->context, host->message,
                                                   sizeof host->message),
                      "impasto_context_create") &&
           impasto_ok(host,
                      host->impasto.weights_load("builtin", NULL, &host->weights, host->message,
                                                 sizeof host->message),
                      "impasto_weights_load") &&
           impasto_ok(host,
                      host->impasto.image_load(request->content, &host->content, host->message,
                                               sizeof host->message),
                      "impasto_image_load") &&
           impasto_ok(host,
                      host->impasto.image_load(request->style, &host->style, host->message,
                                               sizeof host->message),
                      "impasto_image_load");
}

static void session_options(const Host* host, const Request* request,
                            ImpastoSessionOptions* options) {
    memset(options, 0, sizeof *options);
    options->struct_size = sizeof *options;
    host->impasto.session_options_default(options);
    if (request->size != 0) options->size = request->size;
    if (request->iterations != 0) {
        options->iterations = &request->iterations;
        options->iterations_count = 1;
    }
}

/* [5] */
static int make_session(Host* host, const Request* request) {
    ImpastoSessionOptions options;
    ImpastoHosting hosting;
    ImpastoSource content;
    ImpastoSource style;
    session_options(host, request, &options);
    memset(&content, 0, sizeof content);
    content.struct_size = sizeof content;
    content.image = host->content;
    style = content;
    style.image = host->style;
    memset(&hosting, 0, sizeof hosting);
    hosting.struct_size = sizeof hosting;
    hosting.format = VK_FORMAT_R8G8B8A8_SRGB;
    return impasto_ok(host,
                      host->impasto.session_create_hosted(
                          host->context, host->weights, &content, &style, 1, &options, &hosting,
                          &host->session, host->message, sizeof host->message),
                      "impasto_session_create_hosted");
}

/* [8] Moves the style's slider once half of the iterations are done; before that, nothing. */
static int move_slider(Host* host, const Request* request, int* moved) {
    ImpastoScale scales[32];
    uint32_t count = 32;
    uint32_t total = 0;
    ImpastoSessionOptions options;
    ImpastoProgress progress;
    if (*moved || request->style_weight < 0) return 1;
    memset(&progress, 0, sizeof progress);
    progress.struct_size = sizeof progress;
    if (!session_ok(host, host->impasto.session_progress(host->session, &progress),
                    "impasto_session_progress") ||
        !session_ok(host, host->impasto.session_scales(host->session, scales, &count),
                    "impasto_session_scales")) {
        return 0;
    }
    for (uint32_t i = 0; i < count && i < 32; ++i) total += scales[i].iterations;
    if (progress.total_iterations < total / 2) return 1;
    *moved = 1;
    session_options(host, request, &options);
    options.objective.style_weight = request->style_weight;
    return session_ok(host, host->impasto.session_set_objective(host->session, &options.objective),
                      "impasto_session_set_objective");
}

static int run_session(Host* host, const Request* request) {
    int moved = 0;
    ImpastoSliceReport report;
    memset(&report, 0, sizeof report);
    report.struct_size = sizeof report;
    while (report.state != IMPASTO_STATE_DONE) {
        if (!play_frame(host, &report) || !move_slider(host, request, &moved)) return 0;
    }
    return 1;
}

/* ---- The result ----------------------------------------------------------------------------- */

typedef struct Staging {
    VkBuffer buffer;
    VkDeviceMemory memory;
    void* mapped;
} Staging;

static int memory_type(Host* host, uint32_t allowed, VkMemoryPropertyFlags flags, uint32_t* type) {
    VkPhysicalDeviceMemoryProperties memory;
    host->vk.GetPhysicalDeviceMemoryProperties(host->physical, &memory);
    for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
        if ((allowed & 1u << i) && (memory.memoryTypes[i].propertyFlags & flags) == flags) {
            *type = i;
            return 1;
        }
    }
    return failed("choosing memory", "the device has none that the host sees");
}

static int make_staging(Host* host, VkDeviceSize bytes, Staging* staging) {
    Vulkan* const vk = &host->vk;
    const VkBufferCreateInfo buffer = {.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                       .size = bytes,
                                       .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT};
    VkMemoryAllocateInfo memory = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
    VkMemoryRequirements need;
    if (!vulkan_ok(vk->CreateBuffer(host->device, &buffer, NULL, &staging->buffer),
                   "vkCreateBuffer")) {
        return 0;
    }
    vk->GetBufferMemoryRequirements(host->device, staging->buffer, &need);
    memory.allocationSize = need.size;
    return memory_type(host, need.memoryTypeBits,
                       VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
                       &memory.memoryTypeIndex) &&
           vulkan_ok(vk->AllocateMemory(host->device, &memory, NULL, &staging->memory),
                     "vkAllocateMemory") &&
           vulkan_ok(vk->BindBufferMemory(host->device, staging->buffer, staging->memory, 0),
                     "vkBindBufferMemory") &&
           vulkan_ok(
               vk->MapMemory(host->device, staging->memory, 0, VK_WHOLE_SIZE, 0, &staging->mapped),
               "vkMapMemory");
}

/* The image is in the same layout before and after. */
static void record_copy(Host* host, VkCommandBuffer commands, const ImpastoResultImage* result,
                        VkBuffer to) {
    VkImageMemoryBarrier barrier = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
        .srcAccessMask = VK_ACCESS_SHADER_READ_BIT, /* as which a slice leaves it */
        .dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT,
        .oldLayout = (VkImageLayout)result->layout,
        .newLayout = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
        .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .image = (VkImage)result->image,
        .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1}};
    const VkBufferImageCopy region = {.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                                      .imageExtent = {result->width, result->height, 1}};
    const VkMemoryBarrier to_host = {.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                                     .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
                                     .dstAccessMask = VK_ACCESS_HOST_READ_BIT};
    host->vk.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
    host->vk.CmdCopyImageToBuffer(commands, barrier.image, barrier.newLayout, to, 1, &region);
    barrier.srcAccessMask = 0;
    barrier.dstAccessMask = VK_ACCESS_SHADER_READ_BIT;
    barrier.newLayout = barrier.oldLayout;
    barrier.oldLayout = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
    host->vk.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, NULL, 0, NULL, 1,
                                &barrier);
    host->vk.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &to_host, 0, NULL, 0, NULL);
}

/* Texels are sRGB-encoded bytes, as Impasto's pixels are sRGB-encoded floats. */
static int save_texels(Host* host, const unsigned char* texels, uint32_t width, uint32_t height,
                       const char* path) {
    const size_t count = (size_t)width * height;
    float* const rgb = malloc(3 * count * sizeof *rgb);
    ImpastoImage* image = NULL;
    int saved;
    if (rgb == NULL) return failed("the picture", "out of memory");
    for (size_t i = 0; i < count; ++i) {
        for (size_t c = 0; c < 3; ++c) rgb[c * count + i] = (float)texels[4 * i + c] / 255.0f;
    }
    saved = impasto_ok(host,
                       host->impasto.image_create((int)width, (int)height, rgb, NULL, &image,
                                                  host->message, sizeof host->message),
                       "impasto_image_create") &&
            impasto_ok(
                host,
                host->impasto.image_save(image, path, NULL, 0, host->message, sizeof host->message),
                "impasto_image_save");
    host->impasto.image_destroy(image);
    free(rgb);
    return saved;
}

/* [6] */
static int save_result(Host* host, const char* path) {
    Vulkan* const vk = &host->vk;
    ImpastoResultImage result;
    Staging staging = {VK_NULL_HANDLE, VK_NULL_HANDLE, NULL};
    VkCommandBuffer commands;
    int saved = 0;
    memset(&result, 0, sizeof result);
    result.struct_size = sizeof result;
    if (!session_ok(host, host->impasto.session_result(host->session, &result),
                    "impasto_session_result")) {
        return 0;
    }
    if (make_staging(host, (VkDeviceSize)4 * result.width * result.height, &staging) &&
        begin_frame(host, &commands)) {
        record_copy(host, commands, &result, staging.buffer);
        saved = end_frame(host) &&
                vulkan_ok(vk->DeviceWaitIdle(host->device), "vkDeviceWaitIdle") &&
                save_texels(host, staging.mapped, result.width, result.height, path);
    }
    vk->DestroyBuffer(host->device, staging.buffer, NULL);
    vk->FreeMemory(host->device, staging.memory, NULL);
    return saved;
}

/* ---- The end -------------------------------------------------------------------------------- */

static void close_impasto(Host* host) {
    if (host->impasto.context_destroy == NULL) return; /* the last that is loaded */
    /* [9] In a renderer that goes on: at any time, with the last frame that shows the picture. */
    if (host->session != NULL) host->impasto.session_destroy_after(host->session, host->frame);
    if (host->device != VK_NULL_HANDLE) host->vk.DeviceWaitIdle(host->device);
    host->impasto.context_destroy(host->context); /* [10] */
    host->impasto.weights_destroy(host->weights);
    host->impasto.image_destroy(host->content);
    host->impasto.image_destroy(host->style);
}

static void close_vulkan(Host* host) {
    Vulkan* const vk = &host->vk;
    if (host->device != VK_NULL_HANDLE) {
        for (int i = 0; i < FRAMES_IN_FLIGHT; ++i) {
            vk->DestroyFence(host->device, host->frames[i].done, NULL);
        }
        vk->DestroyCommandPool(host->device, host->pool, NULL);
        vk->DestroyDevice(host->device, NULL);
    }
    if (host->instance != VK_NULL_HANDLE) vk->DestroyInstance(host->instance, NULL);
}

static int run(Host* host, const Request* request) {
    ImpastoFeatures need;
    return load_libraries(host, request->library) && make_instance(host) &&
           choose_device(host, &need) && make_device(host, &need) && make_frames(host) &&
           open_impasto(host, request) && make_session(host, request) &&
           run_session(host, request) && save_result(host, request->output);
}

int main(int argc, char** argv) {
    static Host host; /* all of it zero */
    Request request = {NULL, NULL, NULL, NULL, 0, 0, -1};
    int done;
    if (argc < 5 || argc > 8) {
        fprintf(stderr,
                "Usage: plugin_host LIBRARY CONTENT STYLE OUTPUT [SIZE [ITERATIONS "
                "[STYLE_WEIGHT]]]\n");
        return EXIT_FAILURE;
    }
    request.library = argv[1];
    request.content = argv[2];
    request.style = argv[3];
    request.output = argv[4];
    if (argc > 5) request.size = (uint32_t)strtoul(argv[5], NULL, 10);
    if (argc > 6) request.iterations = (uint32_t)strtoul(argv[6], NULL, 10);
    if (argc > 7) request.style_weight = strtof(argv[7], NULL);

    done = run(&host, &request);
    close_impasto(&host);
    close_vulkan(&host);
    if (host.vulkan_library != NULL) dlclose(host.vulkan_library);
    if (host.impasto_library != NULL) dlclose(host.impasto_library);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
