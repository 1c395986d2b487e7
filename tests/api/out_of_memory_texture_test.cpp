// As out_of_memory_test.cpp: textures, materials and models.
#include <filesystem>
#include <fstream>

#include "api/out_of_memory_fixture.h"
#include "impasto/impasto_gltf.h"
#include "impasto/impasto_material.h"
#include "texture/gltf/model_file.h"

namespace {

using impasto::testing::OutOfMemoryTest;

// Of stacks, which are maps that are optimised together.
TEST_F(OutOfMemoryTest, SessionsOfStacks) {
    ImpastoImage* const other = image(60, 44, 5);
    ImpastoImage* const other_style = image(48, 50, 6);
    const ImpastoImage* const maps[] = {content_, other};
    const ImpastoImage* const style_maps[] = {style_, other_style};
    each_allocation(283, [&] {
        ImpastoResult result = IMPASTO_SUCCESS;
        const auto stack = [&](const ImpastoImage* const* of) {
            return picture_of(result, [&](ImpastoImage** made) {
                return impasto_image_stack(of, 2, made, message_, sizeof message_);
            });
        };
        ImpastoImage* const content = stack(maps);
        ImpastoImage* const style = stack(style_maps);
        if (result == IMPASTO_SUCCESS) {
            result = session_life([&](ImpastoSession** session) {
                return impasto_session_create(context_, weights_, content, &style, 1, &options_,
                                              session, message_, sizeof message_);
            });
        }
        impasto_image_destroy(content);
        impasto_image_destroy(style);
        return result;
    });
    impasto_image_destroy(other);
    impasto_image_destroy(other_style);
}

// A texture that tiles and has the order of its exemplar, of masks.
TEST_F(OutOfMemoryTest, SessionsWithOrderAndMasks) {
    ImpastoImage* const other = image(48, 50, 6);
    ImpastoImage* const mask = image(20, 20, 7);
    const ImpastoImage* const styles[] = {style_, other};
    const ImpastoImage* const style_masks[] = {mask, nullptr};
    options_.width = 48;
    options_.height = 32;
    options_.tile = IMPASTO_TILE_XY;
    options_.structure = 0.5f;
    options_.flatten = 1;
    options_.mask = mask;
    options_.style_masks = style_masks;
    options_.style_mask_count = 2;
    options_.blend_mask = mask;
    each_allocation(199, [&] {
        return session_life([&](ImpastoSession** session) {
            return impasto_session_create(context_, weights_, nullptr, styles, 2, &options_,
                                          session, message_, sizeof message_);
        });
    });
    impasto_image_destroy(other);
    impasto_image_destroy(mask);
}

// Maps from files, a session of them, its picture in the maps again, and these into files. (Not
// from a folder: libstdc++'s directory_iterator ends the program where it has no memory for a
// name.)
TEST_F(OutOfMemoryTest, Materials) {
    const std::string to = (folder_.path() / "a-folder-where-others-go").string();
    std::vector<std::string> paths;
    std::vector<ImpastoMaterialFile> files;
    for (const char* name : {"stone_albedo.png", "stone_height.png", "stone_roughness.png"}) {
        ImpastoImage* const map = image(32, 32, 8);
        paths.push_back((folder_.path() / name).string());
        ASSERT_EQ(
            impasto_image_save(map, paths.back().c_str(), nullptr, 0, message_, sizeof message_),
            IMPASTO_SUCCESS);
        impasto_image_destroy(map);
    }
    for (const std::string& path : paths) {
        files.push_back({sizeof(ImpastoMaterialFile), path.c_str(), IMPASTO_MAP_BY_NAME, 0});
    }
    const ImpastoRestyleOptions restyle{sizeof restyle, 0.5f, IMPASTO_TILE_XY};
    const ImpastoMaterialSaveOptions save{sizeof save, 1, 1, nullptr, 0};
    const std::uint32_t one[] = {1};
    options_.size = options_.first_size = 32;
    options_.iterations = one;
    options_.iterations_count = 1;
    each_allocation(151, [&] {
        ImpastoResult first = IMPASTO_SUCCESS;
        const auto next = [&](auto&& step) {
            if (first == IMPASTO_SUCCESS) {
                first = call(step);
            }
        };
        ImpastoMaterial* material = nullptr;
        ImpastoMaterial* painted = nullptr;
        ImpastoMaterial* another = nullptr;
        ImpastoSession* session = nullptr;
        ImpastoImage* picture = nullptr;
        ImpastoImage* stack = nullptr;
        next([&] {
            return impasto_material_load(files.data(), 3, nullptr, &material, message_,
                                         sizeof message_);
        });
        next([&] {
            return impasto_material_session_create(context_, weights_, material, &style_, 1,
                                                   &options_, &session, message_, sizeof message_);
        });
        next([&] { return impasto_session_run(session, nullptr, nullptr); });
        next([&] { return impasto_session_image(session, &picture); });
        next([&] {
            return impasto_material_restyle(material, picture, &restyle, &painted, message_,
                                            sizeof message_);
        });
        next([&] { return impasto_material_stack(painted, &stack, message_, sizeof message_); });
        next([&] {
            return impasto_material_unstack(painted, stack, &another, message_, sizeof message_);
        });
        next([&] {
            return impasto_material_save(another, to.c_str(), &save, message_, sizeof message_);
        });
        call([&] {
            impasto_image_destroy(stack);
            impasto_image_destroy(picture);
            impasto_session_destroy(session);
            impasto_material_destroy(another);
            impasto_material_destroy(painted);
            impasto_material_destroy(material);
        });
        return first;
    });
}

// A model is painted. It is read beforehand: nlohmann::json allocates where it destroys, which
// can't be helped. Nothing is written, for the same reason.
TEST_F(OutOfMemoryTest, Models) {
    using impasto::gltf::Uv;
    impasto::gltf::ModelFile model;
    // Two islands that meet on the model, in an image, and another image that tiles.
    model.quad({{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}}},
               {Uv{0.1f, 0.1f}, {0.4f, 0.1f}, {0.4f, 0.9f}, {0.1f, 0.9f}});
    model.quad({{{1, 0, 0}, {1, 0, 1}, {1, 1, 1}, {1, 1, 0}}},
               {Uv{0.6f, 0.1f}, {0.9f, 0.1f}, {0.9f, 0.9f}, {0.6f, 0.9f}});
    model.quad(impasto::gltf::kSquare, {Uv{0, 0}, {3, 0}, {3, 2}, {0, 2}}, 1);
    for (const std::uint32_t seed : {1u, 2u}) {
        const auto bytes = impasto::gltf::png(impasto::testing::random_image(32, 32, seed));
        model.material(model.texture(model.image(bytes)));
    }
    const auto bytes = model.binary();
    const std::string from = (folder_.path() / "a-model-with-a-name-that-is-long.glb").string();
    std::ofstream(from, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    const std::uint32_t one[] = {1};
    options_.size = options_.first_size = 32;
    options_.iterations = one;
    options_.iterations_count = 1;
    ImpastoGltfOptions options{};
    options.struct_size = sizeof options;
    options.session = &options_;
    each_allocation(211, [&] {
        ImpastoGltf* made = nullptr;
        EXPECT_EQ(impasto_gltf_load(from.c_str(), &made, message_, sizeof message_),
                  IMPASTO_SUCCESS);
        const ImpastoResult result = call([&] {
            return impasto_gltf_restyle(context_, weights_, made, &style_, 1, &options, message_,
                                        sizeof message_);
        });
        impasto_gltf_destroy(made);
        return result;
    });
}

}  // namespace
