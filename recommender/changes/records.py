"""Decision records: all that was known, suggested and decided about one candidate, on paper.

The record of a day is the same whoever asks. It names desks and roles, never a person; what was
frozen is told as it was frozen.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import floor
from typing import Any, Final

from sqlalchemy import func, select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.candidates import candidate
from recommender.changes.desks import desk_of
from recommender.changes.foretold import effect_lines, prediction_lines
from recommender.changes.paper import html, page, quoted, said, table
from recommender.changes.predicting import review_of
from recommender.changes.rationale import written
from recommender.changes.recognition import ACCEPTED
from recommender.changes.replayed import backtest_lines
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
    yield from backtest_lines(found, _answer(found))
    yield from _decisions(tx, found)
    yield from _told(tx, found)
    yield from prediction_lines(found)
    yield from effect_lines(tx, found)
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
    return f"{limit['limit']:.12g} (covers at least {floor(limit['coverage'] * 100)}%)"


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
