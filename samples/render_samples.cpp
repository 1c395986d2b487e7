// render_samples FOLDER: writes landscape.png and swirl.png there.
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "image/save.h"
#include "samples.h"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: render_samples FOLDER\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::error_code ignored;  // whether it is there shows when the first picture is written
    std::filesystem::create_directories(folder, ignored);
    struct Sample {
        const char* name;
        impasto::Image (*render)();
    };
    for (const Sample& sample : {Sample{"landscape.png", samples::render_landscape},
                                 Sample{"swirl.png", samples::render_swirl}}) {
        const auto saved = impasto::save_image(folder / sample.name, sample.render());
        if (!saved) {
            std::fprintf(stderr, "%s\n", saved.error().message.c_str());
            return static_cast<int>(saved.error().code);
        }
    }
    return 0;
}
