"""The body of a clause: bracketed spans, plain text, limits changed in place."""

import math
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from recommender.learning.figures import replace_figures
from recommender.policies.syntax.attributes import (
    Attributes,
    parse_attributes,
    replace_value,
    write_value,
)
from recommender.policies.syntax.handbook import (
    BadParameter,
    Bound,
    Limit,
    Parameter,
    UnknownParameter,
)

CODE = r"(?<!`)(?P<ticks>`+)(?!`)[^\r\n]*?(?<!`)(?P=ticks)(?!`)"
COMMENT = r"<!--(?:[^<-]|-(?!->)|<(?!!--))*+-->"
SPAN = r"\[(?P<words>(?:\\.|[^\[\]\\])*+)\]\{(?P<inner>[^{}]*+)\}"
LIST_MARKER = r"[ \t]*(?:[-*+•]|[0-9]{1,3}[.)])[ \t]+"
_TOKEN = re.compile(rf"{CODE}|(?P<comment>{COMMENT})|{SPAN}", re.DOTALL)
_HIDDEN = re.compile(rf"{CODE}|{COMMENT}")
_LOOSE_PARAMETER = re.compile(r"\]\{[^{}]*?(?:\.parameter(?![\w-])|(?<![\w-])fact\s*=)")
_ITEM = re.compile(LIST_MARKER)
_ENDING = re.compile(r"\s*\Z")
_FACT = re.compile(r"[A-Za-z_][\w.-]*")
_UNIT = re.compile(r"[^\[\]{}\\\r\n\"]*")
_REMEDY = "Write [14 days]{.parameter fact=days_since_delivery max=14 unit=day}."


def without_code(text: str) -> str:
    """Blank out inline code and comments, so that what is only quoted is not taken for syntax."""
    return _HIDDEN.sub(lambda match: " " * len(match[0]), text)


def without_spans(markup: str) -> str:
    """Put NULs over spans, code and comments; every other character keeps its place."""
    return _TOKEN.sub(lambda match: "\0" * len(match[0]), markup)


def plain_text(markup: str) -> str:
    """Give the wording without spans and comments, wrapped lines joined, list items kept apart."""
    lines: list[str] = []
    fresh = True
    for line in re.split(r"\r\n|\r|\n", _TOKEN.sub(_shown, markup)):
        words = " ".join(line.split())
        if words and (fresh or _ITEM.match(line)):
            lines.append(words)
        elif words:
            lines[-1] += f" {words}"
        fresh = not words
    return "\n".join(lines)


def read_parameters(markup: str, *, line: int = 1) -> tuple[Parameter, ...]:
    """Read the typed limits of a clause in reading order; `line` is where the markup starts."""
    seen: dict[tuple[str, str], Parameter] = {}
    closed: set[int] = set()
    for match, attributes in _spans(markup):
        closed.add(match.start("inner") - 2)
        here = line + _breaks(markup[: match.start()])
        parameter = _parameter(match, attributes, here)
        if parameter is None:
            continue
        if (parameter.fact, parameter.bound) in seen:
            raise BadParameter(
                here,
                f"the clause already has a {parameter.bound} of {parameter.fact}.",
                field=parameter.fact,
                remedy="Name another fact, or make it a clause of its own.",
            )
        seen[parameter.fact, parameter.bound] = parameter
    _refuse_unclosed(markup, closed, line)
    return tuple(seen.values())


def set_parameter(markup: str, fact: str, limit: Limit, *, bound: Bound | None = None) -> str:
    """Change a limit in place: the number in the span's words and its max or min attribute.

    Words that do not name the old limit (`one month` for 30 days) are written anew; a span
    without words keeps none.
    """
    value = _finite(limit)
    known = read_parameters(markup)
    found = [one for one in known if one.fact == fact and bound in (None, one.bound)]
    if len(found) != 1:
        raise UnknownParameter(fact, tuple(f"{one.fact} ({one.bound})" for one in known))
    old = found[0]
    inner = markup[old.start : old.end].rpartition("{")[2][:-1]
    words = _words_for(old, value)
    changed = f"[{words}]{{{replace_value(inner, old.bound, format(value, 'f'))}}}"
    return markup[: old.start] + changed + markup[old.end :]


def parameter_span(words: str, fact: str, bound: Bound, limit: Limit, unit: str | None) -> str:
    """Write a parameter span around words of a clause."""
    attributes = [".parameter", f"fact={fact}", f"{bound}={format(_finite(limit), 'f')}"]
    if unit:
        attributes.append(write_value("unit", unit))
    return f"[{words}]{{{' '.join(attributes)}}}"


def append_sentence(markup: str, sentence: str) -> str:
    """Add a sentence at the end of a clause; white space after the clause stays after it.

    After a list the sentence becomes one more item.
    """
    ending = _ENDING.search(markup)
    cut = ending.start() if ending else len(markup)
    body, tail, added = markup[:cut], markup[cut:], sentence.strip()
    if not body:
        return added + tail
    last = re.split(r"\r\n|\r|\n", body)[-1]
    marker = _ITEM.match(last) if last != body else None
    if marker:
        newline = "\r\n" if "\r\n" in body else "\n"
        return f"{body}{newline}{_next_marker(marker[0])}{added}{tail}"
    stop = "" if plain_text(body)[-1:] in tuple(".!?…:;)\"'”’") else "."
    return f"{body}{stop} {added}{tail}"


def _spans(markup: str) -> Iterator[tuple[re.Match[str], Attributes | None]]:
    for match in _TOKEN.finditer(markup):
        if match["inner"] is not None:
            yield match, parse_attributes(match["inner"])


def _shown(match: re.Match[str]) -> str:
    if match["comment"] is not None:
        return ""
    if match["inner"] is None or parse_attributes(match["inner"]) is None:
        return match[0]
    return match["words"]


def _parameter(match: re.Match[str], attributes: Attributes | None, line: int) -> Parameter | None:
    if not _LOOSE_PARAMETER.match(match.string, match.start("inner") - 2):
        return None
    if attributes is None:
        problem = f"the attributes {{{match['inner']}}} cannot be read."
        raise BadParameter(line, problem, field="parameter", remedy=_REMEDY)
    if attributes.classes != ("parameter",) or attributes.key:
        problem = f"{{{match['inner']}}} needs the class .parameter, no other and no key."
        raise BadParameter(line, problem, field="parameter", remedy=_REMEDY)
    fact, bound, limit, unit = typed_limit(attributes.values, line)
    return Parameter(fact, bound, limit, unit, match["words"], match.start(), match.end())


def typed_limit(values: dict[str, str], line: int) -> tuple[str, Bound, Limit, str | None]:
    """Read fact, bound, limit and unit; exactly one of max and min must be there."""
    unknown = sorted(set(values) - {"fact", "max", "min", "unit"})
    if unknown:
        problem = f"a parameter has no attribute {unknown[0]}."
        raise BadParameter(line, problem, field=unknown[0], remedy=_REMEDY)
    fact = values.get("fact", "")
    if not _FACT.fullmatch(fact):
        problem = "a parameter names the fact that it limits (letters, digits, . _ -)."
        raise BadParameter(line, problem, field="fact", remedy=_REMEDY)
    if ("max" in values) == ("min" in values):
        problem = f"the parameter {fact} has either a max or a min."
        raise BadParameter(line, problem, field=fact, remedy=_REMEDY)
    bound: Bound = "max" if "max" in values else "min"
    try:
        number = Decimal(values[bound])
    except InvalidOperation:
        number = Decimal("NaN")
    limit = _limit(number)
    if limit is None:
        problem = f"the {bound} of {fact} is {values[bound]!r}, not a number."
        raise BadParameter(line, problem, field=bound, remedy="Write digits, such as 14 or 4.95.")
    return fact, bound, limit, _unit(values, line)


def _unit(values: dict[str, str], line: int) -> str | None:
    unit = values.get("unit")
    if unit is not None and not _UNIT.fullmatch(unit):
        problem = f"the unit {unit!r} holds brackets, quotes or line breaks."
        raise BadParameter(line, problem, field="unit", remedy="Write a word such as day or EUR.")
    return unit


def _limit(number: Decimal) -> Limit | None:
    if not number.is_finite() or not math.isfinite(float(number)):
        return None
    exponent = number.as_tuple().exponent
    return int(number) if exponent == 0 else float(number)


def _finite(limit: Limit) -> Decimal:
    if isinstance(limit, bool) or not math.isfinite(limit):
        problem = f"the limit {limit!r} is not a finite number."
        raise BadParameter(1, problem, field="limit", remedy="Give a number such as 14 or 4.95.")
    return Decimal(int(limit)) if limit == int(limit) else Decimal(repr(limit))


def _words_for(old: Parameter, value: Decimal) -> str:
    if not old.words.strip():
        return old.words
    before = _finite(old.limit)
    unit = old.unit or ""
    counted = unit.isalpha() and unit.islower() and len(unit) > len("km")
    words = replace_figures(old.words, before, value)
    if words is None:
        ending = "s" if counted and value != 1 else ""
        return f"{format(value, 'f')} {unit}{ending}".rstrip()
    if counted and value == 1:
        return re.sub(rf"(?<=\s)({unit})s\b", r"\1", words)
    if counted and before == 1:
        return re.sub(rf"(?<=\s)({unit})\b", r"\1s", words)
    return words


def _next_marker(marker: str) -> str:
    return re.sub(r"[0-9]+", lambda number: str(int(number[0]) + 1), marker)


def _breaks(text: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", text))


def _refuse_unclosed(markup: str, closed: set[int], line: int) -> None:
    for match in _LOOSE_PARAMETER.finditer(without_code(markup)):
        if match.start() not in closed:
            raise BadParameter(
                line + _breaks(markup[: match.start()]),
                "the parameter span is not closed, or its words hold brackets.",
                field="parameter",
                remedy=_REMEDY,
            )
