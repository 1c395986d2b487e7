#include "style/options.h"

namespace impasto::style {

std::vector<LayerWeight> default_content_layers() { return {{9, 1.0f}}; }

std::vector<LayerWeight> default_style_layers() {
    return {{0, 1.0f}, {2, 1.0f}, {4, 1.0f}, {8, 1.0f}, {12, 1.0f}};
}

void ObjectiveOptions::keep_own(const ObjectiveOptions& other) {
    wrap = other.wrap;
    maps = other.maps;
    masks = other.masks;
    structure = other.structure;
    leader = other.leader;
    lattice = other.lattice;
    tuner = other.tuner;
}

encoder::LayerSet ObjectiveOptions::layers() const {
    encoder::LayerSet layers;
    for (const auto* terms : {&content_layers, &style_layers}) {
        for (const LayerWeight& term : *terms) {
            layers.set(static_cast<std::size_t>(term.layer));
        }
    }
    if (structure > 0) {
        layers.set(kOrderLayer);
    }
    return layers;
}

int ObjectiveOptions::depth() const {
    int deepest = encoder::kLayers - 1;
    const encoder::LayerSet all = layers();
    while (deepest >= 0 && !all.test(static_cast<std::size_t>(deepest))) {
        --deepest;
    }
    return deepest;
}

}  // namespace impasto::style
