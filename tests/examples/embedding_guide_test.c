/* docs/embedding.md, whose C is included here, and the smallest engine around it: no window, two
 * frames in flight. Runs under the validation layer. */
#include "embedding_guide.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WIDTH 64
#define HEIGHT 48
#define IN_FLIGHT 2

#define CHECK(condition)                                                    \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                        \
        }                                                                   \
    } while (0)
#define VK(call) CHECK((call) == VK_SUCCESS)

typedef struct Engine {
    VkInstance instance;
    VkPhysicalDevice physical;
    VkDevice device;
    VkQueue queue;
    uint32_t queue_family;
    uint32_t features;
    VkCommandPool pool;
    VkCommandBuffer commands[IN_FLIGHT];
    VkFence fences[IN_FLIGHT];
    uint64_t frame;
} Engine;

static void open_engine(Engine* engine) {
    const VkApplicationInfo application = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                           .apiVersion = VK_API_VERSION_1_2};
    const VkInstanceCreateInfo create = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                         .pApplicationInfo = &application};
    VK(vkCreateInstance(&create, NULL, &engine->instance));
    uint32_t count = 1;
    vkEnumeratePhysicalDevices(engine->instance, &count, &engine->physical);
    if (count == 0) {
        printf("SKIPPED: no Vulkan device\n");
        exit(77);
    }
    VkQueueFamilyProperties families[16];
    count = 16;
    vkGetPhysicalDeviceQueueFamilyProperties(engine->physical, &count, families);
    while (!(families[engine->queue_family].queueFlags & VK_QUEUE_COMPUTE_BIT)) {
        ++engine->queue_family;
        CHECK(engine->queue_family < count);
    }
    engine->device = make_device(engine->instance, engine->physical, engine->queue_family,
                                 &engine->features);
    CHECK(engine->device != VK_NULL_HANDLE);
    vkGetDeviceQueue(engine->device, engine->queue_family, 0, &engine->queue);
    const VkCommandPoolCreateInfo pool = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                          .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
                                          .queueFamilyIndex = engine->queue_family};
    VK(vkCreateCommandPool(engine->device, &pool, NULL, &engine->pool));
    const VkCommandBufferAllocateInfo allocate = {
        .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
        .commandPool = engine->pool,
        .commandBufferCount = IN_FLIGHT};
    VK(vkAllocateCommandBuffers(engine->device, &allocate, engine->commands));
    for (int i = 0; i < IN_FLIGHT; ++i) {
        const VkFenceCreateInfo fence = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO,
                                         .flags = VK_FENCE_CREATE_SIGNALED_BIT};
        VK(vkCreateFence(engine->device, &fence, NULL, &engine->fences[i]));
    }
}

static void close_engine(Engine* engine) {
    for (int i = 0; i < IN_FLIGHT; ++i) {
        vkDestroyFence(engine->device, engine->fences[i], NULL);
    }
    vkDestroyCommandPool(engine->device, engine->pool, NULL);
    vkDestroyDevice(engine->device, NULL);
    vkDestroyInstance(engine->instance, NULL);
}

static VkCommandBuffer begin_frame(Engine* engine) {
    const uint64_t slot = ++engine->frame % IN_FLIGHT;
    VK(vkWaitForFences(engine->device, 1, &engine->fences[slot], VK_TRUE, UINT64_MAX));
    VK(vkResetFences(engine->device, 1, &engine->fences[slot]));
    const VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    VK(vkBeginCommandBuffer(engine->commands[slot], &begin));
    return engine->commands[slot];
}

static void end_frame(Engine* engine) {
    const uint64_t slot = engine->frame % IN_FLIGHT;
    VK(vkEndCommandBuffer(engine->commands[slot]));
    const VkSubmitInfo submit = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
                                 .commandBufferCount = 1,
                                 .pCommandBuffers = &engine->commands[slot]};
    VK(vkQueueSubmit(engine->queue, 1, &submit, engine->fences[slot]));
}

static uint64_t finished_frame(const Engine* engine) {
    return engine->frame > IN_FLIGHT ? engine->frame - IN_FLIGHT : 0;
}

/* A memory type of `bits` on the device. */
static uint32_t memory_type(const Engine* engine, uint32_t bits) {
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(engine->physical, &memory);
    uint32_t type = 0;
    while (!(bits & 1u << type) || !(memory.memoryTypes[type].propertyFlags &
                                     VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT)) {
        ++type;
        CHECK(type < memory.memoryTypeCount);
    }
    return type;
}

static void change_layout(VkCommandBuffer commands, VkImage image, VkImageLayout from,
                          VkImageLayout to) {
    const VkImageMemoryBarrier barrier = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
        .srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT,
        .dstAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT,
        .oldLayout = from,
        .newLayout = to,
        .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .image = image,
        .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1}};
    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                         VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
}

/* The engine's texture: of one colour. */
static VkImage make_texture(Engine* engine, VkDeviceMemory* memory) {
    const VkImageCreateInfo create = {.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
                                      .imageType = VK_IMAGE_TYPE_2D,
                                      .format = VK_FORMAT_R8G8B8A8_SRGB,
                                      .extent = {WIDTH, HEIGHT, 1},
                                      .mipLevels = 1,
                                      .arrayLayers = 1,
                                      .samples = VK_SAMPLE_COUNT_1_BIT,
                                      .usage = VK_IMAGE_USAGE_SAMPLED_BIT |
                                               VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                                               VK_IMAGE_USAGE_TRANSFER_DST_BIT};
    VkImage image = VK_NULL_HANDLE;
    VK(vkCreateImage(engine->device, &create, NULL, &image));
    VkMemoryRequirements need;
    vkGetImageMemoryRequirements(engine->device, image, &need);
    const VkMemoryAllocateInfo allocate = {
        .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
        .allocationSize = need.size,
        .memoryTypeIndex = memory_type(engine, need.memoryTypeBits)};
    VK(vkAllocateMemory(engine->device, &allocate, NULL, memory));
    VK(vkBindImageMemory(engine->device, image, *memory, 0));

    const VkCommandBuffer commands = begin_frame(engine);
    const VkClearColorValue colour = {{0.1f, 0.3f, 0.8f, 1}};
    const VkImageSubresourceRange all = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    change_layout(commands, image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
    vkCmdClearColorImage(commands, image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, &colour, 1, &all);
    change_layout(commands, image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                  VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
    end_frame(engine);
    return image;
}

/* The painting: chequers. */
static void save_painting(const char* path) {
    static float rgb[3 * WIDTH * HEIGHT];
    for (int i = 0; i < 3 * WIDTH * HEIGHT; ++i) {
        rgb[i] = (i / WIDTH / 6 + i % WIDTH / 6) % 2 ? 0.9f : 0.2f;
    }
    ImpastoImage* image = NULL;
    CHECK(impasto_image_create(WIDTH, HEIGHT, rgb, NULL, &image, NULL, 0) == IMPASTO_SUCCESS);
    CHECK(impasto_image_save(image, path, NULL, 0, NULL, 0) == IMPASTO_SUCCESS);
    impasto_image_destroy(image);
}

/* Frames until `iterations` are done; how many times the picture could be sampled. */
static int run_frames(Engine* engine, Stylised* stylised, uint32_t iterations) {
    int sampled = 0;
    ImpastoProgress progress = {.struct_size = sizeof progress};
    const time_t end = time(NULL) + 100;
    while (progress.total_iterations < iterations) {
        CHECK(time(NULL) < end);
        const VkCommandBuffer commands = begin_frame(engine);
        sampled += stylised_frame(stylised, commands, engine->frame, finished_frame(engine), 20) !=
                   VK_NULL_HANDLE;
        end_frame(engine);
        CHECK(impasto_session_progress(stylised->session, &progress) == IMPASTO_SUCCESS);
    }
    return sampled;
}

int main(int argc, char** argv) {
    CHECK(argc == 2); /* where the painting goes */
    save_painting(argv[1]);
    Engine engine = {0};
    open_engine(&engine);
    VkDeviceMemory memory = VK_NULL_HANDLE;
    const VkImage texture = make_texture(&engine, &memory);

    Stylised stylised = {0};
    CHECK(stylised_open(&stylised, engine.instance, engine.physical, engine.device,
                        engine.queue_family, engine.features, argv[1]));
    for (int round = 0; round < 2; ++round) {
        CHECK(stylised_begin(&stylised, texture, VK_FORMAT_R8G8B8A8_SRGB, WIDTH, HEIGHT));
        const ImpastoSize size = {WIDTH, HEIGHT};
        const uint64_t bytes = stylised_block_bytes(&stylised, &stylised.options, size, size);
        CHECK(bytes >= impasto_session_bytes_planned(stylised.session));
        CHECK(run_frames(&engine, &stylised, 3) > 0);
        CHECK(stylised_weight(&stylised, 3));
        CHECK(run_frames(&engine, &stylised, 5) > 0);
        stylised_end(&stylised, engine.frame); /* two frames are in flight */
    }
    /* And the way out when the device is lost. */
    CHECK(stylised_begin(&stylised, texture, VK_FORMAT_R8G8B8A8_SRGB, WIDTH, HEIGHT));
    CHECK(run_frames(&engine, &stylised, 1) > 0);
    VK(vkDeviceWaitIdle(engine.device));
    stylised_device_lost(&stylised);

    vkDestroyImage(engine.device, texture, NULL);
    vkFreeMemory(engine.device, memory, NULL);
    close_engine(&engine);
    printf("%llu frames\n", (unsigned long long)engine.frame);
    return 0;
}
