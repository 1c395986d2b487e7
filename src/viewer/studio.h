// The work: pictures, settings, the session that paints, moments to go back to. What menus, panels
// and scripts do goes through here; nothing of ImGui.
//
// A frame of the window:  update()  ... panels change `settings` and call actions ...  paint()
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "settings/computing.h"
#include "settings/settings.h"
#include "viewer/curve.h"
#include "viewer/fetch.h"
#include "viewer/graphics.h"
#include "viewer/history.h"
#include "viewer/jobs.h"
#include "viewer/messages.h"
#include "viewer/painting.h"

namespace impasto::viewer {

struct Picture : Source {
    std::shared_ptr<Texture> texture;  // null while there is no device
};

enum class PictureUse { kContent, kStyle, kMoreStyle };

// What the next frame of the interface should know of the work.
enum class Phase {
    kEmpty,      // pictures are missing
    kReady,      // could start
    kPreparing,  // the encoder is read, the device measured, or the first scale made
    kRunning,
    kPaused,
    kDone,
    kFailed
};

class Studio {
  public:
    // `jobs` are for reading and writing files, `slow_jobs` for what takes seconds.
    Studio(Jobs& jobs, Jobs& slow_jobs, Messages& messages);

    // ---- The device (studio_device.cpp)
    void attach(Graphics& graphics);
    // Before the device goes. `lost`: it is gone already.
    void detach(bool lost);
    const Traffic& traffic() const { return traffic_; }

    // ---- Pictures (studio_pictures.cpp)
    // Pictures, presets and folders of styles, in the order of a drop: the first picture is the
    // content where there is none, all others are styles.
    void open(const std::vector<std::string>& paths);
    // `style`: of kStyle, the one that it replaces, instead of all.
    void open_as(const std::string& path, PictureUse use, std::optional<std::size_t> style = {});
    void open_settings(const std::string& path);  // a preset, or a picture that carries one
    void open_samples();
    void remove_style(std::size_t index);
    void close_shelf() { shelf_.clear(); }
    const std::optional<Picture>& content() const { return content_; }
    const std::vector<Picture>& styles() const { return styles_; }
    bool has_pictures_of(const PaintingPlan& plan) const;
    const std::vector<std::string>& shelf() const { return shelf_; }  // styles of a folder
    std::vector<std::string> recent;                                  // newest first

    // ---- Settings
    settings::Settings settings;
    bool holding = false;  // a control is being moved: a new plan waits for its end
    settings::Computing computing;
    void apply_preset(const std::string& text, const std::string& name);
    bool needs_new_plan() const;  // what was changed cannot be taken up by weights alone
    bool needs_restart() const;   // seed or start were changed
    std::string command_line() const;

    // ---- The run (studio_run.cpp), and moments of it (studio_moments.cpp)
    Phase phase() const;
    std::string status() const;  // one line
    void start();
    void pause(bool paused);
    bool paused() const { return paused_; }
    void step();  // one iteration more, then a pause
    bool can_step() const;
    void restart();  // from the beginning, with the settings as they are
    void go_to(std::uint32_t moment);
    // To the moment that the work came from, and on to the one that it went to; paused there.
    void undo();
    void redo();
    void keep_moment();
    void keep_this_moment();  // because the user wants it
    const History& history() const { return history_; }
    History& history() { return history_; }
    const Painting* painting() const { return painting_.get(); }
    std::uint32_t iterations() const;         // of all sessions since the start
    std::uint32_t iterations_in_all() const;  // when the last of them is done
    const Curve& curve() const { return curve_; }
    double iterations_per_second() const { return rate_; }
    // The result, or null. It is the device's; `picture_version` counts what was painted.
    const Texture* result() const { return shown_.get(); }
    std::uint64_t picture_version() const { return version_; }

    // ---- Saving (studio_save.cpp)
    void save(const std::string& path);
    void save_preset(const std::string& path);
    const std::string& saved_as() const { return saved_as_; }
    bool can_save() const;  // there is a picture
    // There is something painted that no file has: the picture or, where there is none, a moment.
    bool unsaved() const;
    // How often what was asked for could not be written.
    std::uint32_t failed_saves() const { return failed_saves_; }
    // Something is still to be written that the user asked for, and can be.
    bool saving() const { return writing_ > 0 || (!save_path_.empty() && failure_.empty()); }

    // ---- Encoders
    Fetch fetch;  // of VGG19

    // Once a frame: finished jobs, answers of the session, changed settings.
    void update();
    // Writes slices of at most `budget_ms` while fewer than `in_flight` submissions are under way;
    // whether anything was written.
    bool paint(double budget_ms, std::size_t in_flight);
    // Keeps a moment where there is something new to lose; whether nothing is left to wait for.
    bool keep_what_is_new();
    // Nothing is being read, written, measured or asked for, and all settings are taken up.
    bool is_settled() const;
    bool device_lost() const { return device_lost_; }
    // A failed Vulkan call: the device may be lost.
    void fail(const Error& error);

  private:
    using Clock = std::chrono::steady_clock;
    void take_picture(Source source, PictureUse use, std::optional<std::size_t> style);
    void pictures_changed();
    void show_pictures_of(const PaintingPlan& plan);
    void upload(Picture& picture);
    void drop_texture(std::shared_ptr<Texture>& texture);
    void remember(const std::string& path);
    void load_weights();
    std::string find_encoder(const std::string& weights, const std::string& preset) const;
    void load_init();
    void measure_device();
    bool is_prepared() const;
    const Moment* last_moment() const;
    bool is_pausing() const;
    std::shared_ptr<PaintingPlan> make_plan();
    bool begin(std::shared_ptr<PaintingPlan> plan);
    void end_painting();
    void replan();
    void return_to(const Moment& there);
    bool stands_at(const Moment& moment) const;
    void resume_at(const Moment& moment);
    void restyle();
    void follow_settings();
    void follow_painting();
    void follow_requests();
    void take_moment(const std::vector<std::byte>& snapshot);
    void drop_thumbnail();
    void write_picture(const SharedImage& image);
    void refuse_save(const Error& error);

    Jobs& jobs_;
    Jobs& slow_jobs_;
    Messages& messages_;
    Graphics* graphics_ = nullptr;
    Traffic traffic_;
    bool device_lost_ = false;

    std::optional<Picture> content_;
    std::vector<Picture> styles_;
    int contents_read_ = 0;  // that are being read: a picture dropped meanwhile is a style
    std::vector<std::string> shelf_;
    std::uint32_t pictures_version_ = 0;  // counts changes of content and styles

    std::shared_ptr<const ImpastoWeights> weights_;
    std::string weights_name_;  // that was read, or is being read
    std::string measured_;      // device and encoder that the device was measured with
    bool measuring_ = false;
    SharedImage init_;
    std::string init_name_;

    std::unique_ptr<Painting> painting_;
    std::shared_ptr<const PaintingPlan> plan_;
    std::shared_ptr<Texture> shown_;
    std::uint64_t version_ = 0;
    std::uint64_t painted_ = 0;  // of painting_, that shown_ has
    bool wants_start_ = false;   // as soon as everything is there
    bool paused_ = false;
    std::uint32_t step_to_ = 0;  // iteration of the session, of steps that are still made
    bool live_changes_ = false;  // the picture is no longer what the settings alone would give
    bool replanning_ = false;    // the picture is being read back for a new plan
    std::optional<Clock::time_point> changed_;  // when settings were changed that are not taken up
    bool weights_kept_ = false;  // a moment from before the control that is held was moved
    std::string failure_;
    settings::Settings failed_with_;             // changed since, it is tried again
    std::optional<settings::Settings> refused_;  // by the session that paints

    History history_;
    std::uint32_t branch_ = 0;
    bool wants_moment_ = false;
    bool pins_moment_ = false;
    std::uint32_t from_ = 0;  // the moment that the work came from; 0: none
    std::optional<Thumbnail> moment_thumbnail_;
    settings::Settings moment_settings_;
    Clock::time_point last_moment_;
    std::uint32_t last_moment_iteration_ = 0;
    std::optional<std::uint32_t> go_to_;
    std::vector<std::byte> restoring_;  // a snapshot that the session is asked to go back to
    bool resumes_ = false;              // after go_to_, as it was before the device was lost

    Curve curve_;
    std::uint32_t base_ = 0;      // iterations before this session
    std::size_t curve_base_ = 0;  // points before it
    double running_seconds_ = 0;
    Clock::time_point last_update_;
    double rate_ = 0;

    std::string save_path_;
    std::string saved_as_;  // of these pictures
    int writing_ = 0;       // files
    std::uint32_t failed_saves_ = 0;
    // The picture by its branch and iteration.
    using Version = std::pair<std::uint32_t, std::uint32_t>;
    std::optional<Version> saved_;
};

}  // namespace impasto::viewer
