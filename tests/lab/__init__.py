# SPDX-License-Identifier: GPL-2.0-or-later
"""The laboratory: real programs fail in networks of their own, and the verdict is judged. tests/lab.sh runs it."""
