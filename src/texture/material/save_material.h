// Materials -> files.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/png_text.h"
#include "texture/material/material.h"

namespace impasto::texture {

struct SaveMaterialOptions {
    bool mips = false;      // also every mip level: "stone_albedo.mip1.png" is half as large
    bool pack_orm = false;  // occlusion, roughness and metallic as one map "stone_orm.png"
    std::vector<PngText> texts = {};  // of every PNG
};

// Occlusion, roughness and metallic as one ORM map in the place of their own; what is missing of
// them is open (1), rough (1) and no metal (0), as glTF has it. As it is where there is one
// already, or none of the three.
Material packed_orm(Material material);

// Names, without folders, of all that save_material writes.
std::vector<std::string> file_names(const Material& material, const SaveMaterialOptions& options);

// Whether save_material writes a file of that name, or, with mips, could of a material of these
// maps at another size.
bool writes(const Material& material, const std::string& name, const SaveMaterialOptions& options);

// Whether save_material could write, as far as can be told beforehand; leaves nothing behind.
// kOutput.
Status check_material_writable(const Material& material, const std::filesystem::path& folder,
                               const SaveMaterialOptions& options = {});

// Writes the maps under their names into `folder`, which is made where it is missing, with the bits
// and channels that their files had. All are written beside their names first and renamed when the
// last one is on the disk: what fails until then leaves the folder as it was, what ends between the
// renames leaves both old and new. Mip levels beyond those of now, of an earlier save, are removed.
// Returns file_names(). kOutput, naming the file; kOutOfMemory.
Result<std::vector<std::string>> save_material(const Material& material,
                                               const std::filesystem::path& folder,
                                               const SaveMaterialOptions& options = {});

}  // namespace impasto::texture
