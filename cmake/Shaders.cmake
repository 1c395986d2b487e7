# impasto_add_shaders(TARGET FILE...): compiles every shaders/NAME.comp to SPIR-V in its two forms
# (buffers by address, buffers by binding) and compiles them into TARGET, which can then
#   #include "shaders.h"      // impasto::shaders::NAME, a gpu::Shader
find_program(IMPASTO_GLSLANG NAMES glslangValidator glslang REQUIRED
             DOC "The GLSL compiler (Debian: glslang-tools)")

function(impasto_add_shaders target)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/shaders)
  file(MAKE_DIRECTORY ${out})
  file(GLOB includes CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/shaders/include/*)
  set(declarations "")
  set(definitions "")
  set(headers "")
  foreach(file IN LISTS ARGN)
    get_filename_component(name ${file} NAME_WE)
    foreach(form IN ITEMS addresses bindings)
      string(TOUPPER ${form} define)
      set(header ${out}/${name}.${form}.h)
      add_custom_command(
        OUTPUT ${header}
        COMMAND ${IMPASTO_GLSLANG} -V --quiet --target-env vulkan1.2
                -I${PROJECT_SOURCE_DIR}/shaders/include -DIMPASTO_${define}=1
                --vn ${name}_${form} -o ${header} ${file}
        DEPENDS ${file} ${includes}
        COMMENT "Compiling ${name}.comp (${form})"
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
