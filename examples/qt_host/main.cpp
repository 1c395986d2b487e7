// Impasto inside a program that somebody else's framework has built: Qt owns the instance, the
// device and the frame loop, a photograph is stylised a few milliseconds a frame, and the picture
// is the texture of a box that turns.
//
//     qt_host landscape.png swirl.png --budget 4
//
// Space pauses, R begins anew, up and down change the style's weight, Escape closes.
#include <QCommandLineParser>
#include <QGuiApplication>
#include <QVulkanInstance>
#include <cstdio>

#include "box_window.h"
#include "messages.h"

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

// False when the line is wrong.
bool parse(const QGuiApplication& app, BoxRenderer::Options& options, bool& validate) {
    QCommandLineParser parser;
    parser.setApplicationDescription("A picture stylised in slices of a Qt window's frames.");
    parser.addHelpOption();
    parser.addPositionalArgument("content", "The photograph: JPEG or PNG.");
    parser.addPositionalArgument("style", "The painting.");
    parser.addOption({"budget", "Device time of a frame's slice in ms.", "MS", "4"});
    parser.addOption({"size", "Longest side of the result in px.", "PX", "256"});
    parser.addOption({"style-weight", "More is more of the painting.", "WEIGHT", "0"});
    parser.addOption({"frames", "Close after so many frames.", "N", "0"});
    parser.addOption({"pictures", "Close when the picture was written so often.", "N", "0"});
    parser.addOption({"pause", "Pause from this frame on.", "N", "0"});
    parser.addOption({"restart", "Begin anew at this frame.", "N", "0"});
    parser.addOption({"screenshot", "A PNG of the frame after the last.", "FILE"});
    parser.addOption({"still", "The box does not turn."});
    parser.addOption({"validate", "Under the Vulkan validation layer; messages are a failure."});
    parser.process(app);
    bool right[7] = {};
    options.stylisation.budget_ms = parser.value("budget").toDouble(&right[0]);
    options.stylisation.size = parser.value("size").toUInt(&right[1]);
    options.stylisation.style_weight = parser.value("style-weight").toFloat(&right[2]);
    options.frames = parser.value("frames").toULongLong(&right[3]);
    options.restart_frame = parser.value("restart").toULongLong(&right[4]);
    options.pictures = parser.value("pictures").toULongLong(&right[5]);
    options.pause_frame = parser.value("pause").toULongLong(&right[6]);
    options.screenshot = parser.value("screenshot");
    options.still = parser.isSet("still");
    validate = parser.isSet("validate");
    if (parser.positionalArguments().size() != 2) {
        std::fprintf(stderr, "qt_host: two pictures are needed: content and style (--help)\n");
        return false;
    }
    for (const bool one : right) {
        if (!one) {
            std::fprintf(stderr, "qt_host: a number was expected (--help)\n");
            return false;
        }
    }
    options.stylisation.content = parser.positionalArguments()[0].toStdString();
    options.stylisation.style = parser.positionalArguments()[1].toStdString();
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    const QGuiApplication app(argc, argv);
    BoxRenderer::Options options;
    bool validate = false;
    if (!parse(app, options, validate)) {
        return kUsage;
    }

    QVulkanInstance instance;
    instance.setApiVersion(QVersionNumber(1, 2));  // Qt asks for 1.0 otherwise
    if (validate) {
        Messages::ask_for(instance);
    }
    if (!instance.create()) {
        std::fprintf(stderr, "qt_host: no Vulkan 1.2 instance (VkResult %d)\n",
                     instance.errorCode());
        return kFailed;
    }
    Messages messages;
    if (validate && !messages.listen(instance)) {
        std::fprintf(stderr, "qt_host: the validation layer is not installed\n");
        return kFailed;
    }

    int exit_code = 0;
    {
        BoxWindow window(options);
        window.setVulkanInstance(&instance);
        window.setTitle("Impasto in a Qt window");
        window.resize(640, 480);
        window.show();
        exit_code = QGuiApplication::exec();
        // While it is a BoxWindow still: Qt releases what it has made when its surface goes.
        window.destroy();
    }
    const int count = messages.close();
    if (validate) {
        std::printf("validation: %d messages\n", count);
    }
    return count > 0 ? kFailed : exit_code;
}
