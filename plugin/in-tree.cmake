# SPDX-License-Identifier: GPL-2.0-or-later
# The plugin as one of Wireshark's own (plugins/epan/msice): on Windows and macOS the way to build it.
include(WiresharkPlugin)

set_module_info(msice ${PROJECT_VERSION_MAJOR} ${PROJECT_VERSION_MINOR} ${PROJECT_VERSION_PATCH} 0)

set(PLUGIN_FILES ${MSICE_SOURCES})
add_wireshark_plugin_library(msice epan)
target_include_directories(msice PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/plugin")
target_compile_definitions(msice PRIVATE MSICE_VERSION="${PROJECT_VERSION}")
target_link_libraries(msice epan)
install_plugin(msice epan)
