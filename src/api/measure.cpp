// What a session's kernels are and take, and what the device reaches at most.
#include <optional>

#include "api/handles.h"
#include "nn/peak.h"

using namespace impasto;
using api::guarded;
using api::locked;

ImpastoResult impasto_session_layers(ImpastoSession* session, ImpastoLayer* layers,
                                     uint32_t* count) {
    return locked(session, [&]() -> Status {
        if (count == nullptr) {
            return api::bad_argument("impasto_session_layers: count is null");
        }
        std::optional<encoder::Plan> plan;
        if (session->live) {
            const auto copy = session->live->plan();
            if (!copy) {
                return copy.error();
            }
            plan = *copy;
        } else {
            const auto own = session->session->plan();
            if (!own) {
                return own.error();
            }
            plan = **own;
        }
        const auto found = static_cast<uint32_t>(plan->depth() + 1);
        for (uint32_t i = 0; layers != nullptr && i < std::min(*count, found); ++i) {
            const int layer = static_cast<int>(i);
            ImpastoLayer to{};
            api::copy_text(encoder::relu_name(layer), to.name, sizeof to.name);
            api::copy_text(nn::variant_name(plan->variant(layer)), to.variant, sizeof to.variant);
            to.flops = plan->flops(layer);
            const nn::ConvVariant variant = plan->variant(layer);
            api::copy_text(nn::is_half(variant) ? "fp16" : "fp32", to.precision,
                           sizeof to.precision);
            to.matrix_units =
                variant == nn::ConvVariant::kMatrix || variant == nn::ConvVariant::kMatrixWide ? 1
                                                                                               : 0;
            layers[i] = to;
        }
        *count = found;
        return {};
    });
}

ImpastoResult impasto_session_operations(ImpastoSession* session, ImpastoOperationCallback callback,
                                         void* user) {
    return locked(session, [&]() -> Status {
        if (callback == nullptr) {
            return api::bad_argument("impasto_session_operations: callback is null");
        }
        const std::vector<gpu::Timing> timings =
            session->live ? session->live->operations() : session->session->operations();
        for (const gpu::Timing& timing : timings) {
            ImpastoOperation operation{};
            operation.struct_size = sizeof operation;
            operation.kernel = timing.kernel;
            operation.label = timing.label.c_str();
            operation.begin = timing.begin - timings.front().begin;
            operation.seconds = timing.seconds;
            operation.flops = timing.flops;
            operation.bytes = timing.bytes;
            operation.matrix_units = timing.matrix_units ? 1 : 0;
            callback(user, &operation);
        }
        return {};
    });
}

ImpastoResult impasto_measure_peak(ImpastoContext* context, ImpastoPeak* peak) {
    return guarded(context, [&]() -> Status {
        // Before a second goes into it.
        ImpastoPeak to{};
        if (!api::write_struct(to, peak)) {
            return api::bad_argument(
                "impasto_measure_peak: ImpastoPeak is null, or its struct_size is not set");
        }
        auto stream = gpu::Stream::create(*context->device);
        if (!stream) {
            return stream.error();
        }
        const auto found = nn::measure_peak(**stream);
        if (!found) {
            return found.error();
        }
        to.flops_per_second = found->flops;
        to.bytes_per_second = found->bytes;
        to.matrix_flops_per_second = found->matrix_flops;
        api::write_struct(to, peak);
        return {};
    });
}
