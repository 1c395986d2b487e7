#include "viewer/damage.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace impasto::viewer {
namespace {

// From ImGui's units to px.
class Pixels {
  public:
    explicit Pixels(const ImDrawData& data)
        : origin_(data.DisplayPos), scale_(data.FramebufferScale) {}
    float x(float at) const { return (at - origin_.x) * scale_.x; }
    float y(float at) const { return (at - origin_.y) * scale_.y; }
    // All pixels that a rectangle touches.
    Rect around(ImVec2 min, ImVec2 max, int margin) const {
        return {whole(std::floor(x(min.x))) - margin, whole(std::floor(y(min.y))) - margin,
                whole(std::ceil(x(max.x))) + margin, whole(std::ceil(y(max.y))) + margin};
    }

  private:
    static int whole(float at) { return static_cast<int>(std::clamp(at, -1e6f, 1e6f)); }
    ImVec2 origin_;
    ImVec2 scale_;
};

Rect window_of(const ImDrawData& data) {
    return {0, 0, static_cast<int>(data.DisplaySize.x * data.FramebufferScale.x),
            static_cast<int>(data.DisplaySize.y * data.FramebufferScale.y)};
}

std::uint64_t hash_of(const ImDrawCmd& command) {
    const ImVec4& clip = command.ClipRect;
    const std::uint64_t hash = hashed(hashed(1, clip.x, clip.y), clip.z, clip.w);
#if IMGUI_VERSION_NUM >= 19200
    const ImTextureRef& texture = command.TexRef;
    return hashed(hashed(hash, std::bit_cast<std::uintptr_t>(texture._TexData)),
                  static_cast<std::uint64_t>(texture._TexID));
#else
    return hashed(hash, std::bit_cast<std::uintptr_t>(command.TextureId));
#endif
}

// Whether the backend will change a texture, which changes what triangles look like.
bool textures_change([[maybe_unused]] const ImDrawData& data) {
#if IMGUI_VERSION_NUM >= 19200
    return data.Textures != nullptr &&
           std::any_of(data.Textures->begin(), data.Textures->end(),
                       [](const ImTextureData* one) { return one->Status != ImTextureStatus_OK; });
#else
    return false;
#endif
}

}  // namespace

std::uint64_t Rect::pixels() const {
    return empty() ? 0
                   : static_cast<std::uint64_t>(right - left) *
                         static_cast<std::uint64_t>(bottom - top);
}

Rect Rect::united(const Rect& other) const {
    if (empty() || other.empty()) {
        return empty() ? other : *this;
    }
    return {std::min(left, other.left), std::min(top, other.top), std::max(right, other.right),
            std::max(bottom, other.bottom)};
}

Rect Rect::cut(const Rect& other) const {
    return {std::max(left, other.left), std::max(top, other.top), std::min(right, other.right),
            std::min(bottom, other.bottom)};
}

std::uint64_t hashed(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

std::uint64_t hashed(std::uint64_t hash, float first, float second) {
    return hashed(hash, std::uint64_t{std::bit_cast<std::uint32_t>(first)} << 32 |
                            std::bit_cast<std::uint32_t>(second));
}

void Damage::take(const ImDrawList& list, const ImDrawData& data, const Describe& describe,
                  Pieces& pieces) {
    const Pixels pixels(data);
    pieces.clear();
    for (const ImDrawCmd& command : list.CmdBuffer) {
        if (command.UserCallback == ImDrawCallback_ResetRenderState) {
            continue;
        }
        const std::uint64_t begin = hash_of(command);
        const Rect clip = pixels.around({command.ClipRect.x, command.ClipRect.y},
                                        {command.ClipRect.z, command.ClipRect.w}, 0);
        if (command.UserCallback != nullptr) {
            const Drawn drawn = describe(command);
            pieces.push_back(
                {hashed(begin, drawn.hash), pixels.around(drawn.min, drawn.max, 1).cut(clip)});
            continue;
        }
        const auto first = static_cast<int>(command.IdxOffset);
        const auto count = static_cast<int>(command.ElemCount);
        for (int i = first; i + 2 < first + count; i += 3) {
            std::uint64_t hash = begin;
            ImVec2 min{1e6f, 1e6f};
            ImVec2 max{-1e6f, -1e6f};
            for (int corner = 0; corner < 3; ++corner) {
                const ImDrawVert& vertex = list.VtxBuffer[static_cast<int>(command.VtxOffset) +
                                                          list.IdxBuffer[i + corner]];
                hash = hashed(hash, vertex.pos.x, vertex.pos.y);
                hash = hashed(hash, vertex.uv.x, vertex.uv.y);
                hash = hashed(hash, vertex.col);
                min = {std::min(min.x, vertex.pos.x), std::min(min.y, vertex.pos.y)};
                max = {std::max(max.x, vertex.pos.x), std::max(max.y, vertex.pos.y)};
            }
            pieces.push_back({hash, pixels.around(min, max, 1).cut(clip)});
        }
    }
}

Rect Damage::difference(const Pieces& before, const Pieces& now) {
    const auto same = [](const Piece& a, const Piece& b) { return a.hash == b.hash; };
    const auto [old_begin, new_begin] =
        std::mismatch(before.begin(), before.end(), now.begin(), now.end(), same);
    const auto [old_end, new_end] =
        std::mismatch(before.rbegin(), std::make_reverse_iterator(old_begin), now.rbegin(),
                      std::make_reverse_iterator(new_begin), same);
    Rect damage;
    if (before.size() == now.size()) {  // perhaps apart from one another
        for (auto [was, is] = std::pair(old_begin, new_begin); is != new_end.base(); ++was, ++is) {
            if (!same(*was, *is)) {
                damage = damage.united(was->bounds).united(is->bounds);
            }
        }
        return damage;
    }
    for (auto piece = old_begin; piece != old_end.base(); ++piece) {
        damage = damage.united(piece->bounds);
    }
    for (auto piece = new_begin; piece != new_end.base(); ++piece) {
        damage = damage.united(piece->bounds);
    }
    return damage;
}

Rect Damage::compare(const ImDrawData& data, const Describe& describe) {
    const Rect window = window_of(data);
    const auto count = static_cast<std::size_t>(data.CmdListsCount);
    now_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        take(*data.CmdLists[static_cast<int>(i)], data, describe, now_[i]);
    }
    Rect damage;
    if (window != window_ || textures_change(data)) {
        damage = window;
    } else {
        const Pieces none;
        for (std::size_t i = 0; i < std::max(count, before_.size()); ++i) {
            damage = damage.united(
                difference(i < before_.size() ? before_[i] : none, i < count ? now_[i] : none));
        }
    }
    window_ = window;
    std::swap(before_, now_);
    return damage.cut(window);
}

CutDrawData::CutDrawData(ImDrawData& data, const Rect& rect) : data_(data) {
    const ImVec2 origin = data.DisplayPos;
    const ImVec2 scale = data.FramebufferScale;
    const ImVec4 to{origin.x + static_cast<float>(rect.left) / scale.x,
                    origin.y + static_cast<float>(rect.top) / scale.y,
                    origin.x + static_cast<float>(rect.right) / scale.x,
                    origin.y + static_cast<float>(rect.bottom) / scale.y};
    for (int i = 0; i < data.CmdListsCount; ++i) {
        for (ImDrawCmd& command : data.CmdLists[i]->CmdBuffer) {
            ImVec4& clip = command.ClipRect;
            kept_.push_back(clip);
            clip = {std::max(clip.x, to.x), std::max(clip.y, to.y), std::min(clip.z, to.z),
                    std::min(clip.w, to.w)};
        }
    }
}

CutDrawData::~CutDrawData() {
    auto kept = kept_.begin();
    for (int i = 0; i < data_.CmdListsCount; ++i) {
        for (ImDrawCmd& command : data_.CmdLists[i]->CmdBuffer) {
            command.ClipRect = *kept++;
        }
    }
}

}  // namespace impasto::viewer
