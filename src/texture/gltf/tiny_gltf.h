// tinygltf, as it is used here: it reads a document that was checked before, and no files or
// pictures. Its namespace gets another name, since a program that links the static library may have
// a tinygltf of its own, made with other options.
#pragma once

#define TINYGLTF_NO_STB_IMAGE
#define TINYGLTF_NO_STB_IMAGE_WRITE
#define TINYGLTF_NO_EXTERNAL_IMAGE
#define TINYGLTF_NO_FS
#define TINYGLTF_NO_INCLUDE_JSON
#include <fstream>  // which tinygltf uses all the same
#include <nlohmann/json.hpp>
#include <sstream>

#define tinygltf impasto_tinygltf
#include <tiny_gltf.h>
