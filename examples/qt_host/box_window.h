// Qt's window: its instance, its device, its command buffers and frames. Impasto is lent the device
// and records a slice of its work into every frame before the box is drawn.
#pragma once

#include <QElapsedTimer>
#include <QVulkanWindow>
#include <array>
#include <cstdint>
#include <vector>

#include "box.h"
#include "stylisation.h"

class BoxRenderer : public QVulkanWindowRenderer {
  public:
    struct Options {
        StylisationOptions stylisation;
        bool still = false;               // the box does not turn
        std::uint64_t frames = 0;         // after so many the window closes; 0: never
        std::uint64_t pictures = 0;       // or when the texture was written so often; 0: never
        std::uint64_t pause_frame = 0;    // the session pauses from it on; 0: at none
        std::uint64_t restart_frame = 0;  // the session begins anew at it; 0: at none
        QString screenshot;               // PNG of the frame after the last; "": none
    };

    BoxRenderer(QVulkanWindow* window, const Options& options);

    void preInitResources() override;
    void initResources() override;
    void releaseResources() override;
    void logicalDeviceLost() override;
    void startNextFrame() override;

    void key(int key);

  private:
    std::uint64_t finished_frame();
    void draw(VkCommandBuffer commands);
    void end();
    void fail(const QString& message);

    // Milliseconds from frame to frame while the box is drawn, apart for those in which Impasto had
    // work.
    struct Times {
        std::vector<double> with_slice;
        std::vector<double> without;
        std::vector<double> recording;  // of a slice, on this thread
        std::vector<double> estimated;  // by Impasto, of its slices
        std::vector<double> measured;
        std::uint64_t last_measured = 0;
    };
    void note_times();
    void print_times();

    static constexpr std::uint64_t kInFlight = Box::kSets - 1;

    QVulkanWindow* window_;
    Options options_;
    Stylisation stylisation_;
    Box box_;
    QVulkanDeviceFunctions* vk_ = nullptr;
    std::uint32_t features_ = 0;  // ImpastoFeature bits that the device is made with
    std::uint64_t frame_ = 0;     // the one that is recorded, from 1 on
    std::array<VkFence, kInFlight> fences_{};
    QElapsedTimer clock_;
    Times times_;
    bool ended_ = false;
};

class BoxWindow : public QVulkanWindow {
  public:
    explicit BoxWindow(const BoxRenderer::Options& options) : options_(options) {}
    QVulkanWindowRenderer* createRenderer() override;

  protected:
    void keyPressEvent(QKeyEvent* event) override;

  private:
    BoxRenderer::Options options_;
    BoxRenderer* renderer_ = nullptr;  // Qt destroys it
};
