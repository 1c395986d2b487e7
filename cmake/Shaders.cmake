# impasto_add_shaders(TARGET FILE... [VARIANTS NAME=SOURCE:DEFINE...]): compiles every shaders/NAME.comp
# to SPIR-V in its two forms (buffers by address, buffers by binding) and compiles them into TARGET,
# which can then
#   #include "shaders.h"      // impasto::shaders::NAME, a gpu::Shader
# A variant is compiled from shaders/SOURCE.comp with more macros defined.
find_program(IMPASTO_GLSLANG NAMES glslangValidator glslang REQUIRED
             DOC "The GLSL compiler (Debian: glslang-tools)")

function(impasto_add_shaders target)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/shaders)
  file(MAKE_DIRECTORY ${out})
  file(GLOB includes CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/shaders/include/*)
  set(declarations "")
  set(definitions "")
  set(headers "")
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "VARIANTS")
  foreach(entry IN LISTS arg_UNPARSED_ARGUMENTS arg_VARIANTS)
    set(defines "")
    if(entry MATCHES "^([a-z0-9_]+)=([a-z0-9_]+):(.+)$")
      set(name ${CMAKE_MATCH_1})
      set(file ${PROJECT_SOURCE_DIR}/shaders/${CMAKE_MATCH_2}.comp)
      string(REPLACE ":" ";" defines ${CMAKE_MATCH_3})
      list(TRANSFORM defines REPLACE "(.+)" "-D\\1=1")
    else()
      set(file ${entry})
      get_filename_component(name ${file} NAME_WE)
    endif()
    foreach(form IN ITEMS addresses bindings)
      string(TOUPPER ${form} define)
      set(header ${out}/${name}.${form}.h)
      add_custom_command(
        OUTPUT ${header}
        COMMAND ${IMPASTO_GLSLANG} -V --quiet --target-env vulkan1.2
                -I${PROJECT_SOURCE_DIR}/shaders/include -DIMPASTO_${define}=1 ${defines}
                --vn ${name}_${form} -o ${header} ${file}
        DEPENDS ${file} ${includes}
        COMMENT "Compiling ${name} (${form})"
        VERBATIM)
      list(APPEND headers ${header})
      string(APPEND definitions "#include \"${name}.${form}.h\"\n")
    endforeach()
    string(APPEND declarations "extern const gpu::Shader ${name};\n")
    string(APPEND shaders
      "const gpu::Shader ${name}{\"${name}\", ${name}_addresses, ${name}_bindings};\n")
  endforeach()
  set(declared "#pragma once\n#include \"gpu/pipeline.h\"\nnamespace impasto::shaders {\n${declarations}}\n")
  set(defined "#include <cstdint>\n#include \"shaders.h\"\nnamespace impasto::shaders {\nnamespace {\n${definitions}}\n${shaders}}\n")
  file(GENERATE OUTPUT ${out}/shaders.h CONTENT "${declared}")
  file(GENERATE OUTPUT ${out}/shaders.cpp CONTENT "${defined}")
  add_custom_target(${target}_shaders DEPENDS ${headers})
  add_dependencies(${target} ${target}_shaders)
  target_sources(${target} PRIVATE ${out}/shaders.cpp ${headers})
  target_include_directories(${target} PRIVATE ${out})
endfunction()
