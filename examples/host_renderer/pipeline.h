// The pipeline that draws the model: shaders/model.vert and model.frag over Vertex.
#pragma once

#include "device.h"
#include "handle.h"

namespace host {

// One descriptor set, and push constants of vertex and fragment shader.
PipelineLayout make_pipeline_layout(const Device& device, VkDescriptorSetLayout set,
                                    uint32_t push_constants);

Pipeline make_model_pipeline(const Device& device, VkPipelineLayout layout, VkRenderPass pass,
                             VkCullModeFlags cull);

}  // namespace host
