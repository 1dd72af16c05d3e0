"""Decision records: all that was known, suggested and decided about one candidate, on paper.

The record of a day is the same whoever asks. It names desks and roles, never a person; what was
frozen is told as it was frozen.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import floor
from typing import Any, Final

from sqlalchemy import func, select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.candidates import candidate
from recommender.changes.desks import desk_of
from recommender.changes.effects import NoEffectPlanned, effect
from recommender.changes.paper import html, page, quoted, said, table
from recommender.changes.predicting import read_design, read_prediction, review_of
from recommender.changes.rationale import written
from recommender.changes.recognition import ACCEPTED
from recommender.changes.seen import evidence_lines
from recommender.models.accounts import Account
from recommender.models.changes import Candidate, Decision
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.models.policies import Revision
from recommender.policies.conditions import Condition
from recommender.policies.exporting import sha256_of
from recommender.policies.syntax.compare import word_diff
from recommender.policies.syntax.markup import plain_text
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic, Role

_MARKS: Final = {"same": ("", ""), "removed": ("\\[-", "-\\]"), "added": ("\\{+", "+\\}")}
_REPLAYED: Final = {
    "covered": "exceptions that the new wording covers",
    "still_exceptions": "that stay exceptions",
    "already_allowed": "that the old wording allowed already",
    "newly_allowed": "declined before, allowed now",
    "still_declined": "declined before, outside still",
    "newly_refused": "allowed before, refused now",
    "in_policy": "never asked about, allowed still",
    "cannot_tell": "that cannot be told: a fact is missing",
}
_UPTAKE: Final = (2, 3)
_DECIDERS: Final = (Role.POLICY_OWNER, Role.ADMIN)
_PROMOTERS: Final = (Role.MANAGER, Role.ADMIN)
_TOLD: Final = {
    NoticeTopic.DECISION: "told the decision and its reason",
    NoticeTopic.RECOGNITION: "told that their team's cases led to it",
}


@dataclass(frozen=True, kw_only=True)
class DecisionRecord:
    """A decision on paper: Markdown, the same ready to print, and the Markdown's SHA-256."""

    candidate_id: str
    markdown: str
    html: str
    sha256: str


def record(tx: Transaction, candidate_id: str) -> DecisionRecord:
    """Write the record of a candidate as it stands today; raises UnknownCandidate."""
    tx.actor.require(Act.READ_CANDIDATES)
    found = candidate(tx, candidate_id)
    text = page(_lines(tx, found))
    return DecisionRecord(
        candidate_id=found.id,
        markdown=text,
        html=html(text, f"Decision record {found.id}"),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _lines(tx: Transaction, found: Candidate) -> Iterator[str]:
    yield from (f"# Decision record: {said(found.subject)}", "")
    yield from _head(tx, found)
    yield from ("## The question", "", *quoted(found.reason))
    for one in found.draft.get("rationale", ()):
        yield f"- {said(one['sentence'])}"
    yield ""
    yield from _wording(found)
    yield from evidence_lines(found)
    yield from _limits(found)
    yield from _backtest(found)
    yield from _decisions(tx, found)
    yield from _told(tx, found)
    yield from _prediction(found)
    yield from _effect(tx, found)
    yield from _digests(tx, found)


def _head(tx: Transaction, found: Candidate) -> Iterator[str]:
    clause, review = found.clause, review_of(tx, found)
    facts = {
        "Candidate": found.id,
        "As of": written(today(tx).moment),
        "Clause": "a new one" if clause is None else said(clause.key),
        "Policy": None if clause is None else said(clause.policy.title),
        "Desk": _desk(tx, found),
        "Suggested": _spaced(found.draft.get("verdict", found.verdict)),
        "State": _spaced(found.state),
        "Promoted": f"{written(found.promoted_at)}, by {_role(tx, found.promoted_by, _PROMOTERS)}",
        "In force from": _day(found.effective_from),
        "Tolerated until": _day(found.until),
        "Looked at again": _day(review),
        "Scope": ", ".join(f"{name} {said(value)}" for name, value in found.scope.items()) or None,
    }
    rows = [(name, value) for name, value in facts.items() if value is not None]
    yield from table(("", ""), rows)


def _wording(found: Candidate) -> Iterator[str]:
    old, suggested = plain_text(found.old_markup or ""), plain_text(found.new_markup or "")
    answer = _answer(found)
    if not (old or suggested):
        return
    yield from ("## The wording", "")
    yield from ("Before:", "", *quoted(old))
    yield from ("Suggested:", "", *_redline(old, suggested))
    if answer is not None and answer.final_markup != answer.suggested_markup:
        final = plain_text(answer.final_markup or "")
        yield from ("Decided:", "", *_redline(old, final))
        if answer.edit_distance is not None:
            yield from (f"{answer.edit_distance:.0%} of the suggested words were edited.", "")
    conditions = found.conditions or found.draft.get("conditions", ())
    for one in conditions:
        yield f"- {said(Condition.from_json(one).words)}"
    yield ""


def _redline(old: str, new: str) -> list[str]:
    marked = (
        f"{_MARKS[one.op][0]}{_kept_ends(one.text)}{_MARKS[one.op][1]}"
        for one in word_diff(old, new)
    )
    return [f"> {''.join(marked) or '–'}", ""]


def _kept_ends(text: str) -> str:
    """Escape a stretch; the blanks at its ends part words."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{said(text)}{after}"


def _limits(found: Candidate) -> Iterator[str]:
    rows = [
        (
            said(one["fact"]),
            *(_limit(one.get(name)) for name in ("narrow", "medium", "wide")),
            f"{one['n']}" if "n" in one else "–",
        )
        for one in found.draft.get("parameters", ())
    ]
    if not rows:
        return
    yield from ("## The limits offered", "")
    yield from table(("fact", "narrow", "medium", "wide", "signed cases"), rows)
    if found.chosen_limit is not None:
        yield from (f"Chosen: {_spaced(found.chosen_limit)}.", "")


def _limit(limit: Mapping[str, Any] | None) -> str:
    if limit is None:
        return "–"
    return f"{limit['limit']:g} (covers at least {floor(limit['coverage'] * 100)}%)"


def _backtest(found: Candidate) -> Iterator[str]:
    answer = _answer(found)
    suggested = {} if answer is None else answer.suggested_backtest
    final = {} if answer is None else answer.final_backtest
    columns = (
        {"suggested": suggested, "decided": final}
        if suggested and final
        else {"cases": final or suggested or found.backtest}
    )
    if not all(columns.values()):
        return
    yield from ("## The backtest", "", "Old against new wording on cases decided before.", "")
    rows = [
        (words, *(_few(one.get(name)) for one in columns.values()))
        for name, words in _REPLAYED.items()
    ]
    rows.append(("what these cost", *(_cost(one) for one in columns.values())))
    rows.append(("a year of it costs", *(_year(one, one.get("year")) for one in columns.values())))
    rows += [
        (f"{times} times as many", *(_year(one, _times(one, times)) for one in columns.values()))
        for times in _UPTAKE
        if any(_times(one, times) for one in columns.values())
    ]
    yield from table(("", *columns), rows)
    last = list(columns.values())[-1]
    yield from (f"- {said(one['words'])}" for one in last.get("grants", ()))
    for one in last.get("conflicts", ()):
        yield f"- {said(one['what'])}{' It bars the change.' if one['blocks'] else ''}"
    yield ""


def _cost(replayed: Mapping[str, Any]) -> str:
    cost = replayed.get("cost")
    return "–" if cost is None else f"{cost:g} {said(replayed.get('currency') or '')}".strip()


def _times(replayed: Mapping[str, Any], times: int) -> Mapping[str, float] | None:
    return next((one for one in replayed.get("uptake", ()) if one["times"] == times), None)


def _year(replayed: Mapping[str, Any], year: Mapping[str, float] | None) -> str:
    if year is None:
        return "–"
    currency = said(replayed.get("currency") or "")
    return f"{year['low']:.0f} to {year['high']:.0f} {currency}".strip()


def _decisions(tx: Transaction, found: Candidate) -> Iterator[str]:
    yield from ("## The decision", "")
    if not found.decisions:
        yield from ("It waits for its answer.", "")
        return
    for one in found.decisions:
        who = one.decided_as or _role(tx, one.decided_by, _DECIDERS)
        deputy = ", as deputy" if one.in_place_of else ""
        until = "" if one.until is None else f", until {written(one.until)}"
        yield f"{written(one.decided_at)}, {_spaced(who)}{deputy}: {_spaced(one.verdict)}{until}"
        yield from ("", *quoted(one.reason))


def _told(tx: Transaction, found: Candidate) -> Iterator[str]:
    counts = tx.session.execute(
        select(Notice.topic, func.count(Notice.account_name.distinct()))
        .where(Notice.candidate_id == found.id, Notice.topic.in_(_TOLD))
        .group_by(Notice.topic)
    )
    told = {one.topic: int(one[1]) for one in counts}
    if not told:
        return
    yield from ("## Who was told", "")
    floor = tx.settings.people_floor_agents
    for topic, words in _TOLD.items():
        if topic in told:
            least = told[topic] // floor * floor
            number = f"At least {least}" if least else f"Fewer than {floor}"
            yield f"- {number} people were {words}."
    yield ""


def _prediction(found: Candidate) -> Iterator[str]:
    said_to_do, design = read_prediction(found), read_design(found)
    if said_to_do is None or design is None:
        return
    yield from ("## The prediction, frozen at acceptance", "")
    drop = said_to_do.drop
    told = (
        "No facts can tell what share of these cases ends."
        if drop is None
        else f"It ends {drop:.0%} of these cases as exceptions "
        f"({said_to_do.drop_low:.0%} to {said_to_do.drop_high:.0%})."
    )
    yield from (told, "")
    look = (
        f"The look is on {written(design.look_on)}, measured by {design.exposure}, one-sided "
        f"at {design.alpha:.1%}."
        if design.look_on is not None
        else f"No look can tell: {design.lacking}."
    )
    yield from (look, "")


def _effect(tx: Transaction, found: Candidate) -> Iterator[str]:
    with suppress(NoEffectPlanned):
        seen = effect(tx, found.id)
        yield from ("## The effect", "", said(seen.words), "")
        if seen.regressed_on is not None:
            yield from (f"The kind recurred; first seen on {written(seen.regressed_on)}.", "")
        if seen.read_on is None:
            return
        rows = [
            (
                one.name,
                _number(one.before),
                _number(one.after),
                _range(one.low, one.high),
                _range(one.predicted_low, one.predicted_high),
                one.reads or "–",
            )
            for one in seen.readings
        ]
        heads = ("", "before", "after", "interval", "predicted", "reads")
        yield from (f"Read on {written(seen.read_on)}.", "", *table(heads, rows))


def _digests(tx: Transaction, found: Candidate) -> Iterator[str]:
    """Give what ties the record to the rule book and to the event log.

    Of its entries the codes, and not the places: these would count what others did in between.
    """
    yield from ("## Digests", "")
    new = None if found.revision_id is None else tx.session.get(Revision, found.revision_id)
    for name, revision in {"before": found.base_revision, "decided": new}.items():
        if revision is not None:
            digest = sha256_of(revision.markup)
            yield f"- Wording {name}, revision {revision.number}: SHA-256 {digest}"
    macs = tx.session.scalars(
        select(Event.mac)
        .where(Event.noun == "candidate", Event.noun_id == found.id)
        .order_by(Event.sequence)
    ).all()
    if macs:
        yield f"- Event log, {len(macs)} entries: from MAC {macs[0]}"
        yield f"  to MAC {macs[-1]}"
    yield ""


def _answer(found: Candidate) -> Decision | None:
    """Give the decision that took the wording."""
    taken = [one for one in found.decisions if one.verdict in ACCEPTED]
    return taken[-1] if taken else None


def _desk(tx: Transaction, found: Candidate) -> str:
    """Name the desk; where one person is the desk, their role stands for them."""
    desk = desk_of(tx.session, found)
    if desk is None:
        return "every policy owner"
    return "its policy owner" if tx.session.get(Account, desk) else said(desk)


def _role(tx: Transaction, name: str, among: tuple[Role, ...]) -> str:
    account = tx.session.get(Account, name)
    held = [] if account is None else [role for role in among if role in account.roles]
    return f"{_spaced(held[0] if held else among[-1])}"


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _day(moment: Any) -> str | None:  # noqa: ANN401 - a moment or none
    return None if moment is None else written(moment)


def _few(count: int | None) -> str:
    return "few" if count is None else f"{count}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _range(low: float | None, high: float | None) -> str:
    return "–" if low is None else f"{_number(low)} to {'any' if high is None else _number(high)}"
