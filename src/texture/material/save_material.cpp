#include "texture/material/save_material.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <system_error>

#include "image/save.h"
#include "platform/atomic_file.h"
#include "platform/paths.h"

namespace impasto::texture {
namespace {

namespace fs = std::filesystem;

std::size_t mip_levels(int width, int height) {
    std::size_t levels = 0;
    for (int side = std::max(width, height); side > 1; side /= 2) ++levels;
    return levels;
}

std::string mip_name(const std::string& name, std::size_t level) {
    const std::size_t dot = name.rfind('.');
    return name.substr(0, dot) + ".mip" + std::to_string(level) + name.substr(dot);
}

// Takes away what it made, unless told that all went well.
class MadeFolder {
  public:
    static Result<MadeFolder> make(const fs::path& folder) {
        MadeFolder made;
        std::error_code error;
        if (fs::is_directory(folder, error)) return made;
        // Which of the parents were there: only those made here go again.
        for (fs::path at = folder; !at.empty() && !fs::exists(at, error); at = at.parent_path()) {
            made.made_.push_back(at);
        }
        IMPASTO_TRY(platform::make_folders(folder));
        return made;
    }
    MadeFolder(MadeFolder&& other) noexcept : made_(std::move(other.made_)) { other.made_.clear(); }
    MadeFolder(const MadeFolder&) = delete;
    MadeFolder& operator=(const MadeFolder&) = delete;
    MadeFolder& operator=(MadeFolder&&) = delete;
    ~MadeFolder() {
        std::error_code ignored;
        for (const fs::path& folder : made_) fs::remove(folder, ignored);  // only if it is empty
    }
    void keep() { made_.clear(); }

  private:
    MadeFolder() = default;
    std::vector<fs::path> made_;  // the innermost first
};

Status write_one(const fs::path& path, const Image& image, const SaveMaterialOptions& options,
                 std::vector<platform::AtomicFile>& files) {
    const std::string extension = platform::path_to_utf8(path.extension());
    const bool jpeg = extension.starts_with(".j") || extension.starts_with(".J");
    const auto bytes = encode_for(path, image, options.texts, {jpeg ? 8 : image.bits, image.grey});
    if (!bytes) return bytes.error();
    auto file = platform::AtomicFile::open(path);
    if (!file) return file.error();
    IMPASTO_TRY(file->write(*bytes));
    files.push_back(*std::move(file));
    return {};
}

// What an ORM map holds, in the order of its channels.
constexpr std::array kPacked{MapKind::kOcclusion, MapKind::kRoughness, MapKind::kMetallic};

// Of a map that an ORM map takes the place of.
bool is_part(MapKind kind) {
    return packed_channel(MapKind::kOrm, kind) || kind == MapKind::kMetallicRoughness;
}

// Whether there is something to put into an ORM map, and none yet.
bool packs(const Material& material) {
    return material.find(MapKind::kOrm) == nullptr &&
           std::ranges::any_of(
               kPacked, [&](MapKind kind) { return find_scalar(material, kind).has_value(); });
}

std::string orm_name(const Material& material) {
    return (material.stem.empty() ? "" : material.stem + "_") + "orm.png";
}

std::vector<std::string> map_names(const Material& material, bool pack_orm) {
    const bool pack = pack_orm && packs(material);
    std::vector<std::string> names;
    for (const MaterialMap& map : material.maps) {
        if (!pack || !is_part(map.kind)) names.push_back(map.name);
    }
    if (pack) names.push_back(orm_name(material));
    return names;
}

// Of an earlier save, from level `first` to the first that is not there.
void remove_levels(const fs::path& folder, const std::string& name, std::size_t first) {
    std::error_code error;
    while (fs::remove(folder / platform::path_from_utf8(mip_name(name, first)), error)) ++first;
}

}  // namespace

Material packed_orm(Material material) {
    if (!packs(material)) return material;
    MaterialMap orm;
    orm.kind = MapKind::kOrm;
    orm.name = orm_name(material);
    orm.image.width = material.width;
    orm.image.height = material.height;
    for (const MapKind kind : kPacked) {
        const auto scalar = find_scalar(material, kind);
        const std::size_t pixels = orm.image.pixels();
        const std::size_t begin = orm.image.rgb.size();
        orm.image.rgb.resize(begin + pixels, kind == MapKind::kMetallic ? 0.0f : 1.0f);
        if (!scalar) continue;
        orm.image.bits = std::max(orm.image.bits, material.maps[scalar->map].image.bits);
        std::ranges::copy(scalar_plane(material, *scalar),
                          orm.image.rgb.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    std::erase_if(material.maps, [](const MaterialMap& map) { return is_part(map.kind); });
    material.maps.push_back(std::move(orm));
    return material;
}

std::vector<std::string> file_names(const Material& material, const SaveMaterialOptions& options) {
    std::vector<std::string> names;
    const std::size_t levels = options.mips ? mip_levels(material.width, material.height) : 0;
    for (const std::string& name : map_names(material, options.pack_orm)) {
        names.push_back(name);
        for (std::size_t i = 1; i <= levels; ++i) names.push_back(mip_name(name, i));
    }
    return names;
}

bool writes(const Material& material, const std::string& name, const SaveMaterialOptions& options) {
    const std::size_t levels = options.mips ? mip_levels(kLargestSide, 1) : 0;
    return std::ranges::any_of(map_names(material, options.pack_orm), [&](const std::string& map) {
        bool same = name == map;
        for (std::size_t i = 1; i <= levels && !same; ++i) same = name == mip_name(map, i);
        return same;
    });
}

Status check_material_writable(const Material& material, const fs::path& folder,
                               const SaveMaterialOptions& options) {
    const auto made = MadeFolder::make(folder);
    if (!made) return made.error();
    for (const std::string& name : file_names(material, options)) {
        IMPASTO_TRY(check_writable(folder / platform::path_from_utf8(name)));
    }
    return {};
}

Result<std::vector<std::string>> save_material(const Material& material, const fs::path& folder,
                                               const SaveMaterialOptions& options) {
    auto made = MadeFolder::make(folder);
    if (!made) return made.error();
    const Material written = options.pack_orm ? packed_orm(material) : material;
    const std::vector<float> seen = options.mips ? opacity(written) : std::vector<float>();
    std::vector<platform::AtomicFile> files;
    std::vector<std::string> names;
    const auto write = [&](const std::string& name, const Image& image) -> Status {
        names.push_back(name);
        return write_one(folder / platform::path_from_utf8(name), image, options, files);
    };
    for (const MaterialMap& map : written.maps) {
        IMPASTO_TRY(write(map.name, map.image));
        if (!options.mips) continue;
        const std::vector<Image> chain =
            mip_chain(map.image, sampling_of(map.kind), weights_of(map, seen));
        for (std::size_t i = 0; i < chain.size(); ++i) {
            IMPASTO_TRY(write(mip_name(map.name, i + 1), chain[i]));
        }
    }
    for (platform::AtomicFile& file : files) IMPASTO_TRY(file.commit());
    if (options.mips) {
        const std::size_t levels = mip_levels(material.width, material.height);
        for (const MaterialMap& map : written.maps) remove_levels(folder, map.name, levels + 1);
    }
    made->keep();
    return names;
}

}  // namespace impasto::texture
