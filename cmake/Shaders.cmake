# impasto_add_shaders(TARGET FILE... [VARIANTS NAME=SOURCE:DEFINE...] [MATRIX_VARIANTS NAME=SOURCE:DEFINE...]):
# compiles every shaders/NAME.comp to SPIR-V in its two forms (buffers by address, buffers by binding) and
# compiles them into TARGET, which can then
#   #include "shaders.h"      // impasto::shaders::NAME, a gpu::Shader
# A variant is compiled from shaders/SOURCE.comp with more macros defined (DEFINE or DEFINE=VALUE).
#
# Variants for matrix units need glslang 13 or later, which not everyone has who has such a device. Their
# SPIR-V (by address only) is therefore kept in shaders/spirv; `cmake --build BUILD --target matrix_spirv`
# makes it anew with IMPASTO_GLSLANG, and a test compares.
find_program(IMPASTO_GLSLANG NAMES glslangValidator glslang REQUIRED
             DOC "The GLSL compiler (Debian: glslang-tools)")

# SPIR-V as the initialisers of a C array of 32-bit words.
function(impasto_spirv_words file result)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)(..)(..)(..)" "0x\\4\\3\\2\\1," words "${hex}")
  set(${result} "${words}" PARENT_SCOPE)
endfunction()

function(impasto_add_shaders target)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/shaders)
  set(kept ${PROJECT_SOURCE_DIR}/shaders/spirv)
  file(MAKE_DIRECTORY ${out})
  file(GLOB includes CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/shaders/include/*)
  set(declarations "")
  set(definitions "")
  set(headers "")
  set(matrix_variants "")
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "VARIANTS;MATRIX_VARIANTS")
  foreach(entry IN LISTS arg_UNPARSED_ARGUMENTS arg_VARIANTS arg_MATRIX_VARIANTS)
    set(defines "")
    if(entry MATCHES "^([a-z0-9_]+)=([a-z0-9_]+):(.+)$")
      set(name ${CMAKE_MATCH_1})
      set(file ${PROJECT_SOURCE_DIR}/shaders/${CMAKE_MATCH_2}.comp)
      string(REPLACE ":" ";" defines ${CMAKE_MATCH_3})
      list(TRANSFORM defines REPLACE "^([A-Z0-9_]+)$" "\\1=1")
      list(TRANSFORM defines PREPEND "-D")
    else()
      set(file ${entry})
      get_filename_component(name ${file} NAME_WE)
    endif()
    set(compile -V --quiet --target-env vulkan1.2 -I${PROJECT_SOURCE_DIR}/shaders/include ${defines})
    string(APPEND declarations "extern const gpu::Shader ${name};\n")
    if(entry IN_LIST arg_MATRIX_VARIANTS)
      list(JOIN compile "|" arguments)
      string(APPEND matrix_variants "${name}|${arguments}|-g0|-DIMPASTO_ADDRESSES=1|${file}\n")
      impasto_spirv_words(${kept}/${name}.spv words)
      string(APPEND definitions "constexpr std::uint32_t ${name}_addresses[] = {${words}};\n")
      string(APPEND shaders "const gpu::Shader ${name}{\"${name}\", ${name}_addresses, {}};\n")
      continue()
    endif()
    foreach(form IN ITEMS addresses bindings)
      string(TOUPPER ${form} define)
      set(header ${out}/${name}.${form}.h)
      add_custom_command(
        OUTPUT ${header}
        COMMAND ${IMPASTO_GLSLANG} ${compile} -DIMPASTO_${define}=1 --vn ${name}_${form} -o ${header} ${file}
        DEPENDS ${file} ${includes}
        COMMENT "Compiling ${name} (${form})"
        VERBATIM)
      list(APPEND headers ${header})
      string(APPEND definitions "#include \"${name}.${form}.h\"\n")
    endforeach()
    string(APPEND shaders
      "const gpu::Shader ${name}{\"${name}\", ${name}_addresses, ${name}_bindings};\n")
  endforeach()
  string(CONCAT declared
    "#pragma once\n#include \"gpu/pipeline.h\"\n"
    "namespace impasto::shaders {\n${declarations}}\n")
  string(CONCAT defined
    "#include <cstdint>\n#include \"shaders.h\"\n"
    "namespace impasto::shaders {\nnamespace {\n${definitions}}\n${shaders}}\n")
  file(GENERATE OUTPUT ${out}/shaders.h CONTENT "${declared}")
  file(GENERATE OUTPUT ${out}/shaders.cpp CONTENT "${defined}")
  add_custom_target(${target}_shaders DEPENDS ${headers})
  add_dependencies(${target} ${target}_shaders)
  if(matrix_variants)
    file(GENERATE OUTPUT ${out}/matrix_variants.txt CONTENT "${matrix_variants}")
    set(IMPASTO_MATRIX_SPIRV ${CMAKE_COMMAND} -DGLSLANG=${IMPASTO_GLSLANG} -DKEPT=${kept}
        -DVARIANTS=${out}/matrix_variants.txt)
    set(script ${PROJECT_SOURCE_DIR}/cmake/MatrixSpirv.cmake)
    add_custom_target(matrix_spirv COMMAND ${IMPASTO_MATRIX_SPIRV} -P ${script} VERBATIM)
    # For a test: compares with what is compiled now.
    set_property(GLOBAL PROPERTY IMPASTO_COMPARE_MATRIX_SPIRV
      ${IMPASTO_MATRIX_SPIRV} -DCOMPARE=${out}/compare -P ${script})
  endif()
  target_sources(${target} PRIVATE ${out}/shaders.cpp ${headers})
  target_include_directories(${target} PRIVATE ${out})
endfunction()
