"""Text can be read in both themes: contrast as WCAG 2.2 counts it, from the theme and our sheet."""

import re
import tomllib
from typing import Final

import pytest

from dashboard.look import SHEET

THEMES: Final = tomllib.loads(
    (SHEET.parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)["theme"]
SHEET_TEXT: Final = SHEET.read_text(encoding="utf-8")
TEXT_AA, DRAWING_AA = 4.5, 3.0
Colour = tuple[float, float, float]
LIGHT_AND_DARK = pytest.mark.parametrize("theme", ["light", "dark"])
GROUNDS = pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])


def colour(theme: str, name: str) -> Colour:
    return rgb(THEMES[theme][name])


def rgb(written: str) -> Colour:
    red, green, blue = (int(written[each : each + 2], 16) for each in (1, 3, 5))
    return red, green, blue


def own(name: str) -> str:
    """A value of the sheet by its name."""
    found = re.search(rf"--{name}: ([^;]+);", SHEET_TEXT)
    assert found is not None, name
    return found[1]


def over(colour: Colour, share: float, ground: Colour) -> Colour:
    """What is seen of a colour that is not opaque."""
    red, green, blue = (
        share * one + (1 - share) * other for one, other in zip(colour, ground, strict=True)
    )
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (_linear(each / 255) for each in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def test_the_measure_is_that_of_the_specification() -> None:
    assert contrast(rgb("#ffffff"), rgb("#000000")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.478, abs=0.001)


@LIGHT_AND_DARK
@GROUNDS
def test_notes_are_quiet_and_can_be_read(theme: str, ground: str) -> None:
    text, behind = colour(theme, "textColor"), colour(theme, ground)
    quiet = contrast(over(text, float(own("quiet")), behind), behind)
    assert TEXT_AA <= quiet < contrast(text, behind)


def test_streamlits_own_captions_cannot() -> None:
    text, behind = colour("light", "textColor"), colour("light", "backgroundColor")
    assert contrast(over(text, 0.6, behind), behind) < TEXT_AA, "or the sheet need not mend them"


@pytest.mark.parametrize(
    "place", ["stCaptionContainer", "numbers th", "numbers small", "mark small"]
)
def test_whatever_is_quiet_is_so_by_the_one_number(place: str) -> None:
    rules = re.findall(
        rf"^[^\n{{]*{place}\b[^{{]*{{[^}}]*opacity: ([^;]+);", SHEET_TEXT, re.MULTILINE
    )
    assert "var(--quiet)" in rules


@LIGHT_AND_DARK
@GROUNDS
@pytest.mark.parametrize("mark", ["removed", "added"])
def test_changed_words_can_be_read(theme: str, ground: str, mark: str) -> None:
    *parts, share = (float(each) for each in re.findall(r"[\d.]+", own(mark)))
    red, green, blue = parts
    behind = over((red, green, blue), share, colour(theme, ground))
    assert contrast(colour(theme, "textColor"), behind) >= TEXT_AA


@LIGHT_AND_DARK
@GROUNDS
def test_lines_in_drawings_are_seen(theme: str, ground: str) -> None:
    assert contrast(rgb(own("accent")), colour(theme, ground)) >= DRAWING_AA


@LIGHT_AND_DARK
def test_the_primary_button_and_links_can_be_read(theme: str) -> None:
    primary = colour(theme, "primaryColor")
    assert contrast(rgb("#ffffff"), primary) >= TEXT_AA
    link = THEMES[theme].get("linkColor", THEMES[theme]["primaryColor"])
    assert contrast(rgb(link), colour(theme, "backgroundColor")) >= TEXT_AA
