#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzzes the finder of diagnostics headers; fuzz_parser.sh describes the settings.
exec sh "$(dirname "$0")/fuzz_parser.sh" finder
