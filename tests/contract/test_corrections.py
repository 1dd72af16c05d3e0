"""Corrections: what they change at once, what they refuse, what is told, and taking them back."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.kinds import catalogue, corrections, thinking
from recommender.kinds.catalogue import BadName, CandidateWaits, Dissolved, NameTaken, UnknownKind
from recommender.kinds.corrected import CorrectionRow, UnknownCorrection
from recommender.kinds.corrected import corrections as listed
from recommender.kinds.corrections import (
    CandidateClaimed,
    HasCandidate,
    NotApproved,
    NothingStays,
    NothingToCorrect,
    NotItsCase,
    SameKind,
)
from recommender.kinds.effects import Effect, KindChange
from recommender.kinds.teaching import taught
from recommender.kinds.undoing import CorrectedSince, CorrectionUndone, undo
from recommender.models.base import new_id
from recommender.models.cases import Case, RawText
from recommender.models.changes import Candidate
from recommender.models.events import Event
from recommender.models.kinds import Correction, Kind, Membership
from recommender.models.outcomes import Outcome
from recommender.storage.house import House, Transaction
from recommender.vocabulary import (
    CandidateState,
    CaseState,
    CorrectionVerb,
    MembershipOrigin,
    Verdict,
)
from tests.conftest import NewCase
from tests.contract.kinds_world import AGENTS, found, living_names, stories_of

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
Attempt = Callable[[Transaction], Effect]
World = dict[str, str]
"""Source ids to case ids, and kinds' names to their ids."""


@pytest.fixture
def world(house: House, new_case: NewCase) -> World:
    """Kinds A and B of six cases each, and C of two by one agent; nothing was discovered."""
    known: World = {}
    with house.transaction(operator(house)) as tx:
        for name, size in (("A", 6), ("B", 6), ("C", 2)):
            kind = Kind(id=new_id(), name=f"Kind {name}", born_at=AT, card={})
            tx.session.add(kind)
            tx.session.flush()
            known[name] = kind.id
            for number in range(size):
                source_id = f"{name.lower()}{number}"
                case = new_case(
                    tx.session,
                    source_id=source_id,
                    age=7 * number,
                    agent_id="ada" if name == "C" else AGENTS[number],
                    situation=f"{name} parcel tale {number}",
                )
                known[source_id] = case.id
                tx.session.add(
                    Membership(
                        case_id=case.id,
                        kind_id=kind.id,
                        strength=0.9 - number / 10,
                        origin=MembershipOrigin.RUN,
                    )
                )
    return known


def suggest(house: House, kind_id: str, state: CandidateState = CandidateState.OPEN) -> None:
    with house.transaction(operator(house)) as tx:
        tx.session.add(
            Candidate(
                kind_id=kind_id,
                state=state,
                verdict=Verdict.COACH,
                reason="So.",
                draft={},
                evidence={},
                promoted_by="ines",
                promoted_at=AT,
            )
        )


def where(house: House) -> dict[str, str]:
    """Each imported id's kind, by its present name's last letter."""
    names = living_names(house)
    return {case: names[kind][-1] for kind, cases in stories_of(house).items() for case in cases}


def merge(house: House, actor: Actor, kind: str, into: str, **how: bool) -> Effect:
    with house.transaction(actor) as tx:
        return corrections.merge(tx, kind, into, **how)


def split(house: House, actor: Actor, kind: str, cases: list[str], name: str | None = None) -> str:
    with house.transaction(actor) as tx:
        return corrections.split(tx, kind, cases, name=name).correction or ""


def move(house: House, actor: Actor, case: str, to: str | None) -> str:
    with house.transaction(actor) as tx:
        return corrections.move(tx, case, to).correction or ""


def take_back(house: House, actor: Actor, correction: str) -> Effect:
    with house.transaction(actor) as tx:
        return undo(tx, correction)


# What each does at once


def test_a_merged_kind_leads_to_the_other_which_remembers_its_human_name(
    house: House, world: World, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        catalogue.rename(tx, world["A"], "Late parcels")
    merge(house, ines, world["A"], world["B"])
    with house.reading(ines) as tx:
        gone, kept = (tx.session.get_one(Kind, world[name]) for name in "AB")
        assert (gone.merged_into_id, gone.retired_at is None) == (kept.id, False)
        assert (kept.name, kept.aliases) == ("Kind B", ["Kind A", "Late parcels"])
        assert kept.card["representatives"]
        assert {row.id for row in catalogue.kinds(tx, include_all=True)} == {
            world["B"],
            world["C"],
        }
    assert len(stories_of(house)[world["B"]]) == 12


def test_a_split_off_kind_is_named_after_its_origin_unless_somebody_names_it(
    house: House, world: World, ines: Actor
) -> None:
    for number in range(2):
        split(house, ines, world["A"], [world[f"a{number}"]])
    split(house, ines, world["A"], [world["a2"]], "  Broken   heels ")
    names = set(living_names(house).values())
    assert {"Part of “Kind A”", "Part of “Kind A” (2)", "Broken heels"} <= names


def test_cards_show_no_case_that_has_left(house: House, world: World, ines: Actor) -> None:
    shown = ("representatives", "borderline", "nearest_outside", "last_cases")
    with house.transaction(ines) as tx:
        cases = [world["a0"], world["a1"], world["b0"]]
        tx.session.get_one(Kind, world["A"]).card = dict.fromkeys(shown, cases)
    move(house, ines, world["a0"], world["B"])
    with house.reading(ines) as tx:
        card = tx.session.get_one(Kind, world["A"]).card
    assert card["representatives"] == card["borderline"] == [world["a1"]]
    assert card["nearest_outside"] == [world["a0"], world["b0"]]
    assert card["last_cases"] == [world["a1"], world["b0"]]


def test_a_kind_that_people_vouch_for_needs_no_quality_gate(
    house: House, world: World, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        kind = tx.session.get_one(Kind, world["A"])
        kind.card = {"quality": {"shortfalls": ["It is not stable."]}}

    def lacks() -> list[str]:
        with house.reading(ines) as tx:
            found = catalogue.kind(tx, world["A"]).evidence.shortfalls
            return [one.name for one in found if one.name == "gate"]

    before = lacks()
    with house.transaction(ines) as tx:
        corrections.confirm(tx, world["A"])
    assert (len(before), lacks()) == (1, [])


def test_an_unsorted_case_can_be_put_into_a_kind(
    house: House, world: World, admin: Actor, new_case: NewCase
) -> None:
    with house.transaction(admin) as tx:
        case_id = new_case(tx.session, source_id="alone").id
    correction = move(house, admin, case_id, world["A"])
    assert where(house)["alone"] == "A"
    take_back(house, admin, correction)
    assert "alone" not in where(house)


def test_an_admin_may_name_cases_by_the_ids_of_their_import(
    house: House, world: World, admin: Actor
) -> None:
    split(house, admin, world["A"], ["a1", "a2"], "Two of Z")
    move(house, admin, "a3", world["B"])
    assert [where(house)[case] for case in ("a0", "a1", "a2", "a3")] == ["A", "Z", "Z", "B"]


def test_every_correction_is_an_event_without_any_text(
    house: House, world: World, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        effect = corrections.not_a_kind(tx, world["A"], "A parcel is no story.")
    take_back(house, ines, effect.correction or "")
    with house.database.reading() as session:
        entries = session.scalars(select(Event).where(Event.noun_id == effect.correction)).all()
        assert [entry.verb for entry in entries] == ["not_a_kind", "undo"]
        assert entries[0].details == {"kind": world["A"], "other": None}
        house.log.verify(session)


def test_a_reason_is_kept_redacted(house: House, world: World, ines: Actor) -> None:
    with house.transaction(ines) as tx:
        corrections.not_a_kind(tx, world["A"], "Ask jo.doe@example.org about it.")
    with house.reading(ines) as tx:
        (row,) = listed(tx)
        assert row.note
        assert "example.org" not in row.note
        assert tx.session.get_one(Kind, world["A"]).dismissed_reason == row.note


# Who may, and what is refused


@pytest.mark.parametrize("name", ["maya", "ruth", "auditor"])
def test_only_managers_and_admins_correct(
    house: House, world: World, request: pytest.FixtureRequest, name: str
) -> None:
    actor: Actor = request.getfixturevalue(name)
    acts: list[Attempt] = [
        lambda tx: corrections.merge(tx, world["A"], world["B"]),
        lambda tx: corrections.split(tx, world["A"], [world["a0"]]),
        lambda tx: corrections.move(tx, world["a0"], None),
        lambda tx: corrections.confirm(tx, world["A"]),
        lambda tx: corrections.not_a_kind(tx, world["A"], "No."),
        lambda tx: undo(tx, "none"),
    ]
    with house.transaction(actor) as tx:
        for act in acts:
            with pytest.raises(RoleMissing):
                act(tx)


def test_a_kind_is_not_merged_into_itself_or_into_one_that_is_gone(
    house: House, world: World, ines: Actor
) -> None:
    with pytest.raises(SameKind):
        merge(house, ines, world["A"], world["A"])
    with pytest.raises(UnknownKind):
        merge(house, ines, world["A"], "nobody-knows")


@pytest.mark.parametrize(
    "state", [CandidateState.OPEN, CandidateState.CLAIMED, CandidateState.REJECTED]
)
def test_a_kind_with_a_candidate_can_only_be_merged_into(
    house: House, world: World, ines: Actor, state: CandidateState
) -> None:
    suggest(house, world["A"], state)
    with pytest.raises(HasCandidate, match="Merge the other"):
        merge(house, ines, world["A"], world["B"])
    merge(house, ines, world["B"], world["A"])
    assert len(stories_of(house)[world["A"]]) == 12


def test_a_split_takes_cases_of_the_kind_and_leaves_some(
    house: House, world: World, ines: Actor
) -> None:
    everything = [world[f"a{number}"] for number in range(6)]
    with pytest.raises(NotItsCase) as refused:
        split(house, ines, world["A"], [world["a0"], world["b0"]])
    assert refused.value.facts == {"case": world["b0"]}
    for cases in ([], everything):
        with pytest.raises(NothingStays):
            split(house, ines, world["A"], cases)
    with pytest.raises(BadName):
        split(house, ines, world["A"], everything[:2], "x")
    with pytest.raises(NameTaken):
        split(house, ines, world["A"], everything[:2], "kind b")


def test_nothing_is_split_or_called_none_while_somebody_decides(
    house: House, world: World, ines: Actor
) -> None:
    suggest(house, world["A"], CandidateState.CLAIMED)
    suggest(house, world["B"], CandidateState.OPEN)
    with pytest.raises(CandidateClaimed, match="release"):
        split(house, ines, world["A"], [world["a0"]])
    split(house, ines, world["B"], [world["b0"]])
    for name in "AB":
        with house.transaction(ines) as tx, pytest.raises(CandidateWaits):
            corrections.not_a_kind(tx, world[name], "No.")


def test_a_case_that_is_there_already_is_not_moved(
    house: House, world: World, admin: Actor
) -> None:
    with pytest.raises(NothingToCorrect, match="this kind"):
        move(house, admin, world["a0"], world["A"])
    move(house, admin, world["a0"], None)
    with pytest.raises(NothingToCorrect, match="no kind"):
        move(house, admin, world["a0"], None)


def test_only_approved_cases_are_moved(
    house: House, world: World, admin: Actor, new_case: NewCase
) -> None:
    with house.transaction(admin) as tx:
        declined = new_case(tx.session, state=CaseState.DECLINED).id
    with pytest.raises(NotApproved):
        move(house, admin, declined, world["A"])


def test_a_kind_without_cases_is_neither_confirmed_nor_called_none(
    house: House, world: World, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        tx.session.execute(delete(Membership))
        with pytest.raises(NothingToCorrect):
            corrections.confirm(tx, world["A"])
        with pytest.raises(NothingToCorrect):
            corrections.not_a_kind(tx, world["A"], "No.")


def test_what_is_no_kind_is_restored_only_by_undoing(
    house: House, world: World, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        correction = corrections.not_a_kind(tx, world["A"], "No.").correction or ""
    with house.transaction(ines) as tx, pytest.raises(Dissolved):
        catalogue.restore(tx, world["A"])
    take_back(house, ines, correction)
    with house.reading(ines) as tx:
        kind = tx.session.get_one(Kind, world["A"])
        told = (kind.dismissed_at, kind.dismissed_by, kind.dismissed_reason)
        assert (*told, kind.dismissed_with_cases) == (None, None, None, None)


def test_an_earlier_dismissal_outlives_the_correction(
    house: House, world: World, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        catalogue.dismiss(tx, world["A"], "Not now.")
    with house.transaction(ines) as tx:
        correction = corrections.not_a_kind(tx, world["A"], "Never.").correction or ""
    take_back(house, ines, correction)
    with house.reading(ines) as tx:
        assert tx.session.get_one(Kind, world["A"]).dismissed_reason == "Not now."


# What is told


def test_a_preview_tells_what_would_change_and_changes_nothing(
    house: House, world: World, ines: Actor
) -> None:
    before = stories_of(house)
    tried = merge(house, ines, world["A"], world["B"], dry_run=True)
    assert stories_of(house) == before
    with house.database.reading() as session:
        assert session.scalars(select(Correction)).all() == []
        assert session.get_one(Kind, world["A"]).version == 1
        assert "merge" not in session.scalars(select(Event.verb)).all()
        house.log.verify(session)
    made = merge(house, ines, world["A"], world["B"])
    assert made.correction is not None
    assert tried == Effect(
        correction=None,
        verb=CorrectionVerb.MERGE,
        cases=12,
        kinds=[
            KindChange(id=world["A"], name="Kind A", before=6, after=0),
            KindChange(id=world["B"], name="Kind B", before=6, after=12),
        ],
        masked=[],
    )
    assert (made.cases, made.kinds) == (tried.cases, tried.kinds)


def test_a_count_below_a_floor_hides_the_counts_that_would_tell_it(
    house: House, world: World, ines: Actor
) -> None:
    effect = merge(house, ines, world["C"], world["B"])
    assert (effect.cases, effect.masked) == (None, ["cases"])
    assert {(kind.before, kind.after) for kind in effect.kinds} == {(None, None)}
    with house.reading(ines) as tx:
        assert [(row.cases, row.masked) for row in listed(tx)] == [(None, ["cases"])]
    split(house, ines, world["A"], [world["a0"]])
    with house.reading(ines) as tx:
        assert [(row.cases, row.masked) for row in listed(tx, limit=1)] == [(None, ["cases"])]


def test_corrections_are_listed_from_the_newest_in_pages(
    house: House, world: World, ines: Actor, auditor: Actor, maya: Actor
) -> None:
    first = move(house, ines, world["a0"], world["B"])
    second = merge(house, ines, world["A"], world["B"]).correction
    take_back(house, ines, second or "")
    with house.reading(auditor) as tx:
        newest, oldest = listed(tx)
        assert [newest] == listed(tx, limit=1)
        assert [oldest] == listed(tx, before=newest.id)
        with pytest.raises(UnknownCorrection):
            listed(tx, before="nobody-knows")
    assert oldest == CorrectionRow(
        id=first,
        verb=CorrectionVerb.MOVE,
        kind_id=world["A"],
        kind_name="Kind A",
        other_kind_id=world["B"],
        other_kind_name="Kind B",
        cases=1,
        note=None,
        made_on=oldest.made_on,
        undone_on=None,
        masked=[],
    )
    assert (newest.id, newest.undone_on is None) == (second, False)
    with house.reading(maya) as tx, pytest.raises(RoleMissing):
        listed(tx)


# Taking back


def test_a_correction_is_undone_once(house: House, world: World, ines: Actor) -> None:
    correction = move(house, ines, world["a0"], world["B"])
    take_back(house, ines, correction)
    with pytest.raises(CorrectionUndone):
        take_back(house, ines, correction)
    with pytest.raises(UnknownCorrection):
        take_back(house, ines, "nobody-knows")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_corrections_of_the_same_cases_are_undone_in_any_order(
    house: House, world: World, ines: Actor, order: tuple[int, int]
) -> None:
    before = where(house)
    with house.transaction(ines) as tx:
        confirmed = corrections.confirm(tx, world["A"]).correction or ""
    made = (confirmed, move(house, ines, world["a0"], world["B"]))
    take_back(house, ines, made[order[0]])
    assert where(house)["a0"] == ("B" if order[0] == 0 else "A")
    take_back(house, ines, made[order[1]])
    assert where(house) == before
    with house.reading(ines) as tx:
        place = tx.session.get_one(Membership, world["a0"])
        assert (place.origin, place.strength) == (MembershipOrigin.RUN, 0.9)


def test_where_every_case_was_corrected_again_the_later_one_is_named(
    house: House, world: World, ines: Actor
) -> None:
    first = move(house, ines, world["a0"], world["B"])
    second = move(house, ines, world["a0"], world["C"])
    with pytest.raises(CorrectedSince, match=second):
        take_back(house, ines, first)
    take_back(house, ines, second)
    take_back(house, ines, first)
    assert where(house)["a0"] == "A"


def test_an_undone_merge_gives_a_taken_name_back_with_a_number(
    house: House, world: World, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        catalogue.rename(tx, world["A"], "Late parcels")
    correction = merge(house, ines, world["A"], world["B"]).correction or ""
    with house.transaction(ines) as tx:
        catalogue.rename(tx, world["C"], "Late parcels")
    take_back(house, ines, correction)
    assert living_names(house)[world["A"]] == "Late parcels (2)"
    with house.reading(ines) as tx:
        kept = tx.session.get_one(Kind, world["B"])
        assert (kept.name, kept.aliases) == ("Kind B", [])


def test_an_undone_split_gives_back_what_runs_added_and_remembers_a_human_name(
    house: House, world: World, ines: Actor, new_case: NewCase
) -> None:
    correction = split(house, ines, world["A"], [world["a0"], world["a1"]], "Two of Z")
    with house.transaction(ines) as tx:
        new = tx.session.get_one(Correction, correction).other_kind_id
        case = new_case(tx.session, source_id="joined")
        tx.session.add(
            Membership(case_id=case.id, kind_id=new, strength=0.5, origin=MembershipOrigin.RUN)
        )
    take_back(house, ines, correction)
    assert where(house)["joined"] == where(house)["a0"] == "A"
    with house.reading(ines) as tx:
        assert tx.session.get_one(Kind, new).merged_into_id == world["A"]
        assert tx.session.get_one(Kind, world["A"]).aliases == ["Two of Z"]


def test_a_split_off_kind_with_cases_of_later_corrections_lives_on(
    house: House, world: World, ines: Actor
) -> None:
    correction = split(house, ines, world["A"], [world["a0"]], "Two of Z")
    with house.reading(ines) as tx:
        new = tx.session.get_one(Correction, correction).other_kind_id
    move(house, ines, world["b0"], new)
    take_back(house, ines, correction)
    assert (where(house)["a0"], where(house)["b0"]) == ("A", "Z")


def test_a_split_off_kind_with_a_candidate_stays(house: House, world: World, ines: Actor) -> None:
    correction = split(house, ines, world["A"], [world["a0"]])
    with house.reading(ines) as tx:
        new = tx.session.get_one(Correction, correction).other_kind_id
    suggest(house, new or "")
    with pytest.raises(HasCandidate):
        take_back(house, ines, correction)


def test_cases_of_a_kind_that_is_gone_become_unsorted_or_go_to_its_heir(
    house: House, world: World, admin: Actor
) -> None:
    to_heir = move(house, admin, world["a0"], None)
    to_none = move(house, admin, world["c0"], world["B"])
    with house.transaction(admin) as tx:
        corrections.not_a_kind(tx, world["C"], "No.")
    take_back(house, admin, to_none)
    merge(house, admin, world["A"], world["B"])
    take_back(house, admin, to_heir)
    assert "c0" not in where(house)
    assert where(house)["a0"] == "B"


def test_an_erased_case_leaves_the_others_of_its_correction_together(
    house: House, world: World, ines: Actor
) -> None:
    correction = merge(house, ines, world["A"], world["B"]).correction or ""
    with house.transaction(ines) as tx:
        for part in (RawText, Outcome):
            tx.session.execute(delete(part).where(part.case_id == world["a0"]))
        tx.session.execute(delete(Case).where(Case.id == world["a0"]))
    take_back(house, ines, correction)
    after = where(house)
    assert "a0" not in after
    assert {after[f"a{number}"] for number in range(1, 6)} == {"A"}


@pytest.mark.parametrize("seed", range(6))
def test_random_corrections_lose_no_case_and_are_undone_one_by_one(
    house: House, world: World, admin: Actor, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same sequences every time
    before = stories_of(house)
    made = []
    for _ in range(12):
        with house.transaction(admin) as tx:
            try:
                made.append(_random_correction(tx, chance).correction or "")
            except (NothingToCorrect, NothingStays, SameKind):
                continue
        with house.database.reading() as session:
            gone = select(Kind.id).where(Kind.retired_at.is_not(None))
            lost = select(Membership).where(Membership.kind_id.in_(gone))
            assert session.scalars(lost).all() == []
    with house.database.reading() as session:
        links = taught(session, {case: case for case in world.values()})
        assert not {*map(frozenset, links.together)} & {*map(frozenset, links.apart)}
    for correction in reversed(made):
        take_back(house, admin, correction)
    assert len(made) > 3
    assert stories_of(house) == before


def _random_correction(tx: Transaction, chance: random.Random) -> Effect:
    living = select(Kind.id).where(Kind.retired_at.is_(None)).order_by(Kind.name)
    kinds = tx.session.scalars(living).all()
    kind, other = chance.choice(kinds), chance.choice(kinds)
    cases = select(Case.id).order_by(Case.source_id)
    everything = tx.session.scalars(cases).all()
    inside = tx.session.scalars(cases.join(Membership).where(Membership.kind_id == kind)).all()
    half = chance.sample(inside, len(inside) // 2)
    case, to = chance.choice(everything), chance.choice([other, None])
    acts: list[Callable[[], Effect]] = [
        lambda: corrections.merge(tx, kind, other),
        lambda: corrections.split(tx, kind, half),
        lambda: corrections.confirm(tx, kind),
        lambda: corrections.not_a_kind(tx, kind, "No."),
        *[lambda: corrections.move(tx, case, to)] * 3,
    ]
    return chance.choice(acts)()


# Beside a run


@pytest.mark.parametrize("verb", ["merge", "not_a_kind", "move", "undone"])
def test_what_is_corrected_while_a_run_thinks_wins_over_what_it_finds(
    house: House, world: World, ines: Actor, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    with house.transaction(ines) as tx:
        for name in "ABC":
            catalogue.rename(tx, world[name], f"Tales of {name}")
    think = thinking.think
    earlier = move(house, ines, world["a0"], world["B"])

    def meanwhile(*given: object) -> thinking.Thought:
        with house.transaction(ines) as tx:
            if verb == "merge":
                corrections.merge(tx, world["A"], world["B"])
            elif verb == "not_a_kind":
                corrections.not_a_kind(tx, world["A"], "No.")
            elif verb == "move":
                corrections.move(tx, world["a1"], None)
            else:
                undo(tx, earlier)
        return think(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(thinking, "think", meanwhile)
    found(house)
    after = where(house)
    cases = [f"a{number}" for number in range(6)]
    if verb == "merge":
        assert {after[case] for case in cases} == {"B"}
        assert world["A"] not in living_names(house)
    elif verb == "not_a_kind":
        assert not after.keys() & set(cases[1:])
    elif verb == "move":
        assert "a1" not in after
    else:
        assert after["a0"] == "A"


# On either database


def test_a_correction_is_tried_made_and_undone_on_either_database(
    stored: House, new_case: NewCase
) -> None:
    actor = operator(stored)
    with stored.transaction(actor) as tx:
        kinds = [Kind(id=new_id(), name=name, born_at=AT, card={}) for name in "AB"]
        tx.session.add_all(kinds)
        tx.session.flush()
        for kind in kinds:
            for _ in range(2):
                case = new_case(tx.session)
                tx.session.add(
                    Membership(
                        case_id=case.id,
                        kind_id=kind.id,
                        strength=0.5,
                        origin=MembershipOrigin.RUN,
                    )
                )
        first, second = (kind.id for kind in kinds)
    before = stories_of(stored)
    merge(stored, actor, first, second, dry_run=True)
    assert stories_of(stored) == before
    corrected = merge(stored, actor, first, second).correction or ""
    assert set(stories_of(stored)) == {second}
    take_back(stored, actor, corrected)
    assert stories_of(stored) == before
    with stored.database.reading() as session:
        stored.log.verify(session)
