// Files that are read, patched and written: what is not a picture stays as it is.
#include "texture/gltf/document.h"

#include <fstream>

#include "model_file.h"
#include "support/temporary_folder.h"
#include "texture/gltf/uri.h"

namespace impasto::gltf {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const Bytes& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

Bytes read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return bytes_of(text);
}

Document load(const fs::path& path) {
    auto document = Document::load(path);
    EXPECT_TRUE(document) << document.error().message;
    return document ? *std::move(document) : Document();
}

// The bytes of a buffer view of a .glb.
Bytes view_bytes(const fs::path& path, std::size_t view) {
    const Document document = load(path);
    const Bytes file = read(path);
    std::size_t json_size = 0;
    for (unsigned i = 0; i < 4; ++i)
        json_size |= std::to_integer<std::size_t>(file[12 + i]) << 8 * i;
    const Json& about = document.json()["bufferViews"][view];
    const auto begin =
        file.begin() + static_cast<std::ptrdiff_t>(28 + json_size) + about.value("byteOffset", 0);
    return {begin, begin + about["byteLength"].get<std::ptrdiff_t>()};
}

// A quad with two pictures and things that nobody here knows.
ModelFile rich_model() {
    ModelFile file;
    file.image(bytes_of("\x89PNG one"));
    file.quad(kSquare, kWholeImage);
    file.image(bytes_of("\x89PNG the other"));
    file.quad(kSquare, kWholeImage);
    file.material(file.texture(0))["extras"] = {{"price", 1.25}, {"tags", {"a", nullptr, true}}};
    file.json["extensions"] = {{"EXT_nobody_knows", {{"numbers", {1e-7, 3, -2}}}}};
    file.json["extensionsUsed"] = {"EXT_nobody_knows"};
    file.json["animations"] = Json::array({Json{{"name", "turn"}, {"channels", Json::array()}}});
    return file;
}

TEST(GltfDocument, NamesTheFilesBesideItOnce) {
    ModelFile file = rich_model();
    file.json["images"] = {{{"uri", "textures/a%20b.png"}},
                           {{"uri", "data:image/png;base64,AAAA"}},
                           {{"uri", "../outside.png"}},
                           {{"uri", "textures/a%20b.png"}}};
    EXPECT_EQ(document_of(file.binary()).files(), std::vector<fs::path>{"textures/a b.png"});
}

TEST(GltfDocument, ReplacingAPictureChangesNothingElse) {
    const test::TemporaryFolder folder;
    ModelFile file = rich_model();
    const Bytes more = bytes_of(std::string_view("\x04\0\0\0XTRAabcd", 12));
    const Bytes written = file.binary(more);
    for (const std::size_t size : {3u, 9u, 100u, 4097u}) {
        Document document = document_of(written);
        Bytes fresh(size, std::byte{7});
        fresh[1] = std::byte{'P'};
        document.replace_image(0, fresh, "image/png");
        const fs::path out = folder / "out.glb";
        ASSERT_TRUE(document.save(out));
        Document again = load(out);
        EXPECT_EQ(*again.image_bytes(0), fresh);
        EXPECT_EQ(*again.image_bytes(1), bytes_of("\x89PNG the other"));
        const Json& views = again.json()["bufferViews"];
        ASSERT_EQ(views.size(), file.json["bufferViews"].size()) << "no bytes are left over";
        for (std::size_t i = 1; i < views.size(); ++i) {
            const auto offset = file.json["bufferViews"][i]["byteOffset"].get<std::ptrdiff_t>();
            const auto length = file.json["bufferViews"][i]["byteLength"].get<std::ptrdiff_t>();
            EXPECT_EQ(views[i]["byteOffset"].get<int>() % 4, 0);
            EXPECT_EQ(view_bytes(out, i),
                      Bytes(file.blob.begin() + offset, file.blob.begin() + offset + length));
        }
        Json expected = file.json;
        expected["bufferViews"] = views;
        expected["buffers"][0]["byteLength"] = again.json()["buffers"][0]["byteLength"];
        EXPECT_EQ(again.json().dump(), expected.dump()) << "order included";
        const Bytes bytes = read(out);
        EXPECT_EQ(Bytes(bytes.end() - 12, bytes.end()), more);
    }
}

TEST(GltfDocument, UnchangedJsonAndBytesComeOutAsTheyWere) {
    const test::TemporaryFolder folder;
    ModelFile file = rich_model();
    const Bytes written = file.binary();
    ASSERT_TRUE(document_of(written).save(folder / "out.glb"));
    EXPECT_EQ(read(folder / "out.glb"), written);
}

TEST(GltfDocument, BytesThatOthersUseStay) {
    const test::TemporaryFolder folder;
    ModelFile file = rich_model();
    file.json["images"].push_back(file.json["images"][0]);  // a second image in the same view
    Document document = document_of(file.binary());
    document.replace_image(0, bytes_of("\x89PNG new"), "image/png");
    ASSERT_TRUE(document.save(folder / "out.glb"));
    Document again = load(folder / "out.glb");
    EXPECT_EQ(*again.image_bytes(0), bytes_of("\x89PNG new"));
    EXPECT_EQ(*again.image_bytes(2), bytes_of("\x89PNG one"));
    // Something unknown that names the buffer may count on offsets.
    file = rich_model();
    file.json["extensions"]["EXT_nobody_knows"]["buffer"] = 0;
    document = document_of(file.binary());
    document.replace_image(0, bytes_of("\x89PNG new"), "image/png");
    ASSERT_TRUE(document.save(folder / "out.glb"));
    again = load(folder / "out.glb");
    EXPECT_EQ(*again.image_bytes(0), bytes_of("\x89PNG new"));
    EXPECT_EQ(again.json()["bufferViews"][1], file.json["bufferViews"][1]);
}

// A .gltf in `folder`, with a buffer and a picture beside it and a picture in its text.
fs::path write_parts(const fs::path& folder) {
    fs::create_directories(folder / "my textures");
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.material(file.texture(0));
    file.json["images"] = {
        Json{{"uri", "my%20textures/a.png"}},
        Json{{"uri", encode_data_uri("image/png", bytes_of("\x89PNG in the text"))}},
        Json{{"uri", "b.png"}}};
    file.json["buffers"] = {Json{{"uri", "model.bin"}, {"byteLength", file.blob.size()}}};
    write(folder / "model.bin", file.blob);
    write(folder / "my textures" / "a.png", bytes_of("\x89PNG a"));
    write(folder / "b.png", bytes_of("\x89PNG b"));
    write(folder / "model.gltf", bytes_of(file.json.dump()));
    return folder / "model.gltf";
}

TEST(GltfDocument, FilesBesideGoIntoAGlb) {
    const test::TemporaryFolder folder;
    Document document = load(write_parts(folder / "in"));
    document.replace_image(0, bytes_of("\x89PNG new"), "image/png");
    ASSERT_TRUE(document.save(folder / "out.glb"));
    const Document again = load(folder / "out.glb");
    EXPECT_EQ(*again.image_bytes(0), bytes_of("\x89PNG new"));
    EXPECT_EQ(*again.image_bytes(1), bytes_of("\x89PNG in the text"));
    EXPECT_EQ(*again.image_bytes(2), bytes_of("\x89PNG b"));
    EXPECT_FALSE(again.json()["buffers"][0].contains("uri"));
    EXPECT_TRUE(again.model());
}

TEST(GltfDocument, FilesBesideGoAlongIntoAnotherFolder) {
    const test::TemporaryFolder folder;
    Document document = load(write_parts(folder / "in"));
    document.replace_image(2, bytes_of("\x89PNG new"), "image/png");
    fs::create_directories(folder / "out");
    ASSERT_TRUE(document.save(folder / "out/painted.gltf"));
    const Document again = load(folder / "out/painted.gltf");
    EXPECT_EQ(*again.image_bytes(0), bytes_of("\x89PNG a"));
    EXPECT_EQ(*again.image_bytes(2), bytes_of("\x89PNG new"));
    EXPECT_EQ(again.json()["images"][2]["uri"], "painted-image2.png");
    EXPECT_EQ(read(folder / "out/model.bin"), read(folder / "in/model.bin"));
    EXPECT_EQ(read(folder / "in/b.png"), bytes_of("\x89PNG b"));
}

TEST(GltfDocument, OtherFilesAreNotOverwritten) {
    const test::TemporaryFolder folder;
    Document document = load(write_parts(folder / "in"));
    fs::create_directories(folder / "out");
    write(folder / "out/b.png", bytes_of("somebody's"));
    document.replace_image(0, bytes_of("\x89PNG new"), "image/png");
    const Status saved = document.save(folder / "out/painted.gltf");
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, ErrorCode::kOutput);
    EXPECT_NE(saved.error().message.find("b.png"), std::string::npos) << saved.error().message;
    EXPECT_EQ(read(folder / "out/b.png"), bytes_of("somebody's"));
    EXPECT_FALSE(fs::exists(folder / "out/painted.gltf"));
}

TEST(GltfDocument, OnlyTheModelsFolderIsRead) {
    const test::TemporaryFolder folder;
    fs::create_directories(folder / "in");
    write(folder / "secret.png", bytes_of("\x89PNG secret"));
    fs::create_symlink("../secret.png", folder / "in/link.png");
    for (const char* uri :
         {"../secret.png", "%2e%2e/secret.png", "a/../../secret.png", "/etc/passwd",
          "file:///etc/passwd", "http://example.org/a.png", "C:/a.png", "..\\secret.png",
          "link.png", "missing.png", "", ".", "%zz", "a%00.png"}) {
        ModelFile file;
        file.json["images"] = Json::array({Json{{"uri", uri}, {"name", "Albedo"}}});
        write(folder / "in/model.gltf", bytes_of(file.json.dump()));
        const Document document = load(folder / "in/model.gltf");
        const auto bytes = document.image_bytes(0);
        ASSERT_FALSE(bytes) << uri;
        EXPECT_EQ(bytes.error().code, ErrorCode::kInput);
        EXPECT_NE(bytes.error().message.find("image 0 ('Albedo')"), std::string::npos)
            << bytes.error().message;
        EXPECT_EQ(bytes.error().message.find('\n'), std::string::npos);
    }
}

TEST(GltfDocument, DataUris) {
    for (const std::size_t size : {0u, 1u, 2u, 3u, 100u, 101u}) {
        Bytes bytes(size);
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 37);
        std::string type;
        EXPECT_EQ(*decode_data_uri(encode_data_uri("image/png", bytes), &type), bytes);
        EXPECT_EQ(type, "image/png");
    }
    EXPECT_FALSE(decode_data_uri("data:image/png;base64"));
    EXPECT_FALSE(decode_data_uri("data:image/png,abc"));
    EXPECT_FALSE(decode_data_uri("data:;base64,a*b="));
}

TEST(GltfDocument, TruncatedFilesAreRefused) {
    ModelFile file = rich_model();
    const Bytes whole = file.binary();
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const auto document = Document::read(std::span(whole).first(size), ".", "cut.glb");
        ASSERT_FALSE(document) << size;
        EXPECT_EQ(document.error().code, ErrorCode::kInput);
    }
}

TEST(GltfDocument, HostileJsonIsRefused) {
    const auto refuse = [](const std::string& text, const char* says) {
        const auto document = Document::read(bytes_of(text), ".", "hostile.gltf");
        ASSERT_FALSE(document) << says;
        EXPECT_NE(document.error().message.find(says), std::string::npos)
            << document.error().message;
    };
    refuse(std::string(1000000, '['), "deep");
    refuse(R"({"asset":)" + std::string(100, '[') + std::string(100, ']') + "}", "deep");
    std::string wide = "{\"asset\": {\"version\": \"2.0\"}";
    for (int i = 0; i < 20000; ++i) wide += ",\"" + std::to_string(i) + "\":0";
    refuse(wide + "}", "too many names");
    refuse("[]", "no glTF");
    refuse("{}", "asset.version");
    refuse(R"({"asset": {"version": "1.0"}})", "only version 2");
    refuse(R"({"asset": {"version": "2.0"}, "images": {}})", "'images' is no list");
    refuse(R"({"asset": {"version": "2.0"}, "images": [3]})", "no object");
    refuse(R"({"asset": {"version": "2.0"}, "images": [{}]})", "neither");
    refuse(R"({"asset": {"version": "2.0"}, "images": [{"bufferView": 0}]})", "does not exist");
    refuse(R"({"asset": {"version": "2.0"}, "images": [], "textures": [{"source": -1}]})",
           "does not exist");
    refuse(R"({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 4}]})", "no bytes");
    refuse(R"({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 4,
              "uri": "data:;base64,AAAA"}]})",
           "shorter");
    refuse(R"({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 3,
              "uri": "data:;base64,AAAA"}], "bufferViews": [{"buffer": 0, "byteLength": 2,
              "byteOffset": 18446744073709551615}]})",
           "beyond");
}

}  // namespace
}  // namespace impasto::gltf
