# The shared library's interface against the one that is kept (abi/impasto.abi, made by libabigail).
#   cmake -DLIBRARY=... -DHEADERS=DIR -DDUMP=FILE -DNM=... -DABIDW=... -DABIDIFF=... -DOUT=DIR -P Abi.cmake
# fails when they differ, and when a symbol is exported that is not of the interface; with -DACCEPT=1 the
# new one is kept.
execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" lines "${symbols}")
foreach(line IN LISTS lines)
  if(NOT line MATCHES " T impasto_[a-z0-9_]+$")
    message(FATAL_ERROR "exported, and not of the interface: ${line}")
  endif()
endforeach()
list(LENGTH lines count)
message("${count} symbols, all of the interface")

if(NOT ABIDW OR NOT ABIDIFF)
  message(FATAL_ERROR "SKIPPED: libabigail's abidw and abidiff are not installed")
endif()
get_filename_component(kept ${DUMP} DIRECTORY)
execute_process(COMMAND ${ABIDW} --suppressions ${kept}/impasto.abignore --headers-dir ${HEADERS}
                        --drop-private-types --no-show-locs --no-corpus-path --no-comp-dir-path --out-file ${OUT}/impasto.abi ${LIBRARY}
                COMMAND_ERROR_IS_FATAL ANY)
# Sources by their paths in the project, wherever it lies.
get_filename_component(root ${kept} DIRECTORY)
file(READ ${OUT}/impasto.abi interface)
string(REPLACE "'${root}/" "'" interface "${interface}")
file(WRITE ${OUT}/impasto.abi "${interface}")
if(ACCEPT)
  # Of where the sources lay nothing is kept.
  file(READ ${OUT}/impasto.abi dump)
  string(REGEX REPLACE "path='[^']*/src/" "path='src/" dump "${dump}")
  file(WRITE ${DUMP} "${dump}")
  message("kept as ${DUMP}")
  return()
endif()
execute_process(COMMAND ${ABIDIFF} --no-corpus-path ${DUMP} ${OUT}/impasto.abi RESULT_VARIABLE different
                OUTPUT_VARIABLE report)
if(different)
  message(FATAL_ERROR "the interface is another than the one kept in ${DUMP}; if that is meant, raise the "
                      "version as it needs and build the target abi_dump:\n${report}")
endif()
