"""Verb `effects`: what accepted changes did."""

from typing import TYPE_CHECKING, Any

import click

from recommender.cli.common import json_option, pass_house, print_json, print_table, shown

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.changes.comparing import Reading
    from recommender.changes.effects import Effect
    from recommender.changes.nearby import Neighbour
    from recommender.storage.house import House

_COLUMNS = {
    "candidate": "CANDIDATE",
    "clause": "CLAUSE",
    "kind_name": "KIND",
    "verdict": "EFFECT",
    "look_on": "LOOK",
    "read_on": "READ",
}
_NUMBERS = ("before", "after", "low", "high", "predicted_low", "predicted_high")


@click.command()
@click.argument("candidate_id", required=False)
@json_option
@pass_house
def effects(house: "House", actor: "Actor", /, *, candidate_id: str | None, as_json: bool) -> None:
    """Say what accepted changes did; of one, its readings and its weeks too."""
    from recommender.changes import effects as room

    with house.reading(actor) as tx:
        if candidate_id is None:
            rows = [_row(one) for one in room.effects(tx)]
            _print_all(rows, as_json=as_json)
            return
        found = room.effect(tx, candidate_id)
        whole = _row(found) | {
            "readings": [_reading(one) for one in found.readings],
            "weeks": [
                {"week": one.week, "exceptions": one.exceptions, "uses": one.uses}
                for one in found.curve
            ],
            "remedies": [
                {"what": one.what, "reason": one.reason, "redline": one.wording.texts}
                for one in found.remedies
            ],
            "currency": found.currency,
            "nearby": [_neighbour(one) for one in found.nearby],
        }
    if as_json:
        print_json(whole)
        return
    for words in (found.words, *(one.reason for one in found.remedies)):
        click.echo(shown(words))
    if whole["readings"]:
        print_table(whole["readings"], {name: name.upper() for name in whole["readings"][0]})
    for one in whole["nearby"]:
        click.echo(f"The same rule is now bent more as “{one['name']}”: {one['after']:.1f} a week.")


def _print_all(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
    elif rows:
        print_table(rows, _COLUMNS)
    else:
        click.echo("No accepted change has an effect to look at yet.")


def _row(effect: "Effect") -> dict[str, Any]:
    found = effect.candidate
    return {
        "candidate": found.id,
        "clause": None if found.clause is None else found.clause.key,
        "kind_name": shown(found.subject),
        "verdict": effect.verdict,
        "words": effect.words,
        "look_on": effect.look_on,
        "read_on": effect.read_on,
        "exposure": effect.exposure,
        "regressed_on": effect.regressed_on,
    }


def _neighbour(grown: "Neighbour") -> dict[str, Any]:
    return {
        "id": grown.kind.id,
        "name": shown(grown.kind.name),
        "before": grown.before,
        "after": grown.after,
        "least": grown.least,
    }


def _reading(reading: "Reading") -> dict[str, Any]:
    numbers = {name: getattr(reading, name) for name in _NUMBERS}
    return {
        "name": reading.name,
        **{name: None if value is None else round(value, 2) for name, value in numbers.items()},
        "reads": reading.reads,
    }
