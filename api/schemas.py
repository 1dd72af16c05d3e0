"""What goes in and out of the API: one shape a thing, shared with the dashboard.

Everybody who is not an admin sees opaque case ids and days. No shape here carries, ranks or
counts a person other than the reader (promise 9); a test walks them.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from recommender.vocabulary import (
    CandidateState,
    CaseState,
    CorrectionVerb,
    DecisionVerdict,
    Descent,
    EvidenceMode,
    Facts,
    FieldSource,
    Grade,
    KindState,
    NoticeTopic,
    OutcomeReading,
    OutcomeSource,
    Role,
    RunState,
    Verdict,
    WaitingChange,
)

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Csat = Annotated[int, Field(ge=1, le=5)]
Money = Annotated[float, Field(ge=0)]

_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def _example(**sent: JsonValue) -> ConfigDict:
    """Show in the OpenAPI document what a client sends."""
    return ConfigDict(json_schema_extra={"examples": [sent]})


class In(BaseModel):
    """What a client sends; an unknown field is refused, so that a typo is not lost."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """What the API answers."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Out):
    """A refusal, as RFC 9457 problem+json: `code` is stable, `field` and `remedy` help."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    remedy: str | None = None
    facts: dict[str, object] = Field(default_factory=dict)


# People who sign in ---------------------------------------------------------------------------


class SignInIn(In):
    """A name and a password."""

    model_config = _example(name="maya", password="four words of mine")  # noqa: S106 - an example

    name: ShortText
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class MeOut(Out):
    """The reader's own account."""

    name: str
    display_name: str
    roles: list[Role]
    team: str | None
    unread: int = 0
    """Notices not read yet."""
    demo: bool = False


class SignInOut(Out):
    """A token for the Authorization header (Bearer), until `expires_at`."""

    token: str
    expires_at: datetime
    account: MeOut


class AccountIn(In):
    """A new account."""

    model_config = _example(
        name="maya",
        display_name="Maya",
        roles=["agent"],
        team="north",
        password="four words of hers",  # noqa: S106 - an example
    )

    name: ShortText
    display_name: ShortText
    roles: Annotated[list[Role], Field(min_length=1)]
    team: ShortText | None = None
    lead: ShortText | None = None
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None


class AccountOut(Out):
    """An account, for administrators."""

    name: str
    display_name: str
    roles: list[Role]
    team: str | None
    lead: str | None
    active: bool


# Policies -------------------------------------------------------------------------------------


class ParameterOut(Out):
    """A typed limit of a clause: the fact may be at most (max) or must be at least (min) it."""

    fact: str
    bound: Literal["max", "min"]
    limit: float
    unit: str | None


class RevisionOut(Out):
    """One wording of a clause."""

    number: int
    text: str
    parameters: list[ParameterOut]
    effective_from: datetime | None
    """None: from the beginning of time."""
    candidate_id: str | None
    """The candidate it came from; None: imported."""
    retires: bool = False


class ClauseOut(Out):
    """A clause with the wording in force."""

    key: str
    section_key: str
    section_title: str
    owner: str | None
    never_bend: bool
    ceiling: float | None
    retired: bool = False
    revision: RevisionOut | None


class ClausePage(ClauseOut):
    """A clause with all its wordings and what is being said about it."""

    policy_key: str
    policy_title: str
    revisions: list[RevisionOut]
    kinds: list["KindRef"]
    candidates: list["CandidateRef"]


class PolicyOut(Out):
    """A rule book with its clauses in order."""

    key: str
    title: str
    owner: str | None
    clauses: list[ClauseOut]


class LibraryPage(Out):
    """All rule books."""

    policies: list[PolicyOut]


class PolicyImportIn(In):
    """A handbook as Markdown text."""

    model_config = _example(
        file_name="returns.md",
        markdown="# Returns {#RET owner=returns-desk}\n\n## Return window {#RET-2}\n\n"
        "[RET-2.1]{.clause #RET-2.1} Unworn items are taken back within "
        "[14 days]{.parameter fact=days_since_delivery max=14 unit=day} of delivery.\n",
    )

    file_name: ShortText
    markdown: Annotated[str, StringConstraints(min_length=1, max_length=5_000_000)]


class PolicyImportOut(Out):
    """What an import of a handbook changed."""

    policy: str
    added: list[str]
    revised: list[str]
    unchanged: int
    missing: list[str]


class CeilingIn(In):
    """The most that a peer's signature may approve under a clause; null lifts the ceiling."""

    model_config = _example(amount=60.0)

    amount: Money | None


class ChangeOut(Out):
    """A piece of a word-level difference."""

    op: Literal["same", "removed", "added"]
    text: str


# Filing and co-signing ------------------------------------------------------------------------


class ProposalIn(In):
    """An agent's wish to act outside a clause, or where none exists, for one customer."""

    model_config = _example(
        situation="Parcel lay at the neighbour's for three weeks, back today unworn, four days "
        "past the window.",
        resolution="Take it back at full price.",
        reason="The delay was ours, not hers.",
        clause_key="RET-2.1",
        facts={"days_since_delivery": 34},
        amount=59.9,
        currency="EUR",
    )

    situation: Sentence
    resolution: Sentence
    reason: Sentence | None = None
    clause_key: ShortText | None = None
    gap: bool = False
    """No clause fits."""
    facts: Facts = Field(default_factory=dict)
    amount: Money | None = None
    currency: Currency | None = None
    granted_action: ShortText | None = None
    channel: ShortText | None = None
    product: ShortText | None = None
    customer_id: ShortText | None = None
    customer_tier: ShortText | None = None
    filed_after_the_act: bool = False
    precedent_id: ShortText | None = None
    provenance: dict[str, FieldSource] = Field(default_factory=dict)


class BreachOut(Out):
    """Why peers cannot approve this here."""

    rule: str
    words: str


class CaseOut(Out):
    """A case, or a proposal while it is pending; texts are redacted, days stand for moments."""

    id: str
    state: CaseState
    day: date
    situation: str
    resolution: str | None
    reason: str | None
    decline_reason: str | None
    clause_key: str | None
    policy_ref: str | None
    gap: bool
    granted_action: str | None
    amount: float | None
    currency: str | None
    facts: Facts
    channel: str | None
    product: str | None
    filed_after_the_act: bool
    outcome: OutcomeReading
    content_hash: str
    version: int
    breaches: list[BreachOut] = Field(default_factory=list)
    expires_at: datetime | None = None
    mine: bool = False
    """The reader filed it."""
    kind: "KindRef | None" = None
    suggested_kind: "KindRef | None" = None
    """The kind that a case in none may be of, until the next run."""


class FilingPage(Out):
    """What the filing screen needs: the direction, the clauses, what was asked for before."""

    direction: str
    clauses: list[ClauseOut]
    actions: list[str]
    products: list[str]
    currency: str | None


class QueuePage(Out):
    """Proposals of others that wait for a peer, oldest first."""

    direction: str
    proposals: list[CaseOut]


class MinePage(Out):
    """The reader's own filings and signatures, newest first, and what became of them."""

    filed: list[CaseOut]
    signed: list[CaseOut]


class CosignIn(In):
    """The hash of exactly the text that the signer saw."""

    model_config = _example(content_hash=_HASH)

    content_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class DeclineIn(CosignIn):
    """A no, with its reason."""

    model_config = _example(content_hash=_HASH, reason="The seam was cut, not torn.")

    reason: Sentence


class ReasonIn(In):
    """An act that needs a reason."""

    model_config = _example(reason="The parcels are late for a season only.")

    reason: Sentence


class OutcomeIn(In):
    """What came of a case; give what is known."""

    model_config = _example(source="agent", csat=5, complaint=False, retained=True)

    source: OutcomeSource = OutcomeSource.AGENT
    csat: Csat | None = None
    complaint: bool | None = None
    retained: bool | None = None
    actual_cost: Money | None = None


class PrecedentsIn(In):
    """A draft to look up precedents for."""

    model_config = _example(
        situation="Shoes unworn, eight days past the window because the parcel was late.",
        clause_key="RET-2.1",
        facts={"days_since_delivery": 22},
        top=5,
    )

    situation: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
    resolution: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    clause_key: ShortText | None = None
    facts: Facts = Field(default_factory=dict)
    top: Annotated[int, Field(ge=1, le=20)] = 5


class PrecedentOut(Out):
    """An earlier case beside a draft, and why it is shown."""

    id: str
    similarity: float
    decision: CaseState
    outcome: OutcomeReading
    clause_key: str | None
    day: date
    situation: str
    resolution: str | None
    amount: float | None
    currency: str | None
    facts: Facts
    why: list[str]


class AllowanceOut(Out):
    """A clause whose typed limits already admit the facts: no exception may be needed."""

    clause_key: str
    text: str


class PrecedentsOut(Out):
    """Precedents, best first, and the clause that may already allow it."""

    precedents: list[PrecedentOut]
    allowed: AllowanceOut | None


# Kinds ----------------------------------------------------------------------------------------


class KindRef(Out):
    """A kind by id and name."""

    id: str
    name: str


class KindOut(Out):
    """A kind in a list.

    A count below a people floor is null and named in `masked`; a count of an identity that the
    import does not carry is null.
    """

    id: str
    name: str
    clause: str | None
    gap: bool
    state: KindState
    grade: Grade | None
    evidence_mode: EvidenceMode
    cases: int | None
    agents: int | None
    teams: int | None
    customers: int | None
    first: date | None
    last: date | None
    masked: list[str]
    per_week: list[int]
    """Cases in each of the last 12 weeks, oldest first; [] where masked."""
    cost: float | None
    currency: str | None
    why: str
    """One sentence: why look at this now."""


class InboxPage(Out):
    """What a manager sees first."""

    kinds: list[KindOut]
    emerging: int
    """How many kinds are below the threshold."""
    cases: int
    unsorted: int
    last_run: "RunOut | None"
    as_of: date
    as_of_source: str


class IntervalOut(Out):
    """A share with its 95 % interval, and the bounds if all missing were bad or good."""

    known: int
    missing: int
    share_low: float | None
    share_high: float | None
    all_missing_bad: float | None
    all_missing_good: float | None


class ShortfallOut(Out):
    """What is missing to surface, or would raise the grade."""

    words: str


class EvidenceOut(Out):
    """The numbers of a kind."""

    cases: int | None
    counted_cases: int | None
    """After batch correction."""
    agents: int | None
    effective_agents: float | None
    teams: int | None
    customers: int | None
    signer_pairs: int | None
    weeks: int | None
    good: IntervalOut
    bad: IntervalOut
    trend_low: float | None
    trend_high: float | None
    cost_sum: float | None
    cost_median: float | None
    cost_p90: float | None
    currency: str | None
    share_without_amount: float | None
    shortfalls: list[ShortfallOut]
    would_raise: list[ShortfallOut]
    masked: list[str]


class KindCaseOut(Out):
    """A case on a kind's page: opaque id, day, redacted text."""

    id: str
    day: date
    state: CaseState
    situation: str
    resolution: str | None
    reason: str | None
    decline_reason: str | None
    amount: float | None
    currency: str | None
    facts: Facts
    outcome: OutcomeReading
    why: list[str] = Field(default_factory=list)


class KindPage(Out):
    """All about one kind."""

    kind: KindOut
    version: int
    aliases: list[str]
    clause: ClauseOut | None
    evidence: EvidenceOut
    representative: list[KindCaseOut]
    borderline: list[KindCaseOut]
    nearest_outside: list[KindCaseOut]
    declined: list[KindCaseOut]
    terms: list[str]
    candidate: "CandidateRef | None"
    draft: "DraftOut | None"
    history: list["HistoryOut"]
    waiting: list["QuestionOut"] = []
    asked_for: str | None = None


class QuestionOut(Out):
    """A change that runs would make; with `decide` it waits for a person, else for a second run."""

    what: WaitingChange
    other_kind_id: str | None
    since: date
    decide: bool
    words: str


class StepOut(Out):
    """One step in a kind's life; without a run a person did it."""

    at: datetime
    what: Descent
    kind_id: str
    kind_name: str
    other_kind_id: str | None
    other_kind_name: str | None
    run_id: str | None


class HistoryOut(Out):
    """One step in the life of a kind or candidate; `by` is a role, never a name."""

    at: date
    words: str


class RenameIn(In):
    """A human name for a kind."""

    model_config = _example(name="Returns after a late parcel")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]


class MergeIn(In):
    """The kind that takes the cases."""

    model_config = _example(into="k3v9x2m7q1ab")

    into: ShortText


class SplitIn(In):
    """The cases to split off, and the new kind's name if there is one."""

    model_config = _example(cases=["c4t8w1n5r2de", "c9h3j6p0s7fg"], name="Late by the carrier")

    cases: Annotated[list[ShortText], Field(min_length=1, max_length=10_000)]
    name: Annotated[
        str | None, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)
    ] = None


class MoveIn(In):
    """The kind that a case belongs to; null keeps it out of all."""

    model_config = _example(to="k3v9x2m7q1ab")

    to: ShortText | None


class KindChangeOut(Out):
    """A kind's cases before and after a correction."""

    id: str
    name: str
    before: int | None
    after: int | None


class EffectOut(Out):
    """What a correction changes; all counts are null where one is below a people floor."""

    correction: str | None
    """The id to undo it by; null: it was only tried."""
    verb: CorrectionVerb
    cases: int | None
    """How many cases it places."""
    kinds: list[KindChangeOut]
    masked: list[str]


class CorrectionOut(Out):
    """What a person taught about kinds; every run obeys it until it is undone."""

    id: str
    verb: CorrectionVerb
    kind_id: str | None
    """The kind merged away, split, left, confirmed or called none."""
    kind_name: str | None
    other_kind_id: str | None
    """The kind merged into, split off or moved to."""
    other_kind_name: str | None
    cases: int | None
    note: str | None
    made_on: date
    undone_on: date | None
    masked: list[str]


class CorrectionsPage(Out):
    """Corrections, the newest first."""

    corrections: list[CorrectionOut]
    next: str | None
    """What `before` continues with; null at the end."""


class MembershipOut(Out):
    """Which kind an approved case is in; unsorted ones have null."""

    source_system: str | None
    id: str
    kind_id: str | None
    kind_name: str | None
    strength: float | None
    origin: str | None


class RunIn(In):
    """A discovery run."""

    model_config = _example(seed=0)

    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class RunOut(Out):
    """One discovery pass."""

    id: str
    state: RunState
    seed: int
    encoder: str
    counts: dict[str, object]
    diff: dict[str, object]
    started_at: datetime
    ended_at: datetime | None
    failure: str | None


# Candidates -----------------------------------------------------------------------------------


class LimitOut(Out):
    """A suggested limit, the share of peers' signatures that it covers, and its cost."""

    limit: float
    coverage: float | None
    cost: float | None


class BoundaryOut(Out):
    """Where signed turns into declined."""

    estimate: float | None
    low: float | None
    high: float | None


class DraftParameterOut(Out):
    """A number from the data, narrow to wide; null where the data carry none."""

    fact: str
    unit: str | None
    direction: Literal["max", "min"]
    narrow: LimitOut | None
    medium: LimitOut | None
    wide: LimitOut | None
    boundary: BoundaryOut | None


class RedlineOut(Out):
    """Old and new wording."""

    old: str
    new: str


class RationaleOut(Out):
    """One sentence and the cases it rests on."""

    sentence: str
    cases: list[str]


class DraftOut(Out):
    """A suggested change: verdict, numbers, redline and reasons."""

    kind: str
    clause: str | None
    base_revision: int | None
    verdict: Verdict
    reason: str
    grade: Grade | None
    parameters: list[DraftParameterOut]
    redline: RedlineOut
    rationale: list[RationaleOut]


class BacktestOut(Out):
    """The new wording on the old cases; `cannot_tell` are cases without the fact."""

    covered: int
    still_exceptions: int
    newly_allowed: int
    cannot_tell: int
    cost: float | None
    currency: str | None
    newly_allowed_cases: list[str] = Field(default_factory=list)


class CandidateRef(Out):
    """A candidate by id and state."""

    id: str
    state: CandidateState
    verdict: Verdict
    kind: KindRef


class CandidateOut(Out):
    """A candidate in a list."""

    id: str
    state: CandidateState
    verdict: Verdict
    kind: KindRef
    clause: str | None
    owner: str | None
    grade: Grade | None
    promoted_on: date
    yours: bool
    """The reader's desk may decide it."""


class CandidatesPage(Out):
    """Candidates, those waiting for the reader first."""

    candidates: list[CandidateOut]


class DecisionOut(Out):
    """An answer with its reason."""

    verdict: DecisionVerdict
    reason: str
    decided_on: date


class CandidatePage(CandidateOut):
    """All that an owner needs to decide."""

    version: int
    reason: str
    clause_text: str | None
    base_revision: int | None
    stale: bool
    """The clause was revised since: release and draft anew."""
    old_markup: str | None
    new_markup: str | None
    changes: list[ChangeOut]
    draft: DraftOut
    evidence: EvidenceOut
    backtest: BacktestOut | None
    decisions: list[DecisionOut]
    effective_from: date | None
    claimed_by_you: bool
    you_promoted: bool


class PromoteIn(In):
    """Promote a kind; a verdict other than the suggested one may be chosen."""

    model_config = _example(verdict="widen_limit")

    verdict: Verdict | None = None


class AcceptIn(In):
    """Accept, from a date on (default: today); `markup` given means accept with edits."""

    model_config = _example(
        reason="Late parcels are not the customer's doing.", effective_from="2026-07-01"
    )

    reason: Sentence
    effective_from: date | None = None
    markup: Sentence | None = None


class DeferIn(In):
    """Look again on a date."""

    model_config = _example(reason="After the season we know more.", until="2026-09-01")

    reason: Sentence
    until: date


# Notices, imports, health ---------------------------------------------------------------------


class NoticeOut(Out):
    """What somebody is told."""

    id: str
    topic: NoticeTopic
    needs_you: bool
    title: str
    body: str
    case_id: str | None
    candidate_id: str | None
    created_at: datetime
    read_at: datetime | None


class NoticesPage(Out):
    """The reader's notices: what needs them first, then the newest."""

    notices: list[NoticeOut]


class ImportQuery(In):
    """How to read the file that is the request's body."""

    file_name: Annotated[
        ShortText,
        Field(description="Its ending says the form: csv, jsonl, gz.", examples=["cases.csv"]),
    ]
    mapping: Annotated[
        ShortText | None,
        Field(description="zendesk, salesforce, servicenow.", examples=["zendesk"]),
    ] = None
    zone: Annotated[
        ShortText | None,
        Field(description="Zone of zone-less times.", examples=["Europe/Berlin"]),
    ] = None
    dry_run: Annotated[bool, Field(description="Report, but keep nothing.")] = False
    update: Annotated[bool, Field(description="Take over what changed since.")] = False


class RefusedRowOut(Out):
    """A row that an import refused."""

    line: int
    id: str | None
    field: str
    reason: str
    remedy: str


class ImportOut(Out):
    """What an import took in.

    rows = imported + unchanged + changed + updated + kept + refused.
    """

    batch_id: str | None
    """The batch to undo it by; None where nothing was written."""
    dry_run: bool
    rows: int
    imported: int
    unchanged: int
    changed: int
    """New content for cases we have, left as they were: `update` takes it over."""
    updated: int
    kept: int
    """New content for cases on which a person decided here: these stay."""
    status_missing: int
    self_signed: int
    zone: str
    zoneless: int
    """Times without a zone, which were read in `zone`."""
    unknown_refs: int
    linked: int
    """Cases of earlier imports whose reference our library has come to know."""
    refused: list[RefusedRowOut]


class HealthOut(Out):
    """Whether the parts are ready."""

    status: Literal["ok", "starting"]
    database: bool
    encoder: bool
