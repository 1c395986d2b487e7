# The program is a client of the public headers: of src/ it includes its own folder and platform/
# alone, with base/, which is what the functions of platform/ return.
#     cmake -DFOLDER=.../src/cli -P includes_test.cmake
file(GLOB sources ${FOLDER}/*.cpp ${FOLDER}/*.h)
if(NOT sources)
  message(FATAL_ERROR "no sources in ${FOLDER}")
endif()
set(wrong "")
foreach(source IN LISTS sources)
  file(STRINGS ${source} includes REGEX "^[ \t]*#[ \t]*include[ \t]*\"")
  foreach(include IN LISTS includes)
    if(NOT include MATCHES "\"(cli|platform|base|impasto)/")
      string(APPEND wrong "\n  ${source}: ${include}")
    endif()
  endforeach()
endforeach()
if(wrong)
  message(FATAL_ERROR "src/cli may include nothing of src/ but platform/ and base/:${wrong}")
endif()
