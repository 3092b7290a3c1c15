#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The laboratory: plays scenarios of failed, bad and healthy calls with real programs in network namespaces, and judges the
# verdict. For root.
#
#   tests/lab.sh [--seed N] [--jobs N] [--keep FOLDER] [--quick | --again FOLDER | NAME ...]
#
# Without names all scenarios. Writes docs/accuracy.md after a run of all. See tests/lab/main.py.
set -e
. "$(dirname "$0")/build.sh"
BUILD_DIR=$build exec /usr/bin/python3 "$top/tests/lab/main.py" "$@"
