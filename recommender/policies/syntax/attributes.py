"""Pandoc attributes: the `{#id .class name=value}` after a heading or a bracketed span."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\#(?P<id>[^\s{}"'=\#]+)
    | \.(?P<cls>[^\s{}"'=.\#]+)
    | (?P<name>[A-Za-z_][\w:-]*)=(?P<value>"[^"]*"|'[^']*'|[^\s{}"'=]+)""",
    re.VERBOSE,
)
KEY = re.compile(r"""[^\s{}"'=\#.][^\s{}"'=\#]*""")


@dataclass(frozen=True, slots=True)
class Attributes:
    """The parsed attributes of one heading or span."""

    key: str | None
    classes: tuple[str, ...]
    values: dict[str, str]


def parse_attributes(inner: str) -> Attributes | None:
    """Read what stands between the braces; None where it is not a list of attributes."""
    keys: list[str] = []
    classes: list[str] = []
    values: dict[str, str] = {}
    for piece in _pieces(inner):
        token = _TOKEN.fullmatch(piece)
        if token is None:
            return None
        if token["id"]:
            keys.append(token["id"])
        elif token["cls"]:
            classes.append(token["cls"])
        elif token["name"] in values:
            return None
        else:
            values[token["name"]] = _unquoted(token["value"])
    if len(keys) > 1 or not (keys or classes or values):
        return None
    return Attributes(keys[0] if keys else None, tuple(classes), values)


def replace_value(inner: str, name: str, value: str) -> str:
    """Write a new value for one attribute and leave every other character as it is."""
    return _TOKEN.sub(lambda token: f"{name}={value}" if token["name"] == name else token[0], inner)


def write_value(name: str, value: str) -> str:
    """Write `name=value`, quoted where the value needs it."""
    if re.fullmatch(r"""[^\s{}"'=]+""", value):
        return f"{name}={value}"
    cleaned = re.sub(r'[{}"]', "'", " ".join(value.split()))
    return f'{name}="{cleaned}"'


def _pieces(inner: str) -> list[str]:
    return re.findall(r"""(?:[^\s"']|"[^"]*"|'[^']*'|["'])+""", inner)


def _unquoted(value: str) -> str:
    return value[1:-1] if value[0] in "\"'" else value
