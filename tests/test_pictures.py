# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/pictures: what the rows of make_pictures.py say that they show is still what Wireshark would show."""
import json
import re

import pytest

from conftest import TOP
from make_pictures import PICTURES, PLACE, capture_of
from sharkd import Sharkd


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_picture_shows(bench, picture):
    with Sharkd(bench, capture_of(bench, picture)) as sharkd:
        answer = json.dumps(sharkd.ask(**picture.asks), ensure_ascii=False)
    assert [words for words in picture.shows if words not in answer] == [], answer


def test_each_picture_is_made_and_used():
    """No picture without a row, none without a place in the docs."""
    texts = "".join(path.read_text(encoding="utf-8") for path in (TOP / "README.md", *(TOP / "docs").glob("*.md")))
    used = set(re.findall(r"pictures/([\w-]+)\.png", texts))
    assert used == {path.stem for path in PLACE.glob("*.png")} == {picture.name for picture in PICTURES}
