import re
import struct
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PICTURES = sorted((HOME / "docs" / "pictures").glob("*.png"))


def test_every_picture_of_the_readme_is_there() -> None:
    named = re.findall(r"!\[.+?\]\((.+?)\)", (HOME / "README.md").read_text("utf-8"))
    assert named
    assert all((HOME / name).is_file() for name in named)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_light_and_of_a_window(picture: Path) -> None:
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (1280, 800)
    assert len(content) < 300_000
