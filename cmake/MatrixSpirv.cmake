# The kernels for matrix units as SPIR-V (shaders/spirv, see Shaders.cmake).
#   cmake -DGLSLANG=... -DVARIANTS=FILE -DKEPT=DIR -P MatrixSpirv.cmake              makes them anew
#   cmake -DGLSLANG=... -DVARIANTS=FILE -DKEPT=DIR -DCOMPARE=DIR -P MatrixSpirv.cmake  compares
# VARIANTS lists a kernel a line: NAME and the compiler's arguments, separated by |. Another
# version of glslang may write other bytes, so comparing asks for the version that made them.
execute_process(COMMAND ${GLSLANG} --version OUTPUT_VARIABLE version)
string(REGEX MATCH "Glslang Version: [0-9]+:([0-9.]+)" version "${version}")
set(version ${CMAKE_MATCH_1})
if(version VERSION_LESS 13)
  message(FATAL_ERROR "SKIPPED: ${GLSLANG} is ${version}, and cooperative matrices need 13 or later")
endif()
if(COMPARE)
  file(STRINGS ${KEPT}/glslang.txt made_by)
  if(NOT version STREQUAL made_by)
    message(FATAL_ERROR "SKIPPED: ${GLSLANG} is ${version}, and shaders/spirv was made by ${made_by}")
  endif()
  set(out ${COMPARE})
  file(MAKE_DIRECTORY ${out})
else()
  set(out ${KEPT})
  file(WRITE ${KEPT}/glslang.txt "${version}\n")
endif()

file(STRINGS ${VARIANTS} lines)
foreach(line IN LISTS lines)
  string(REPLACE "|" ";" arguments "${line}")
  list(POP_FRONT arguments name)
  execute_process(COMMAND ${GLSLANG} ${arguments} -o ${out}/${name}.spv RESULT_VARIABLE failed
                  OUTPUT_VARIABLE printed)
  if(failed)
    message(FATAL_ERROR "${name} does not compile:\n${printed}")
  endif()
  if(COMPARE)
    file(SHA256 ${out}/${name}.spv made)
    file(SHA256 ${KEPT}/${name}.spv kept)
    if(NOT made STREQUAL kept)
      message(FATAL_ERROR "${name}.spv is not what its shader compiles to: "
                          "run cmake --build BUILD --target matrix_spirv")
    endif()
  endif()
endforeach()
