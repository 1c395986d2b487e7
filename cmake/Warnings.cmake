# impasto_set_warnings(TARGET): the warnings every target of ours is built with, and the sanitizers.
function(impasto_set_warnings target)
  if(MSVC)
    target_compile_options(${target} PRIVATE /W4 $<$<BOOL:${IMPASTO_WARNINGS_AS_ERRORS}>:/WX>)
  else()
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
      $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
      $<$<BOOL:${IMPASTO_WARNINGS_AS_ERRORS}>:-Werror>)
  endif()
  # GCC 12 sees overlapping copies in std::string's operator+ that are not there (GCC bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
  endif()
  if(IMPASTO_SANITIZE)
    # An undefined operation ends the program as a bad access does: a test must fail on it.
    target_compile_options(${target} PRIVATE -fsanitize=${IMPASTO_SANITIZE} -fno-omit-frame-pointer
                                             -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${IMPASTO_SANITIZE})
  endif()
endfunction()
