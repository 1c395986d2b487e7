// The command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace host {

struct Options {
    std::string model;  // .gltf or .glb

    bool no_style = false;
    std::string style;  // the painting
    std::string weights = "builtin";
    double budget_ms = 4;              // device time a frame for the stylisation
    uint32_t size = 512;               // longest side of the stylised texture, px
    std::vector<uint32_t> iterations;  // a scale each, coarse to fine; empty: Impasto's default
    float style_weight = -1;           // below 0: Impasto's default

    bool headless = false;
    uint64_t frames = 0;      // 0: in a window until it is closed
    bool until_done = false;  // not before the last iteration
    bool panel = false;       // also headless
    std::string output;       // the last frame as PNG
    std::string csv;          // the frames' times
    uint32_t width = 1280;    // px
    uint32_t height = 720;
    float turn = 0;      // degrees that the camera turns each frame
    std::string device;  // an index, a part of the name, "gpu", or "" for the best
};

// Throws Failure. False: the help was asked for and printed.
bool read_options(int argc, char** argv, Options& options);

}  // namespace host
