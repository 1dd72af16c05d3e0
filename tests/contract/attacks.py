"""Attempts to single out fewer people than the floors through the doors of a manager.

Each attack asks as one reader, over HTTP and on the command line, and gives the sets of cases that
it singled out: those that a number is about, that could be read, or by which two answers differ.
The attacker is strong: where an id helps, the attack takes it from the database.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import combinations, count
from typing import Any

from click.testing import CliRunner
from sqlalchemy import func, select

from recommender.accounts.directory import operator
from recommender.cases.erasing import erase_customer
from recommender.cli.main import recommender
from recommender.kinds.drilling import groups
from recommender.kinds.floors import release
from recommender.models.cases import Case
from recommender.models.kinds import Membership
from recommender.storage.house import House
from recommender.vocabulary import CaseState, MembershipOrigin
from tests.conftest import NewCase
from tests.contract.conftest import Api

Singled = frozenset[str]
"""Cases that an attack set apart from all others."""
NUMBERS = (
    "cases",
    "counted_cases",
    "agents",
    "effective_agents",
    "teams",
    "customers",
    "signer_pairs",
    "weeks",
    "first",
    "last",
    "cost",
    "cost_sum",
    "cost_median",
    "cost_p90",
    "declined_like",
    "share_without_amount",
    "trend_low",
    "trend_high",
)
"""Names under which answers tell something of a kind's cases."""


_LISTS = ("representative", "borderline", "terms", "aliases", "near")


@dataclass(frozen=True)
class Doors:
    """The API and the command line, as one reader."""

    api: Api
    reader: str
    new_case: NewCase
    numbers: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    @property
    def house(self) -> House:
        """The house behind the doors."""
        return self.api.house

    def get(self, path: str, **query: str | int) -> Any:  # noqa: ANN401 - JSON
        """Ask a route; None where it refuses."""
        answer = self.api.by(self.reader).get(path, params=query)
        return answer.json() if answer.status_code == HTTPStatus.OK else None

    def post(self, path: str, body: object = None, **query: str | int) -> tuple[int, Any]:
        """Send something to a route; give the status and what it says."""
        answer = self.api.by(self.reader).post(path, json=body, params=query)
        return answer.status_code, answer.json()

    def cli(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        """Call the command line; None where it refuses."""
        settings = self.house.settings
        environment = {
            "RECOMMENDER_DATABASE_URL": settings.database_url,
            "RECOMMENDER_ENCODER": settings.encoder,
        }
        answer = CliRunner(env=environment).invoke(
            recommender, ["--as", self.reader, *words, "--json"]
        )
        return json.loads(answer.stdout) if answer.exit_code == 0 else None

    def kinds(self) -> list[dict[str, Any]]:
        """All living kinds as listed."""
        rows: list[dict[str, Any]] = self.get("/v1/kinds", all=True)
        return rows

    def members(self) -> dict[str, Singled]:
        """Each living kind's approved cases as they really are."""
        found: dict[str, set[str]] = {row["id"]: set() for row in self.kinds()}
        with self.house.database.reading() as session:
            for kind, case in session.execute(
                select(Membership.kind_id, Membership.case_id)
                .join(Case, Case.id == Membership.case_id)
                .where(Case.state == CaseState.APPROVED)
            ):
                found.setdefault(kind, set()).add(case)
        return {kind: frozenset(cases) for kind, cases in found.items()}

    def approved(self) -> Singled:
        """All approved cases as they really are."""
        with self.house.database.reading() as session:
            return frozenset(
                session.scalars(select(Case.id).where(Case.state == CaseState.APPROVED))
            )

    def hidden(self) -> dict[str, Singled]:
        """The kinds of which a count of people is masked, with their cases."""
        members = self.members()
        masked = (row["id"] for row in self.kinds() if {"agents", "customers"} & {*row["masked"]})
        return {kind: members[kind] for kind in masked}

    def join(self, kind_id: str, returning: str | None = None) -> str:
        """Let one more case join a kind now, by a new agent.

        It is for a customer who returns, else for a new one if the kind says for whom.
        """
        with self.house.transaction(operator(self.house)) as tx:
            said = tx.session.execute(
                select(func.max(Case.agent_id), func.max(Case.customer_id))
                .join(Membership, Membership.case_id == Case.id)
                .where(Membership.kind_id == kind_id)
            ).one()
            agent, customer = (value and f"new-{self.numbers()}" for value in said)
            case = self.new_case(
                tx.session,
                source_id=f"joined-{self.numbers()}",
                situation=f"One more of {kind_id}",
                agent_id=agent,
                cosigner_id=None,
                customer_id=returning or customer,
                filed_at=tx.at,
                decided_at=tx.at,
            )
            tx.session.add(
                Membership(
                    case_id=case.id, kind_id=kind_id, strength=0.9, origin=MembershipOrigin.RUN
                )
            )
            release(tx)
            return case.id


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a row tells of cases."""
    return {name: row[name] for name in NUMBERS if row.get(name) is not None}


# Reading once


def filters(doors: Doors) -> Iterator[Singled]:
    """Every list and every page of kinds: which of them tell a number."""
    members = doors.members()
    lists = [doors.kinds(), doors.get("/v1/kinds"), doors.get("/v1/inbox")["kinds"]]
    for row in (row for rows in lists for row in rows):
        if told(row) or row["per_week"] or row["score"]:
            yield members[row["id"]]
    for kind_id, cases in members.items():
        page = doors.get(f"/v1/kinds/{kind_id}")
        if told(page["evidence"]) or any(page[name] for name in _LISTS):
            yield cases
        yield from (members[one["id"]] for one in page["near"])


def exports(doors: Doors) -> Iterator[Singled]:
    """Everything that the command line prints as JSON."""
    members = doors.members()
    for row in doors.cli("kinds", "--all"):
        if told(row):
            yield members[row["id"]]
    for kind_id, cases in members.items():
        replayed = doors.cli("backtest", kind_id) or {}
        drafted = doors.cli("draft", kind_id) or {}
        numbers = ("covered", "still_exceptions", "already_allowed", "cannot_tell", "cost")
        if any(replayed.get(name) is not None for name in numbers):
            yield cases
        if drafted.get("rationale") or drafted.get("parameters"):
            yield cases
        if told(doors.cli("kinds", "show", kind_id)["kind"]):
            yield cases
    for run in (*doors.cli("runs"), doors.cli("runs", "show") or {"diff": {}}):
        for entry in run["diff"].get("entries", ()):
            if entry["cases"] is not None and entry["kind"] in members:
                yield members[entry["kind"]]


def pagination(doors: Doors) -> Iterator[Singled]:
    """Confirm masked kinds, read the corrections one a page, take them back."""
    for kind_id, cases in doors.hidden().items():
        status, effect = doors.post(f"/v1/kinds/{kind_id}/confirm")
        page = doors.get("/v1/corrections", limit=1)
        older = doors.get("/v1/corrections", limit=1, before=page["next"])
        rows = [*page["corrections"], *older["corrections"], *doors.cli("kinds", "corrections")]
        about = [row["cases"] for row in rows if row["kind_id"] == kind_id]
        if status == HTTPStatus.OK and any(one is not None for one in (*about, effect["cases"])):
            yield cases
        doors.post(f"/v1/corrections/{effect['correction']}/undo")


def drill_down(doors: Doors) -> Iterator[Singled]:
    """Open every case there is, one by one: what of a masked kind, or of what is in none."""
    readable = {case for case in doors.approved() if doors.get(f"/v1/proposals/{case}") is not None}
    for cases in doors.hidden().values():
        if readable & cases:
            yield frozenset(readable & cases)


def opened_numbers(doors: Doors) -> Iterator[Singled]:
    """Open every number of every kind: cases of a masked one, or such as are not read alone."""
    hidden = doors.hidden()
    for kind_id, cases in doors.members().items():
        opened = set()
        for of in ("all", "good", "bad", "neutral", "missing", "without_amount", "declined"):
            answer = doors.get(f"/v1/kinds/{kind_id}/cases", of=of)
            if kind_id in hidden and (answer["cases"] or answer["total"] is not None):
                yield cases
            opened |= {one["id"] for one in answer["cases"]}
        closed = {case for case in opened if doors.get(f"/v1/proposals/{case}") is None}
        if closed:
            yield frozenset(closed)


def missing_hints(doors: Doors) -> Iterator[Singled]:
    """What a kind still lacks: a number in it that is no threshold tells of its cases."""
    members = doors.members()
    for kind_id, cases in doors.hidden().items():
        page = doors.get(f"/v1/kinds/{kind_id}")
        evidence = page["evidence"]
        lacks = [one["words"] for one in evidence["shortfalls"]]
        if evidence["would_raise"] or any("have" in one for one in evidence["shortfalls"]):
            yield cases
        thresholds = {"5", "2.5", "3"}
        if {*re.findall(r"\d+(?:\.\d+)?", " ".join([*lacks, page["kind"]["why"]]))} - thresholds:
            yield members[kind_id]


def totals_minus_visible(doors: Doors) -> Iterator[Singled]:
    """Totals less all that is listed: what remains, and what remains of that in no kind."""
    page = doors.get("/v1/inbox")
    run = page["last_run"] or {"counts": {}}
    visible = sum(row["cases"] or 0 for row in doors.kinds())
    shown = {kind for kind in doors.members() if kind not in doors.hidden()}
    members = doors.members()
    listed = frozenset[str]().union(*(members[kind] for kind in shown))
    placed = frozenset[str]().union(*members.values())
    for counts in (page, run["counts"]):
        total, unsorted = counts.get("cases"), counts.get("unsorted")
        if total is not None and total != visible:
            yield doors.approved() - listed
        if None not in (total, unsorted) and total - unsorted != visible:
            yield placed - listed


def memberships_count(doors: Doors) -> Iterator[Singled]:
    """The list of all cases with their kinds, counted by kind."""
    for rows in (doors.get("/v1/memberships"), doors.cli("memberships")):
        kinds = {row["kind_id"] for row in rows}
        for kind in kinds:
            yield frozenset(row["id"] for row in rows if row["kind_id"] == kind)


def precedent_probing(doors: Doors) -> Iterator[Singled]:
    """Ask for cases like each masked kind: by its name, and by its cases' own words and facts."""
    names = {row["id"]: row["name"] for row in doors.kinds()}
    for kind_id, cases in doors.hidden().items():
        with doors.house.database.reading() as session:
            own = session.scalars(select(Case).where(Case.id.in_(cases))).all()
            asked = [{"situation": names[kind_id]}]
            asked += [{"situation": one.situation, "facts": one.facts} for one in own]
        for query in asked:
            _, found = doors.post("/v1/precedents", query | {"top": 20})
            counted = found.get("totals") is not None
            seen = {one["id"] for one in found["precedents"]} & cases
            found = doors.cli("search", query["situation"], "--top", "20") or []
            seen |= {one["id"] for one in found} & cases
            if seen or counted:
                yield frozenset(seen or cases)


# Reading twice


@dataclass(frozen=True)
class _Reading:
    kinds: Mapping[str, tuple[dict[str, Any], dict[str, Any]]]
    ids: Mapping[str | None, Singled]
    rest: Singled
    """The cases that the totals count in no kind; none where they are masked."""
    totals: tuple[object, ...]


def _read(doors: Doors) -> _Reading:
    ids: dict[str | None, set[str]] = {}
    for row in doors.get("/v1/memberships"):
        ids.setdefault(row["kind_id"], set()).add(row["id"])
    page = doors.get("/v1/inbox")
    evidence = {
        row["id"]: (told(row), told(doors.get(f"/v1/kinds/{row['id']}")["evidence"]))
        for row in doors.kinds()
    }
    with doors.house.reading(operator(doors.house)) as tx:
        rest = groups(tx).rest
    assert page["unsorted"] == (None if rest is None else len(rest))
    return _Reading(
        evidence,
        {kind: frozenset(cases) for kind, cases in ids.items()},
        rest or frozenset(),
        (page["cases"], page["unsorted"]),
    )


def _differences(one: _Reading, other: _Reading, changed: Singled) -> Iterator[Singled]:
    """Give what two readings differ by, when these cases really changed between them.

    What changed earlier and is shown only now is part of it, as is all of a kind or of the rest
    that told nothing before. What moved between the rest and a kind is listed with the kind.
    """
    both = one.kinds.keys() & other.kinds.keys()
    appeared = {kind for kind in both if not any(one.kinds[kind]) and any(other.kinds[kind])}
    if appeared:
        yield from (other.ids.get(kind, changed) for kind in appeared)
        return
    for kind in both:
        if one.kinds[kind] != other.kinds[kind]:
            yield one.ids.get(kind, frozenset()) ^ other.ids.get(kind, frozenset()) or changed
    before, after = (frozenset().union(*each.ids.values()) for each in (one, other))
    if one.totals != other.totals:
        listed = frozenset().union(
            *(each.ids[kind] for each in (one, other) for kind in each.ids if kind)
        )
        yield (one.rest ^ other.rest) - listed or changed
    yield before ^ after


def yesterday_minus_today(doors: Doors) -> Iterator[Singled]:
    """Read all, let one case more join a kind, read all again: for each kind."""
    for kind_id in doors.members():
        yesterday = _read(doors)
        joined = doors.join(kind_id)
        yield from _differences(yesterday, _read(doors), frozenset({joined}))


def corrected_and_undone(doors: Doors) -> Iterator[Singled]:
    """Merge, move or split by hand, read, and take it back."""
    members, hidden = doors.members(), doors.hidden()
    shown = [kind for kind in members if kind not in hidden]
    acts: list[tuple[str, dict[str, str | None], Singled]] = [
        (f"/v1/kinds/{a}/merge", {"into": b}, members[a]) for a in hidden for b in shown
    ]
    for kind in shown:
        case = min(members[kind], default=None)
        if case is not None:
            acts.append((f"/v1/cases/{case}/move", {"to": None}, frozenset({case})))
    for path, body, changed in acts:
        before = _read(doors)
        status, effect = doors.post(path, body)
        if status != HTTPStatus.OK:
            continue
        after = _read(doors)
        yield from (cases for cases in _differences(before, after, changed))
        doors.post(f"/v1/corrections/{effect['correction']}/undo")


def erased_and_returned(doors: Doors) -> Iterator[Singled]:
    """Let all customers of a masked kind be erased and each return once; read before and after."""
    operating = operator(doors.house)
    for kind_id, cases in doors.hidden().items():
        before = _read(doors)
        with doors.house.database.reading() as session:
            asked = select(Case.customer_id).where(Case.id.in_(cases), Case.erased_at.is_(None))
            customers = {name for name in session.scalars(asked) if name}
        joined = set()
        for customer in sorted(customers):
            erase_customer(doors.house, operating, customer)
            joined.add(doors.join(kind_id, returning=customer))
        yield from _differences(before, _read(doors), frozenset(joined))


def metrics_difference(doors: Doors) -> Iterator[Singled]:
    """Scrape the monitoring, let one case more be approved, scrape again."""
    for kind_id in doors.members():
        before = doors.api.nobody.get("/metrics").text
        joined = doors.join(kind_id)
        if doors.api.nobody.get("/metrics").text != before:
            yield frozenset({joined})


# Trying


def previews(doors: Doors) -> Iterator[Singled]:
    """Try splits and merges without doing them, with one case more or less each time.

    A split tells something if the answers to parts of the same size are not alike: then it tells
    who is behind them. A merge of a masked kind tells something if it counts.
    """
    members, hidden = doors.members(), doors.hidden()
    shown = [kind for kind in members if kind not in hidden]
    listed = _read(doors).ids
    for kind in shown:
        for size in (1, 2):
            parts = list(combinations(sorted(listed.get(kind, ()))[:4], size))
            answers = [_tried(doors, kind, part) for part in parts]
            usual = Counter(answers).most_common(1)[0][0] if answers else None
            yield from (frozenset(p) for p, a in zip(parts, answers, strict=True) if a != usual)
    for few in hidden:
        for kind in shown:
            for one, other in ((few, kind), (kind, few)):
                path = f"/v1/kinds/{one}/merge"
                _, effect = doors.post(path, {"into": other}, dry_run=True)
                if effect.get("cases") is not None or any(
                    row["after"] is not None for row in effect.get("kinds", ())
                ):
                    yield members[few]
    yield from _membership_oracles(doors, hidden)


def _tried(doors: Doors, kind: str, part: tuple[str, ...]) -> str:
    path = f"/v1/kinds/{kind}/split"
    status, effect = doors.post(path, {"cases": list(part)}, dry_run=True)
    counts = [(row["before"], row["after"]) for row in effect.get("kinds", ())]
    return repr((status, effect.get("cases"), counts, effect.get("masked"), effect.get("code")))


def _membership_oracles(doors: Doors, hidden: Mapping[str, Singled]) -> Iterator[Singled]:
    """Name every case to a masked kind: refusals must not tell which are in it.

    Cases that may be read are known to be elsewhere; of the others the answers must be alike.
    """
    dark = sorted(one for one in doors.approved() if doors.get(f"/v1/proposals/{one}") is None)
    for kind, cases in hidden.items():
        for path, body in ((f"/v1/kinds/{kind}/split", "cases"), ("/v1/cases/{}/move", "to")):
            codes = {}
            for case in {*dark, *cases}:
                sent = {"cases": [case]} if body == "cases" else {"to": kind}
                codes[case] = doors.post(path.format(case), sent, dry_run=True)[1].get("code")
            inside = {codes[case] for case in cases}
            outside = {codes[case] for case in codes.keys() - cases} or {"UnknownCase"}
            if inside != outside:
                yield cases


ATTACKS: dict[str, Callable[[Doors], Iterator[Singled]]] = {
    attack.__name__: attack
    for attack in (
        filters,
        exports,
        drill_down,
        opened_numbers,
        missing_hints,
        totals_minus_visible,
        memberships_count,
        precedent_probing,
        previews,
        pagination,
        corrected_and_undone,
        yesterday_minus_today,
        metrics_difference,
        erased_and_returned,
    )
}
"""Every attack; those that change the house come last."""
