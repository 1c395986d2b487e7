# `cmake --install BUILD`: the libraries, their headers, the program, and what find_package(Impasto) and
# pkg-config read.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS impasto impasto_static EXPORT ImpastoTargets)
install(FILES include/impasto/impasto.h include/impasto/impasto_batch.h include/impasto/impasto_gltf.h
              include/impasto/impasto_material.h include/impasto/impasto_vulkan.h include/impasto/impasto.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/impasto)
if(TARGET impasto_cli)
  install(TARGETS impasto_cli)
endif()
if(IMPASTO_VIEWER AND NOT CMAKE_CROSSCOMPILING)
  # One click away in the viewer.
  install(FILES ${PROJECT_BINARY_DIR}/samples/landscape.png ${PROJECT_BINARY_DIR}/samples/swirl.png
          DESTINATION ${CMAKE_INSTALL_DATADIR}/impasto/samples)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Impasto)
install(EXPORT ImpastoTargets NAMESPACE Impasto:: DESTINATION ${package_dir})
configure_package_config_file(cmake/ImpastoConfig.cmake.in ${PROJECT_BINARY_DIR}/ImpastoConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ImpastoConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ImpastoConfig.cmake ${PROJECT_BINARY_DIR}/ImpastoConfigVersion.cmake
        DESTINATION ${package_dir})

# By the way back from its folder, so that the tree can be moved.
file(RELATIVE_PATH IMPASTO_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/impasto.pc.in ${PROJECT_BINARY_DIR}/impasto.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/impasto.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE weights/README.md docs/embedding.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
