// impasto doctor: every operation on the user's own device against a reference; the first thing to
// ask for in a bug report.
#include <array>
#include <cstdio>
#include <exception>

#include "cli/command.h"
#include "cli/open.h"
#include "cli/output.h"

namespace impasto::cli {
namespace {

std::string exponent_text(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1e", value);
    return text.data();
}

// Called through C, which no exception may cross: the rows are kept and an exception with them.
struct Rows {
    std::vector<TableRow> rows{{"operation", "error", "bound", "ok"}};
    std::string notes;
    std::size_t failed = 0;
    std::exception_ptr thrown;

    void add(const ImpastoSelfTestRow& row) {
        rows.push_back({row.operation, exponent_text(row.error), exponent_text(row.bound),
                        row.passed != 0 ? "ok" : "WRONG"});
        failed += row.passed != 0 ? 0 : 1;
        if (row.note != nullptr && row.note[0] != '\0') {
            notes += std::string(row.operation) + ": " + row.note + "\n";
        }
    }

    static void collect(void* user, const ImpastoSelfTestRow* row) {
        auto* self = static_cast<Rows*>(user);
        try {
            self->add(*row);
        } catch (...) {
            self->thrown = std::current_exception();
        }
    }
};

std::string heading(const ImpastoDeviceInfo& info) {
    const std::uint32_t version = impasto_version();
    return "impasto  " + std::to_string(version >> 22) + "." +
           std::to_string((version >> 12) & 0x3ffu) + "." + std::to_string(version & 0xfffu) +
           "\ndevice   " + info.name + " (" + device_type_name(info.type) + ", " +
           bytes_text(info.memory_bytes) + ")\ndriver   " + info.driver + ", Vulkan " +
           vulkan_version_text(info.vulkan_version) + "\nkernels  " + info.tier + "\n\n";
}

class Doctor : public Command {
  public:
    explicit Doctor(CLI::App& program)
        : Command(program, "doctor", "[--device N|NAME|gpu]",
                  "check every operation on this device") {
        describe(
            "Runs every operation on the device against a reference in double precision on the CPU "
            "and prints a table: the relative error, the bound that rounding explains, and whether "
            "it is within. A few seconds. Exits with 1 when an operation is wrong. Paste what it "
            "prints into a bug report.",
            "");
        options().text("--device", "N|NAME|gpu", device_,
                       "what to check; see 'impasto devices'. Without it: the best there is");
    }

    Status run() override {
        IMPASTO_TRY(arguments().read());
        const auto context = open_context({.device = device_});
        if (!context) return context.error();
        IMPASTO_TRY(print(heading(device_info(context->get()))));
        Rows rows;
        const ImpastoResult result = impasto_self_test(context->get(), Rows::collect, &rows);
        if (rows.thrown) std::rethrow_exception(rows.thrown);
        // The rows that came before a lost device are the interesting ones.
        IMPASTO_TRY(print(table(rows.rows) + (rows.notes.empty() ? "" : "\n" + rows.notes)));
        return to_status(result, impasto_context_message(context->get()));
    }

  private:
    std::string device_;
};

}  // namespace

void add_doctor(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<Doctor>(program));
}

}  // namespace impasto::cli
