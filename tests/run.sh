#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The one test command: installs what the tests need, builds in a folder of its own, runs everything.
#   BUILD_DIR=DIR  build there instead of in build-tests
set -eu
. "$(dirname "$0")/build.sh"
# Verbose, so that pytest's own closing line is seen before that of ctest.
exec ctest --test-dir "$build" --verbose
