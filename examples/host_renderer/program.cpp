#include "program.h"

#include <algorithm>

#include "failure.h"
#include "picture.h"

namespace host {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::optional<Window> open_window(const Options& options) {
    if (options.headless) return std::nullopt;
    return std::optional<Window>(std::in_place, options.width, options.height,
                                 "Impasto: host_renderer");
}

Camera camera_around(const Model& model) {
    Camera camera;
    camera.centre = (model.lower + model.upper) * 0.5f;
    camera.radius = 1e-6f;
    for (const Vertex& vertex : model.vertices) {
        camera.radius = std::max(camera.radius, length(vertex.position - camera.centre));
    }
    return camera;
}

}  // namespace

Program::Program(const Options& options)
    : options_(options),
      model_(load_model(options.model)),
      styled_(options.no_style ? 0 : texture_to_stylise(model_, options.model)),
      window_(open_window(options)),
      instance_(window_ ? Window::instance_extensions() : std::vector<const char*>()),
      surface_(instance_.get(), window_ ? &*window_ : nullptr),
      device_(instance_, surface_.get(), options.device),
      scene_(device_, model_),
      output_(make_output(nullptr)),
      renderer_(device_, scene_, *output_),
      frames_(device_),
      log_(options.csv),
      camera_(camera_around(model_)) {
    if (window_ || options.panel) {
        panel_.emplace(instance_, device_, renderer_.render_pass(),
                       window_ ? window_->get() : nullptr);
    }
    controls_.budget_ms = static_cast<float>(options.budget_ms);
    if (options.no_style) return;
    const Image& texture = scene_.textures[styled_];
    stylist_.emplace(instance_, device_,
                     StyleContent{texture.image.get(), kTextureFormat, texture.extent},
                     StyleOptions{options.style, options.weights, options.size, options.iterations,
                                  options.style_weight});
    controls_.style_weight = stylist_->style_weight();
}

std::unique_ptr<Output> Program::make_output(const Output* old) const {
    if (!window_) {
        return std::make_unique<Offscreen>(device_, VkExtent2D{options_.width, options_.height});
    }
    return std::make_unique<Swapchain>(device_, surface_.get(), window_->framebuffer(),
                                       static_cast<const Swapchain*>(old));
}

void Program::make_output_again() {
    device_.wait_idle();
    output_ = make_output(output_.get());
    renderer_.resize(*output_);
}

void Program::run() {
    try {
        loop();
        finish();
    } catch (const Failure& failure) {
        if (failure.exit_code == kDeviceLost && stylist_) stylist_->device_lost();
        throw;
    }
}

void Program::loop() {
    frame_begin_ = Clock::now();
    uint64_t counted = 0;
    while (!window_ || window_->poll()) {
        const VkExtent2D size = window_ ? window_->framebuffer() : output_->extent;
        if (size.width == 0 || size.height == 0) {  // minimised
            window_->wait();
            continue;
        }
        if (!draw_frame()) continue;
        camera_.azimuth += options_.turn * 3.14159265f / 180;
        if (!last_slice_.preparing) ++counted;
        const bool enough = options_.until_done ? last_slice_.done && counted >= options_.frames
                                                : counted == options_.frames;
        if (enough && (options_.frames > 0 || options_.until_done)) return;
    }
}

// False: the window's images had to be made anew, and nothing was drawn.
bool Program::draw_frame() {
    frames_.wait();
    const uint32_t slot = frames_.slot();
    if (frames_.completed() > 0) log_.finish(slot, frames_.times(slot));
    if (!output_->acquire(slot, last_image_)) {
        make_output_again();
        return false;
    }
    log_.now(1 - slot).cpu_ms = milliseconds_since(frame_begin_);
    frame_begin_ = Clock::now();

    VkCommandBuffer commands = frames_.begin();
    FrameRecord& record = log_.now(slot);
    record.frame = frames_.number();
    if (stylist_) stylise(commands, record);
    frames_.mark_drawing();
    if (panel_) panel_->update(output_->extent, stylist_.has_value(), log_, controls_, camera_);
    renderer_.begin(commands, last_image_);
    renderer_.draw(commands, slot, camera_);
    if (panel_) panel_->draw(commands);
    Renderer::end(commands);
    frames_.submit(output_->acquired(slot), output_->drawn(last_image_));
    if (!output_->present(last_image_)) make_output_again();
    return true;
}

// Does what the panel says, records the frame's slice, and lets the frame sample what is there.
void Program::stylise(VkCommandBuffer commands, FrameRecord& record) {
    const Clock::time_point begin = Clock::now();
    if (controls_.restart) stylist_->restart(frames_.number() - 1);
    controls_.restart = false;
    if (controls_.style_weight != stylist_->style_weight()) {
        stylist_->set_style_weight(controls_.style_weight);
    }
    if (controls_.paused != stylist_->paused()) stylist_->pause(controls_.paused);

    record.budget_ms = static_cast<double>(controls_.budget_ms);
    record.slice =
        stylist_->record(commands, frames_.number(), frames_.completed(), record.budget_ms);
    last_slice_ = record.slice;
    VkImageView view = controls_.show_original ? VK_NULL_HANDLE : stylist_->view();
    if (view == VK_NULL_HANDLE) view = scene_.textures[styled_].view.get();
    renderer_.set_texture(frames_.slot(), styled_, view);
    record.record_ms = milliseconds_since(begin);
}

void Program::finish() {
    device_.wait_idle();
    const uint32_t slot = frames_.slot();
    log_.now(slot).cpu_ms = milliseconds_since(frame_begin_);
    for (const uint32_t each : {1 - slot, slot}) log_.finish(each, frames_.times(each));
    log_.close();
    if (!options_.output.empty()) {
        write_png(options_.output, output_->extent.width, output_->extent.height,
                  static_cast<const Offscreen&>(*output_).read(last_image_));
    }
}

}  // namespace host
