# SPDX-License-Identifier: GPL-2.0-or-later
"""Real programs that the tests talk to."""
