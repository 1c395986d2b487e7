# impasto_embed(TARGET NAME FILE): compiles FILE into TARGET as the bytes
#   extern "C" const unsigned char* const impasto_embedded_NAME;     (aligned to 16)
#   extern "C" const unsigned long long impasto_embedded_NAME_size;
# FILE may be missing: then the size is 0 (configure again once it is there).
#
# GCC and Clang take the bytes straight from the file with the assembler's .incbin, in no time at
# any size. Other compilers get the bytes as 64-bit numbers in a generated source, as few tokens as
# can be; IMPASTO_EMBED_AS_SOURCE asks for that everywhere.
option(IMPASTO_EMBED_AS_SOURCE "Embed files as generated source instead of .incbin" OFF)
mark_as_advanced(IMPASTO_EMBED_AS_SOURCE)
set(IMPASTO_EMBED_FOLDER ${CMAKE_CURRENT_LIST_DIR})

function(impasto_embed target name file)
  set(IMPASTO_EMBED_NAME ${name})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp)
  if(NOT EXISTS ${file})
    set(IMPASTO_EMBED_SIZE 0)
    set(IMPASTO_EMBED_NUMBERS 0)
    configure_file(${IMPASTO_EMBED_FOLDER}/embedded_numbers.cpp.in ${source} @ONLY)
  elseif(MSVC OR IMPASTO_EMBED_AS_SOURCE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(SIZE ${file} IMPASTO_EMBED_SIZE)
    file(READ ${file} hex HEX)
    # Whole numbers of 8 bytes, then each turned round: the first byte in memory is the lowest.
    math(EXPR missing "(8 - ${IMPASTO_EMBED_SIZE} % 8) % 8")
    string(REPEAT "00" ${missing} padding)
    string(REGEX REPLACE "(..)(..)(..)(..)(..)(..)(..)(..)" "0x\\8\\7\\6\\5\\4\\3\\2\\1,\n"
           IMPASTO_EMBED_NUMBERS "${hex}${padding}")
    configure_file(${IMPASTO_EMBED_FOLDER}/embedded_numbers.cpp.in ${source} @ONLY)
  else()
    set(IMPASTO_EMBED_FILE ${file})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(SHA256 ${file} IMPASTO_EMBED_SHA256)
    configure_file(${IMPASTO_EMBED_FOLDER}/embedded_incbin.cpp.in ${source} @ONLY)
    set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${file}
                                                     COMPILE_OPTIONS -fno-lto)
  endif()
  target_sources(${target} PRIVATE ${source})
endfunction()
