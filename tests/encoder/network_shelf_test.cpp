#include "encoder/network_shelf.h"

#include <gtest/gtest.h>

#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::encoder {
namespace {

class NetworkShelfTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        // What the stream keeps for transfers.
        NetworkShelf shelf(false);
        load(shelf, weights(1), 8);
        before_ = device().bytes_held();
        loads_ = 0;
    }
    static std::shared_ptr<const EncoderWeights> weights(std::uint32_t seed) {
        return std::make_shared<const EncoderWeights>(testing::tiny_encoder(kLayers, seed));
    }
    // As a session does it.
    std::shared_ptr<const Network> load(NetworkShelf& shelf,
                                        const std::shared_ptr<const EncoderWeights>& from,
                                        int depth) {
        const auto place = shelf.place(from, depth);
        std::shared_ptr<const Network> network;
        {
            const std::lock_guard lock(place->mutex);
            network = place->network.lock();
            if (network == nullptr) {
                auto made = Network::upload(stream(), *from, depth, nullptr);
                EXPECT_TRUE(made) << made.error().message;
                network = *std::move(made);
                place->network = network;
                ++loads_;
            }
        }
        shelf.used(*place);
        return network;
    }
    int loads_ = 0;
    std::uint64_t before_ = 0;
};

TEST_F(NetworkShelfTest, UsersAtTheSameTimeShareOne) {
    NetworkShelf shelf(false);
    const auto some = weights(1);
    const auto first = load(shelf, some, 4);
    EXPECT_TRUE(first->loaded());
    EXPECT_EQ(load(shelf, some, 4), first);
    EXPECT_NE(load(shelf, some, 8), first);
    EXPECT_NE(load(shelf, weights(1), 4), first);  // others, if equal ones
    EXPECT_EQ(loads_, 3);
}

TEST_F(NetworkShelfTest, WithoutUsersItGoes) {
    NetworkShelf shelf(false);
    const auto some = weights(1);
    load(shelf, some, 4);
    EXPECT_EQ(device().bytes_held(), before_);
    load(shelf, some, 4);
    EXPECT_EQ(loads_, 2);
}

TEST_F(NetworkShelfTest, TheLastOneIsKeptWhereThatIsAskedFor) {
    NetworkShelf shelf(true);
    const auto some = weights(1);
    const std::uint64_t bytes = load(shelf, some, 4)->bytes();
    EXPECT_EQ(device().bytes_held(), before_ + bytes);
    load(shelf, some, 4);
    EXPECT_EQ(loads_, 1);
    // Asking for another makes room before that is loaded.
    const auto other = weights(2);
    const auto place = shelf.place(other, 4);
    EXPECT_EQ(device().bytes_held(), before_);
    load(shelf, other, 4);
    load(shelf, some, 4);
    EXPECT_EQ(loads_, 3);
}

// The address of weights that are gone may be that of others.
TEST_F(NetworkShelfTest, WeightsAreNotToldByTheirAddress) {
    NetworkShelf shelf(true);
    auto some = weights(1);
    std::weak_ptr<const Network> first;
    {
        const auto loaded = load(shelf, some, 4);
        first = loaded;
    }
    const auto place = shelf.place(some, 4);
    some.reset();
    for (std::uint32_t seed = 2; seed < 5; ++seed) {
        EXPECT_NE(shelf.place(weights(seed), 4), place);
    }
}

}  // namespace
}  // namespace impasto::encoder
