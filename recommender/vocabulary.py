"""The words of the product: identities, states and the tables of allowed moves.

Read this first. It imports nothing of ours; core, API and screens share it, so a word or a
state means the same thing in every room.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NewType

KindId = NewType("KindId", str)
CandidateId = NewType("CandidateId", str)
AccountName = NewType("AccountName", str)

FactValue = float | int | str | bool
Facts = dict[str, FactValue]

LONGEST_PERIOD: Final = 3660
"""Days in which cases of one customer are counted, at most."""
MOST_REPEATS: Final = 1_000_000
"""How many cases of one customer a limit may name, at most."""


class Role(StrEnum):
    """What a person is to the product; one account may have several."""

    ADMIN = "admin"
    AGENT = "agent"
    AUDITOR = "auditor"
    EMPLOYEE_REPRESENTATIVE = "employee_representative"
    MANAGER = "manager"
    POLICY_OWNER = "policy_owner"


class CaseState(StrEnum):
    """A case's life; while it is pending we call it a proposal."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"
    IN_POLICY = "in_policy"


CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.PENDING: frozenset(
        {CaseState.APPROVED, CaseState.DECLINED, CaseState.WITHDRAWN, CaseState.EXPIRED}
    ),
    CaseState.APPROVED: frozenset({CaseState.REVOKED}),
    CaseState.DECLINED: frozenset(),
    CaseState.WITHDRAWN: frozenset(),
    CaseState.EXPIRED: frozenset(),
    CaseState.REVOKED: frozenset(),
    CaseState.IN_POLICY: frozenset(),
}

DECIDED_CASES = frozenset(
    {CaseState.APPROVED, CaseState.DECLINED, CaseState.REVOKED, CaseState.IN_POLICY}
)
"""What a precedent can be: somebody, or the rule itself, has answered."""


class SignatureVerdict(StrEnum):
    """What a peer says to a proposal."""

    SIGNED = "signed"
    DECLINED = "declined"


class Participant(StrEnum):
    """Whose name stands behind a case."""

    FILER = "filer"
    SIGNER = "signer"


class RequestState(StrEnum):
    """Where a request to see an identity stands."""

    WAITING = "waiting"
    LAPSED = "lapsed"
    OPEN = "open"
    OVER = "over"


class Dimension(StrEnum):
    """In which way a case departs from the script."""

    ADAPTING = "adapting"
    COMMUNICATING = "communicating"
    RESOURCES = "resources"


class Draw(StrEnum):
    """Why an approval is looked at again."""

    RANDOM = "random"
    PAIR = "pair"


class ReviewVerdict(StrEnum):
    """What a second team says of an approval; misuse leaves the evidence."""

    FINE = "fine"
    MISUSE = "misuse"


class OwnWordUse(StrEnum):
    """What redaction does with a word of the organisation's own."""

    KEEP = "keep"
    NAME = "name"
    PATTERN = "pattern"


class FieldSource(StrEnum):
    """Where the value of a case's field came from."""

    IMPORTED = "imported"
    REUSED = "reused"
    SUGGESTED = "suggested"
    TYPED = "typed"


class RunState(StrEnum):
    """A discovery run; readers see the memberships of the last published one."""

    RUNNING = "running"
    PUBLISHED = "published"
    FAILED = "failed"


RUN_MOVES: Mapping[RunState, frozenset[RunState]] = {
    RunState.RUNNING: frozenset({RunState.PUBLISHED, RunState.FAILED}),
    RunState.PUBLISHED: frozenset(),
    RunState.FAILED: frozenset(),
}


class Descent(StrEnum):
    """What happened to a kind, found by a run or done by a person."""

    BORN = "born"
    SPLIT_FROM = "split_from"
    MERGED_INTO = "merged_into"
    RETIRED = "retired"
    REBORN = "reborn"


class WaitingChange(StrEnum):
    """What a run finds other than people see it; shown once a run on other cases agrees."""

    SPLIT = "split"
    MERGE = "merge"
    VANISH = "vanish"
    MOVE = "move"


class MembershipOrigin(StrEnum):
    """Who put a case into its kind; what a hand has placed outlives every run."""

    RUN = "run"
    ASSIGNED = "assigned"
    BY_HAND = "by_hand"


class CorrectionVerb(StrEnum):
    """What a person does about a kind's cases; every later run obeys it."""

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    CONFIRM = "confirm"
    NOT_A_KIND = "not_a_kind"


class KindState(StrEnum):
    """What a list says of a kind; computed from evidence, never stored."""

    NEW = "new"
    GROWING = "growing"
    STABLE = "stable"
    FADING = "fading"
    REGRESSED = "regressed"
    LOCAL_PRACTICE = "local_practice"
    EMERGING = "emerging"
    DISMISSED = "dismissed"
    SETTLED = "settled"


class EvidenceMode(StrEnum):
    """How much of who took part the cases carry."""

    FULL = "full"
    PARTIAL = "partial"
    ANONYMOUS = "anonymous"


class Grade(StrEnum):
    """How far the evidence of a surfaced kind carries."""

    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"


class Verdict(StrEnum):
    """What a candidate says should happen to the clause; all are equals."""

    WIDEN_LIMIT = "widen_limit"
    ADD_EXCEPTION = "add_exception"
    WRITE_NEW_CLAUSE = "write_new_clause"
    GRANT_AUTHORITY = "grant_authority"
    CLARIFY_WORDING = "clarify_wording"
    RETIRE_RULE = "retire_rule"
    TOLERATE_UNTIL = "tolerate_until"
    COACH = "coach"
    HARD_LIMIT = "hard_limit"


TEXT_CHANGING_VERDICTS = frozenset(
    {
        Verdict.WIDEN_LIMIT,
        Verdict.ADD_EXCEPTION,
        Verdict.WRITE_NEW_CLAUSE,
        Verdict.GRANT_AUTHORITY,
        Verdict.CLARIFY_WORDING,
        Verdict.RETIRE_RULE,
    }
)


class ChosenLimit(StrEnum):
    """Which of the offered limits an owner took, or that they wrote one of their own."""

    NARROW = "narrow"
    MEDIUM = "medium"
    WIDE = "wide"
    OWN = "own"


class CandidateState(StrEnum):
    """The life of a suggested policy change."""

    OPEN = "open"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_EDITS = "accepted_with_edits"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    RETURNED = "returned"
    IN_FORCE = "in_force"
    CONFIRMED = "confirmed"
    ROLLED_BACK = "rolled_back"


CANDIDATE_MOVES: Mapping[CandidateState, frozenset[CandidateState]] = {
    CandidateState.OPEN: frozenset({CandidateState.CLAIMED}),
    CandidateState.CLAIMED: frozenset(
        {
            CandidateState.OPEN,
            CandidateState.ACCEPTED,
            CandidateState.ACCEPTED_WITH_EDITS,
            CandidateState.REJECTED,
            CandidateState.DEFERRED,
            CandidateState.RETURNED,
        }
    ),
    CandidateState.ACCEPTED: frozenset(
        {CandidateState.IN_FORCE, CandidateState.CONFIRMED, CandidateState.ROLLED_BACK}
    ),
    CandidateState.ACCEPTED_WITH_EDITS: frozenset(
        {CandidateState.IN_FORCE, CandidateState.CONFIRMED, CandidateState.ROLLED_BACK}
    ),
    CandidateState.REJECTED: frozenset({CandidateState.OPEN}),
    CandidateState.DEFERRED: frozenset({CandidateState.OPEN}),
    CandidateState.RETURNED: frozenset({CandidateState.OPEN}),
    CandidateState.IN_FORCE: frozenset({CandidateState.CONFIRMED, CandidateState.ROLLED_BACK}),
    CandidateState.CONFIRMED: frozenset({CandidateState.ROLLED_BACK}),
    CandidateState.ROLLED_BACK: frozenset(),
}

ACCEPTED_CANDIDATES = frozenset({CandidateState.ACCEPTED, CandidateState.ACCEPTED_WITH_EDITS})
"""Accepted, and waiting for the day of coming into force."""

DECIDED_CANDIDATES = frozenset(
    {
        CandidateState.ACCEPTED,
        CandidateState.ACCEPTED_WITH_EDITS,
        CandidateState.REJECTED,
        CandidateState.IN_FORCE,
        CandidateState.CONFIRMED,
        CandidateState.ROLLED_BACK,
    }
)


class DecisionVerdict(StrEnum):
    """The owner's answer to a candidate, and later to what came of it."""

    ACCEPT = "accept"
    ACCEPT_WITH_EDITS = "accept_with_edits"
    REJECT = "reject"
    DEFER = "defer"
    RETURN = "return"
    CONFIRM = "confirm"
    ROLL_BACK = "roll_back"


class EffectVerdict(StrEnum):
    """What a look at an accepted change says."""

    AS_PREDICTED = "as_predicted"
    LESS_THAN_PREDICTED = "less_than_predicted"
    NO_VISIBLE_CHANGE = "no_visible_change"
    TOO_EARLY = "too_early"
    TOO_FEW = "too_few"


class Look(StrEnum):
    """Which look at a change's effect it is; those in between only draw the curve."""

    PLANNED = "planned"
    SECOND = "second"
    RUNNING = "running"


class OutcomeSource(StrEnum):
    """Who reported an outcome; the customer's answer outranks the agent's."""

    CUSTOMER = "customer"
    IMPORT = "import"
    AGENT = "agent"


class OutcomeReading(StrEnum):
    """What an outcome amounts to; missing is its own reading, never good."""

    GOOD = "good"
    NEUTRAL = "neutral"
    BAD = "bad"
    MISSING = "missing"


class NoticeTopic(StrEnum):
    """Why somebody is told something."""

    COSIGN_WANTED = "cosign_wanted"
    PROPOSAL_ANSWERED = "proposal_answered"
    SIGNATURE_VOIDED = "signature_voided"
    CANDIDATE_WAITS = "candidate_waits"
    CANDIDATE_RETURNED = "candidate_returned"
    DECISION = "decision"
    QUESTION = "question"
    ANSWER = "answer"
    ROUTED = "routed"
    REVIEW_WANTED = "review_wanted"
    CASE_REVIEWED = "case_reviewed"
    FOLLOW_UP = "follow_up"
    IDENTITY_SHOWN = "identity_shown"
    HANDED_OVER = "handed_over"
    RECOGNITION = "recognition"
    PROCESS = "process"
    ACKNOWLEDGE = "acknowledge"
    EFFECT = "effect"
    REGRESSED = "regressed"
    REVIEW_DUE = "review_due"
    OVERDUE = "overdue"
