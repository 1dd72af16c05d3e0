"""Answers of the API for the screens' tests: small, made up, and of the API's own shapes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from api.schemas.advice import AdviceOut
from api.schemas.candidates import AnswersOut, CandidatePage
from api.schemas.cases import CaseOut, FilingPage
from api.schemas.corrections import CorrectionOut, KindChangeOut
from api.schemas.corrections import EffectOut as CorrectionEffect
from api.schemas.drafts import (
    BacktestOut,
    BoundaryOut,
    ConditionOut,
    CostRangeOut,
    DraftOut,
    DraftParameterOut,
    FlipOut,
    LimitOut,
    OfferedOut,
    RationaleOut,
    RedlineOut,
    TriedOut,
)
from api.schemas.effects import EffectOut, EffectReadingOut, EffectWeekOut, NeighbourOut
from api.schemas.evidence import (
    EvidenceOut,
    FactSpreadOut,
    IntervalOut,
    OutcomesOut,
    ShortfallOut,
    YearOut,
)
from api.schemas.health import HealthOut
from api.schemas.imports import BatchOut, ImportJobOut, ImportOut, UploadOut
from api.schemas.inventory import InventoryOut, SettingOut
from api.schemas.kinds import (
    HistoryOut,
    InboxPage,
    KindCaseOut,
    KindOut,
    KindPage,
    NearKindOut,
)
from api.schemas.look_backs import LedgerOut, LookBackJobOut
from api.schemas.map import IslandOut, MapKindOut, MapOut, PartKindOut, PartOut
from api.schemas.policies import ChangeOut, ClauseOut, ClausePage, ParameterOut, RevisionOut
from api.schemas.precedents import PrecedentOut
from api.schemas.references import CandidateRef, KindRef
from api.schemas.runs import RunOut
from api.schemas.scores import ScoreOut, ScorePartOut
from recommender.vocabulary import (
    CandidateState,
    CaseState,
    EffectVerdict,
    EvidenceMode,
    Grade,
    KindState,
    OutcomeReading,
    RunState,
    Verdict,
)

NOW = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
MARKED = "![x](http://evil/leak.png) *Blanket* <b>"
"""A text that asks for an image, as somebody might type it."""


def clause(key: str = "RET-2.1", **given: object) -> ClauseOut:
    """A clause with one limit."""
    text = "Taken back within 30 days."
    limit = ParameterOut(fact="days_since_delivery", bound="max", limit=30, unit="day")
    known: dict[str, Any] = {
        "key": key,
        "section_key": "RET-2",
        "section_title": "Returns",
        "owner": "returns-desk",
        "never_bend": False,
        "ceiling": None,
        "revision": revision(1, text, [limit]),
    }
    return ClauseOut(**known | given)


def revision(
    number: int, text: str, limits: Sequence[ParameterOut] = (), **given: object
) -> RevisionOut:
    """One wording."""
    known: dict[str, Any] = {"effective_from": None, "created_at": NOW, "candidate_id": None}
    return RevisionOut(number=number, text=text, parameters=list(limits), **known | given)


def clause_page(**given: object) -> ClausePage:
    """A clause's page with one kind, one candidate and one wording."""
    known = clause().model_dump() | {
        "policy_key": "AF",
        "policy_title": "Handbook",
        "revisions": [revision(1, "Taken back within 30 days.")],
        "kinds": [KindRef(id="k1", name="Late but fair")],
        "candidates": [candidate_ref()],
    }
    return ClausePage(**known | given)


def case(case_id: str = "c1", **given: object) -> CaseOut:
    """A proposal that waits for a peer."""
    known: dict[str, Any] = {
        "id": case_id,
        "state": CaseState.PENDING,
        "day": TODAY,
        "situation": f"Parcel lay in hospital. {MARKED}",
        "resolution": "Take it back.",
        "reason": "She could not come.",
        "decline_reason": None,
        "clause_key": "RET-2.1",
        "section": "Returns",
        "policy_ref": "RET-2.1",
        "gap": False,
        "granted_action": None,
        "dimension": None,
        "amount": 59.9,
        "currency": "EUR",
        "facts": {"days_since_delivery": 34},
        "channel": None,
        "product": None,
        "filed_after_the_act": False,
        "outcome": OutcomeReading.MISSING,
        "content_hash": "a" * 64,
        "version": 1,
    }
    return CaseOut(**known | given)


def filing_page(**given: object) -> FilingPage:
    """What the filing form offers."""
    known: dict[str, Any] = {
        "direction": "Be fair.",
        "clauses": [clause()],
        "actions": ["extend_return"],
        "products": ["garden"],
        "currency": "EUR",
        "proposal_hours": 24,
    }
    return FilingPage(**known | given)


def precedent(case_id: str = "p1", **given: object) -> PrecedentOut:
    """An earlier case."""
    known: dict[str, Any] = {
        "id": case_id,
        "similarity": 0.62,
        "decision": CaseState.APPROVED,
        "outcome": OutcomeReading.GOOD,
        "clause_key": "RET-2.1",
        "day": TODAY,
        "situation": f"Desk in its carton. {MARKED}",
        "resolution": "Refunded.",
        "amount": 189.0,
        "currency": "EUR",
        "facts": {"days_since_delivery": 34},
        "why": ["same clause: RET-2.1"],
    }
    return PrecedentOut(**known | given)


def advice(**given: object) -> AdviceOut:
    """What stands beside a draft: one precedent, and nothing else known."""
    known: dict[str, Any] = {
        "asked": [],
        "allowed": None,
        "precedents": [precedent()],
        "totals": {"approved": 1, "declined": 0, "badly_ended": 0},
        "limits": [],
    }
    return AdviceOut(**known | given)


def kind(kind_id: str = "k1", **given: object) -> KindOut:
    """A surfaced kind."""
    known: dict[str, Any] = {
        "id": kind_id,
        "name": "Late but fair",
        "clause": "RET-2.1",
        "gap": False,
        "state": KindState.GROWING,
        "grade": Grade.MODERATE,
        "evidence_mode": EvidenceMode.FULL,
        "cases": 17,
        "agents": 14,
        "teams": 5,
        "customers": 17,
        "first": date(2026, 4, 12),
        "last": TODAY,
        "masked": [],
        "per_week": [0, 1, 0, 0, 0, 1, 2, 0, 0, 1, 1, 1],
        "cost": 1857.0,
        "currency": "EUR",
        "why": "3 in the last 4 weeks, 2 in the 4 before.",
        "clause_text": "Taken back within 30 days.",
        "outcomes": OutcomesOut(good=7, neutral=0, bad=0, missing=10),
        "declined_like": 3,
        "year": YearOut(low=900, mid=1234.5, high=1600, currency="EUR", actual_share=0.5),
        "score": score(),
    }
    return KindOut(**known | given)


def score(**given: object) -> ScoreOut:
    """63 points in two parts."""
    parts = [
        ScorePartOut(name="people", points=25, most=30, words="Effectively 11.5 agents."),
        ScorePartOut(name="trend", points=38, most=70, words=f"Growing. {MARKED}"),
    ]
    known: dict[str, Any] = {"total": 63, "parts": parts}
    return ScoreOut(**known | given)


def inbox_page(**given: object) -> InboxPage:
    """An inbox of one kind."""
    known: dict[str, Any] = {
        "kinds": [kind()],
        "emerging": 2,
        "cases": 119,
        "unsorted": 48,
        "last_run": run(),
        "as_of": TODAY,
        "as_of_source": "clock",
    }
    shown = known | given
    first = [each.id for each in shown["kinds"] if each.state is not KindState.DISMISSED]
    return InboxPage(**{"first": first} | shown)


def inventory(**given: object) -> InventoryOut:
    """What an administrator looks after: a file that was never backed up."""
    known: dict[str, Any] = {
        "health": HealthOut(status="ok", database=True, encoder=True),
        "database": "sqlite",
        "size": 12_345_678,
        "cases": 1234,
        "decided": 1200,
        "embedded": 1188,
        "backup": None,
        "settings": [
            _setting("RETENTION_DAYS", "730", "After how many days texts are erased.", set_=True),
            _setting("REVIEW_DAYS", "90", "After how many days a change is looked at again."),
        ],
    }
    return InventoryOut(**known | given)


def _setting(name: str, value: str, says: str, *, set_: bool = False) -> SettingOut:
    return SettingOut(name=f"RECOMMENDER_{name}", value=value, changed=set_, says=says)


def run(**given: object) -> RunOut:
    """A published run."""
    known: dict[str, Any] = {
        "id": "r1",
        "state": RunState.PUBLISHED,
        "seed": 0,
        "encoder": "plain",
        "counts": {"cases": 119, "kinds": 7},
        "diff": {"words": "7 new.", "counts": {"new": 7}},
        "started_at": NOW,
        "ended_at": NOW,
        "failure": None,
    }
    return RunOut(**known | given)


def upload(**given: object) -> UploadOut:
    """A file of three rows with odd columns, all of them understood but one."""
    columns: list[dict[str, object]] = [
        {"name": "Ticket No", "samples": ["A-1", "A-2"], "field": "id"},
        {"name": "Opened", "samples": ["2026-03-01"], "field": "occurred_at"},
        {"name": "What happened", "samples": [MARKED], "field": "situation"},
        {"name": "Refund [EUR]", "samples": ["12,50"], "field": None},
    ]
    known: dict[str, Any] = {
        "id": "u1",
        "file_name": "odd.csv",
        "rows": 3,
        "columns": columns,
        "fields": ["id", "occurred_at", "situation", "amount", "status"],
        "conversions": "",
        "system": None,
    }
    return UploadOut.model_validate(known | given)


def ledger(**given: object) -> LedgerOut:
    """A ledger that waits, with a column about people, and one that nobody knows."""
    columns: list[dict[str, object]] = [
        {"name": "Date", "samples": ["2026-03-01"], "field": "occurred_at"},
        {"name": "Note", "samples": [MARKED], "field": "situation"},
        {"name": "Waived", "samples": ["12.50"], "field": "amount"},
        {"name": "Till", "samples": ["4"], "field": None},
    ]
    known: dict[str, Any] = {
        "id": "l1",
        "file_name": "waivers.csv",
        "rows": 500,
        "columns": columns,
        "fields": ["id", "occurred_at", "situation", "reason", "amount", "product"],
        "conversions": "",
        "system": None,
        "never_read": ["Handled by"],
    }
    return LedgerOut.model_validate(known | given)


def look_back_job(**given: object) -> LookBackJobOut:
    """A look back that waits for its columns."""
    known: dict[str, Any] = {
        "id": "l1",
        "file_name": "waivers.csv",
        "state": "waiting",
        "step": "waiting its turn",
        "done": 0,
        "of": 0,
        "share": 0.0,
        "found": None,
        "failure": None,
    }
    return LookBackJobOut.model_validate(known | given)


def imported(**given: object) -> ImportOut:
    """What a check of that file says: one row is left out."""
    known: dict[str, Any] = {
        name: 0 for name, field in ImportOut.model_fields.items() if field.annotation is int
    }
    refusal = {
        "line": 3,
        "id": "=A-2",
        "field": "occurred_at",
        "reason": "Opened: There is no time.",
        "remedy": "Write when it happened: 2026-03-01.",
    }
    known |= {
        "batch_id": None,
        "dry_run": True,
        "rows": 3,
        "imported": 2,
        "zone": "UTC",
        "refused": [refusal],
    }
    return ImportOut.model_validate(known | given)


def import_job(**given: object) -> ImportJobOut:
    """A check that is through."""
    known: dict[str, Any] = {
        "id": "j1",
        "state": "done",
        "dry_run": True,
        "done": 2,
        "of": 2,
        "report": imported(),
        "failure": None,
    }
    return ImportJobOut.model_validate(known | given)


def batch(batch_id: str = "b1", **given: object) -> BatchOut:
    """An import that can be undone."""
    known: dict[str, Any] = {
        "id": batch_id,
        "file_name": "odd.csv",
        "imported_at": NOW,
        "rows": 3,
        "imported": 2,
        "updated": 0,
        "refused": 1,
        "undone_at": None,
        "stays": None,
    }
    return BatchOut.model_validate(known | given)


def interval(**given: object) -> IntervalOut:
    """Seven good of seven, ten unknown."""
    known: dict[str, Any] = {
        "known": 7,
        "missing": 10,
        "share_low": 0.6456,
        "share_high": 1.0,
        "all_missing_bad": 0.4118,
        "all_missing_good": 1.0,
    }
    return IntervalOut(**known | given)


def spread(**given: object) -> FactSpreadOut:
    """The days of 17 cases; who declined is told where a test needs it."""
    known: dict[str, Any] = {
        "fact": "days_since_delivery",
        "unit": "day",
        "n": 17,
        "missing": 0,
        "low": 31,
        "q1": 35,
        "median": 40,
        "q3": 44,
        "high": 60,
        "values": [],
        "declined_low": None,
        "declined_high": None,
    }
    return FactSpreadOut(**known | given)


def evidence(**given: object) -> EvidenceOut:
    """Evidence of seventeen cases."""
    known: dict[str, Any] = {
        "cases": 17,
        "counted_cases": 15,
        "agents": 14,
        "effective_agents": 11.5,
        "teams": 5,
        "customers": None,
        "signer_pairs": 16,
        "weeks": 14,
        "outcomes": OutcomesOut(good=7, neutral=0, bad=0, missing=10),
        "good": interval(),
        "bad": interval(share_low=0.0, share_high=0.3544, all_missing_bad=0.59, all_missing_good=0),
        "trend_low": 0.3,
        "trend_high": 2.6,
        "cost_sum": 1857.0,
        "cost_median": 95.0,
        "cost_p90": 192.8,
        "currency": "EUR",
        "share_without_amount": 0.25,
        "shortfalls": [],
        "would_raise": [ShortfallOut(words="At least 29 distinct cases would carry more.")],
        "masked": [],
    }
    return EvidenceOut(**known | given)


def draft(**given: object) -> DraftOut:
    """A wider limit, with its numbers and reasons."""
    parameter = DraftParameterOut(
        fact="days_since_delivery",
        unit="day",
        direction="max",
        narrow=LimitOut(limit=43, coverage=0.249, cost=541),
        medium=LimitOut(limit=56, coverage=0.779, cost=972.73),
        wide=LimitOut(limit=56, coverage=0.779, cost=972.73),
        boundary=BoundaryOut(estimate=60, low=56, high=74),
    )
    known: dict[str, Any] = {
        "kind": "k1",
        "clause": "RET-2.1",
        "base_revision": 1,
        "verdict": Verdict.WIDEN_LIMIT,
        "reason": "Peers regularly sign up to 56 days.",
        "grade": Grade.MODERATE,
        "parameters": [parameter],
        "redline": RedlineOut(old="Within 30 days.", new="Within 56 days."),
        "rationale": [
            RationaleOut(sentence="17 were approved.", cases=[f"case-{n}" for n in "12345678"])
        ],
        "conditions": [ConditionOut(fact="days_since_delivery", bound="max", limit=56, unit="day")],
        "verdicts": [
            OfferedOut(verdict=Verdict.WIDEN_LIMIT, allowed=True, why="Moves it for everybody."),
            OfferedOut(verdict=Verdict.COACH, allowed=True, why="Changes no text."),
            OfferedOut(verdict=Verdict.RETIRE_RULE, allowed=False, why="Others rely on it."),
        ],
    }
    return DraftOut(**known | given)


def backtest(**given: object) -> BacktestOut:
    """Nineteen covered, one newly allowed that peers had declined."""
    flip = FlipOut(
        case="case-9", day=TODAY, was="declined", now="allowed", outcome=OutcomeReading.BAD, cost=70
    )
    known: dict[str, Any] = {
        "covered": 19,
        "still_exceptions": 0,
        "newly_allowed": 1,
        "cannot_tell": 11,
        "cost": 1310.57,
        "currency": "EUR",
        "newly_allowed_cases": ["case-9"],
        "flips": [flip],
        "year": CostRangeOut(low=900, mid=1200, high=1600),
    }
    return BacktestOut(**known | given)


def tried(limit: int = 45, **given: object) -> TriedOut:
    """What another limit would do."""
    attributes = f".parameter fact=days_since_delivery max={limit} unit=day"
    known: dict[str, Any] = {
        "new_markup": f"Within [{limit} days]{{{attributes}}}.",
        "redline": RedlineOut(old="Within 30 days.", new=f"Within {limit} days."),
        "backtest": backtest(covered=12, newly_allowed=0, flips=[]),
    }
    return TriedOut(**known | given)


def neighbour() -> NeighbourOut:
    """A kind that grew once the rule beside it read otherwise."""
    return NeighbourOut(id="k7", name="Lost slips", before=0.46, after=5.0, least=3.21)


def effect(**given: object) -> EffectOut:
    """A change that did what was predicted."""
    reading = EffectReadingOut(
        name="exceptions",
        before=2.25,
        after=0.5,
        low=0.2,
        high=None,
        predicted_low=0.1,
        predicted_high=0.9,
        reads="inside",
    )
    good = reading.model_copy(update={"name": "good", "before": 0.9, "after": None, "reads": None})
    known: dict[str, Any] = {
        "verdict": EffectVerdict.AS_PREDICTED,
        "words": "Exceptions fell, by as much as was predicted.",
        "look_on": TODAY,
        "read_on": TODAY,
        "exposure": "weeks",
        "readings": [reading, good],
        "since": TODAY,
        "before": [EffectWeekOut(week=TODAY, exceptions=each, uses=0) for each in (3, 0, 2, 4)],
        "curve": [
            EffectWeekOut(week=TODAY, exceptions=2, uses=5),
            EffectWeekOut(week=TODAY, exceptions=None, uses=None),
        ],
    }
    return EffectOut(**known | given)


def answers(**given: object) -> AnswersOut:
    """Six decided, one waiting too long."""
    known: dict[str, Any] = {
        "decided": 6,
        "accepted": 4,
        "edited": 1,
        "edit_distance": 0.2,
        "days": 9.5,
        "days_here": 1.0,
        "waiting": 2,
        "red": 1,
    }
    return AnswersOut(**known | given)


def kind_case(case_id: str = "kc1", **given: object) -> KindCaseOut:
    """A case of a kind."""
    known: dict[str, Any] = {
        "id": case_id,
        "day": TODAY,
        "state": CaseState.APPROVED,
        "situation": f"Lamp in its carton. {MARKED}",
        "resolution": "Refunded.",
        "reason": None,
        "decline_reason": None,
        "amount": 129.0,
        "currency": "EUR",
        "facts": {"days_since_delivery": 38},
        "outcome": OutcomeReading.MISSING,
        "why": ["names RET-2.1"],
    }
    return KindCaseOut(**known | given)


def kind_page(**given: object) -> KindPage:
    """A kind's page without a candidate."""
    no = kind_case("kc2", state=CaseState.DECLINED, decline_reason="Too late.", outcome="bad")
    known: dict[str, Any] = {
        "kind": kind(),
        "version": 3,
        "aliases": ["Extend return: ahead, wrapped"],
        "clause": clause(),
        "evidence": evidence(),
        "representative": [kind_case()],
        "borderline": [],
        "nearest_outside": [],
        "declined": [no],
        "terms": ["hospital"],
        "candidate": None,
        "draft": draft(),
        "history": [HistoryOut(at=TODAY, words="Found for the first time.")],
    }
    return KindPage(**known | given)


def near_kind(kind_id: str = "k2", **given: object) -> NearKindOut:
    """A kind near to another one."""
    known: dict[str, Any] = {
        "id": kind_id,
        "name": f"Late and opened. {MARKED}",
        "clause": "RET-2.2",
        "gap": False,
        "cases": 9,
        "why": "Both say “hospital”.",
    }
    return NearKindOut(**known | given)


def candidate_ref(**given: object) -> CandidateRef:
    """A candidate by its id."""
    known: dict[str, Any] = {
        "id": "cd1",
        "state": CandidateState.OPEN,
        "verdict": Verdict.WIDEN_LIMIT,
        "kind": KindRef(id="k1", name="Late but fair"),
    }
    return CandidateRef(**known | given)


def candidate_page(**given: object) -> CandidatePage:
    """A candidate that the reader may claim."""
    known = candidate_ref().model_dump() | {
        "clause": "RET-2.1",
        "section": "Returns",
        "owner": "returns-desk",
        "grade": Grade.MODERATE,
        "promoted_on": TODAY,
        "yours": True,
        "version": 4,
        "reason": "Peers regularly sign up to 56 days.",
        "clause_text": "Within 30 days.",
        "base_revision": 1,
        "stale": False,
        "old_markup": "Within [30 days]{.parameter fact=days_since_delivery max=30 unit=day}.",
        "new_markup": "Within [56 days]{.parameter fact=days_since_delivery max=56 unit=day}.",
        "changes": [
            ChangeOut(op="same", text="Within "),
            ChangeOut(op="removed", text="30"),
            ChangeOut(op="added", text="56"),
            ChangeOut(op="same", text=" days."),
        ],
        "draft": draft(),
        "evidence": evidence(),
        "backtest": backtest(),
        "decisions": [],
        "effective_from": None,
        "claimed_by_you": False,
        "you_promoted": False,
        "review_days": 90,
    }
    return CandidatePage(**known | given)


def case_map(**given: object) -> MapOut:
    """Two islands and unsorted cases."""
    known: dict[str, Any] = {
        "version": "r1",
        "drawn_on": TODAY,
        "kinds": [
            MapKindOut(
                id="k1",
                name="Late but fair",
                clause="RET-2.1",
                version=3,
                cases=17,
                island=IslandOut(x=0, y=0, radius=4.2),
            ),
            MapKindOut(
                id="k2",
                name="Gift without a receipt",
                clause="RET-4.2",
                version=1,
                cases=11,
                island=IslandOut(x=12, y=3, radius=3.4),
            ),
        ],
        "unsorted": 5,
        "without_place": 0,
    }
    return MapOut(**known | given)


def map_part(**given: object) -> PartOut:
    """What an outline around the first island holds."""
    known: dict[str, Any] = {
        "total": 9,
        "kinds": [
            PartKindOut(id="k1", name="Late but fair", clause="RET-2.1", version=3, cases=7, of=17),
            PartKindOut(id="unsorted", name=None, clause=None, version=None, cases=2, of=5),
        ],
        "ids": ["kc1", "kc2"],
        "cases": [kind_case(), kind_case("kc2")],
        "after": None,
    }
    return PartOut(**known | given)


def corrected(**given: object) -> CorrectionEffect:
    """Seven cases split off, only tried."""
    known: dict[str, Any] = {
        "correction": None,
        "verb": "split",
        "cases": 7,
        "kinds": [
            KindChangeOut(id="k1", name="Late but fair", before=17, after=10),
            KindChangeOut(id="k9", name="Part of “Late but fair”", before=0, after=7),
        ],
        "masked": [],
    }
    return CorrectionEffect(**known | given)


def correction(**given: object) -> CorrectionOut:
    """A split that stands."""
    known: dict[str, Any] = {
        "id": "co1",
        "verb": "split",
        "kind_id": "k1",
        "kind_name": "Late but fair",
        "other_kind_id": "k9",
        "other_kind_name": f"Carrier {MARKED}",
        "cases": 7,
        "note": None,
        "made_on": TODAY,
        "undone_on": None,
        "masked": [],
        "version": 8,
    }
    return CorrectionOut(**known | given)
