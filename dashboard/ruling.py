"""What is asked on the way from a kind to a rule: kinds, candidates, effects, and reports."""

from typing import Final

from pydantic import RootModel

from api.schemas.acknowledging import (
    AcknowledgedPage,
    AcknowledgeIn,
    ChangedClauseOut,
    MyChangesPage,
)
from api.schemas.base import In, ReasonIn
from api.schemas.candidates import (
    AcceptIn,
    AnswersOut,
    CandidateOut,
    CandidatePage,
    CandidatesPage,
    DeferIn,
    PromoteIn,
    ReleaseIn,
    RollBackIn,
)
from api.schemas.deputies import DeputyIn, DeputyOut
from api.schemas.drafts import TriedOut, TryIn
from api.schemas.effects import EffectOut, EffectsPage
from api.schemas.examiner import ExaminedOut
from api.schemas.kinds import InboxPage, KindOut, KindPage, OpenedOut, RenameIn, SnoozeIn
from api.schemas.policies import (
    ClauseOut,
    NumberOut,
    NumbersIn,
    PolicyImportIn,
    PolicyImportOut,
)
from api.schemas.records import AuditLogOut, DecisionRecordOut
from api.schemas.references import KindRef
from api.schemas.runs import RunIn, RunOut
from api.schemas.slices import SlicesOut
from dashboard.transport import Conversation, Query, typed
from recommender.vocabulary import Verdict

LONG_SECONDS: Final = 600.0
"""How long a discovery run, or a pack of everything, may take before nobody waits for it."""


class Ruling(Conversation):
    """The part of `dashboard.client.Api` that judges kinds and decides about changes."""

    # Kinds

    def inbox(self) -> InboxPage:
        """What a manager sees first."""
        return self._get(InboxPage, "inbox")

    def kinds(self) -> list[KindOut]:
        """All living kinds, the emerging ones too."""
        return self._get(RootModel[list[KindOut]], "kinds", all=True).root

    def kind(self, kind_id: str) -> KindPage:
        """All about one kind."""
        return self._get(KindPage, "kinds", kind_id)

    def cases_behind(self, kind_id: str, **asked: Query) -> OpenedOut:
        """The cases behind a number of a kind: `of`, `day`, `fact`, `value`, `after`."""
        return self._get(OpenedOut, "kinds", kind_id, "cases", **asked)

    def try_kind(self, kind_id: str, wish: TryIn) -> TriedOut:
        """Replay a kind's draft with other limits; nothing is kept."""
        return self._send(TriedOut, "POST", "kinds", kind_id, "backtest", body=wish)

    def snooze_kind(self, kind_id: str, wish: SnoozeIn) -> KindRef:
        """Keep a kind from the first ones for a while."""
        return self._send(KindRef, "POST", "kinds", kind_id, "snooze", body=wish)

    def wake_kind(self, kind_id: str) -> KindRef:
        """Take a kind that was put off back."""
        return self._send(KindRef, "POST", "kinds", kind_id, "wake")

    def rename_kind(self, kind_id: str, name: str, version: int) -> KindRef:
        """Give a kind a human name."""
        body = typed(RenameIn, name=name)
        return self._send(KindRef, "PATCH", "kinds", kind_id, body=body, if_match=version)

    def dismiss_kind(self, kind_id: str, reason: str) -> KindRef:
        """Put a kind aside."""
        body = typed(ReasonIn, reason=reason)
        return self._send(KindRef, "POST", "kinds", kind_id, "dismiss", body=body)

    def restore_kind(self, kind_id: str) -> KindRef:
        """Take a dismissed kind back."""
        return self._send(KindRef, "POST", "kinds", kind_id, "restore")

    def promote(self, kind_id: str, verdict: Verdict) -> CandidateOut:
        """Make a candidate policy change of a kind."""
        body = PromoteIn(verdict=verdict)
        return self._send(CandidateOut, "POST", "kinds", kind_id, "promote", body=body)

    def runs(self) -> list[RunOut]:
        """Discovery runs, newest first."""
        return self._get(RootModel[list[RunOut]], "runs").root

    def why_no_kinds(self) -> list[str]:
        """Why no kind has surfaced, sentence by sentence."""
        return self._get(RootModel[list[str]], "runs", "why-none").root

    def discover(self) -> RunOut:
        """Discover kinds now; answers when the run is published."""
        return self._send(RunOut, "POST", "runs", body=RunIn(), seconds=LONG_SECONDS)

    # Candidates

    def candidates(self) -> CandidatesPage:
        """Candidates, those that the reader may decide first."""
        return self._get(CandidatesPage, "candidates")

    def candidate(self, candidate_id: str) -> CandidatePage:
        """All that an owner needs to decide."""
        return self._get(CandidatePage, "candidates", candidate_id)

    def claim(self, candidate_id: str) -> CandidatePage:
        """Take a candidate for deciding."""
        return self._send(CandidatePage, "POST", "candidates", candidate_id, "claim")

    def release(self, candidate_id: str, wish: ReleaseIn) -> CandidatePage:
        """Give a candidate back; the answer says what is lost by it."""
        return self._send(CandidatePage, "POST", "candidates", candidate_id, "release", body=wish)

    def accept(self, seen: CandidatePage, answer: AcceptIn) -> CandidatePage:
        """Accept what was shown, with edits where the answer has its own wording."""
        return self._answer_candidate(seen, "accept", answer, if_match=seen.version)

    def reject(self, seen: CandidatePage, reason: str) -> CandidatePage:
        """Reject what was shown."""
        body = typed(ReasonIn, reason=reason)
        return self._answer_candidate(seen, "reject", body, if_match=seen.version)

    def defer(self, seen: CandidatePage, answer: DeferIn) -> CandidatePage:
        """Look again on a date."""
        return self._answer_candidate(seen, "defer", answer)

    def return_to_manager(self, seen: CandidatePage, question: str) -> CandidatePage:
        """Send a candidate back with a question."""
        return self._answer_candidate(seen, "return", typed(ReasonIn, reason=question))

    def confirm(self, seen: CandidatePage, reason: str) -> CandidatePage:
        """Say that a change in force stays."""
        body = typed(ReasonIn, reason=reason)
        return self._answer_candidate(seen, "confirm", body, if_match=seen.version)

    def roll_back(self, seen: CandidatePage, answer: RollBackIn) -> CandidatePage:
        """Take a change in force back."""
        return self._answer_candidate(seen, "roll-back", answer, if_match=seen.version)

    def try_candidate(self, candidate_id: str, wish: TryIn) -> TriedOut:
        """Replay a candidate with other limits; nothing is kept."""
        return self._send(TriedOut, "POST", "candidates", candidate_id, "backtest", body=wish)

    def answers(self) -> AnswersOut:
        """What the house's answers come to, and how long they took."""
        return self._get(AnswersOut, "answers")

    def deputy(self) -> DeputyOut:
        """Who decides in the reader's place."""
        return self._get(DeputyOut, "me", "deputy")

    def choose_deputy(self, wish: DeputyIn) -> DeputyOut:
        """Name who decides in the reader's place, or nobody."""
        return self._send(DeputyOut, "PUT", "me", "deputy", body=wish)

    # Changed clauses

    def my_changes(self) -> list[ChangedClauseOut]:
        """The clauses that read otherwise than the reader last acknowledged."""
        return self._get(MyChangesPage, "me", "changes").changes

    def acknowledge(self, seen: ChangedClauseOut) -> MyChangesPage:
        """Say that the wording that was shown was read."""
        body = AcknowledgeIn(revision=seen.revision)
        return self._send(MyChangesPage, "POST", "clauses", seen.clause, "acknowledge", body=body)

    def acknowledged(self, clause: str) -> AcknowledgedPage:
        """How many of each team have read a changed clause."""
        return self._get(AcknowledgedPage, "clauses", clause, "acknowledged")

    # Afterwards

    def effects(self) -> EffectsPage:
        """Every change of a wording with what its last look said."""
        return self._get(EffectsPage, "effects")

    def effect(self, candidate_id: str) -> EffectOut:
        """What a change did, beside what it was said to do."""
        return self._get(EffectOut, "candidates", candidate_id, "effect")

    def record(self, candidate_id: str) -> DecisionRecordOut:
        """A decision on paper."""
        return self._get(DecisionRecordOut, "candidates", candidate_id, "record")

    def examiner(self, quarter: str | None) -> ExaminedOut:
        """An examiner's questions about a quarter, by default the newest, with their answers."""
        return self._get(ExaminedOut, "examiner", quarter=quarter)

    def slices(self, quarter: str | None) -> SlicesOut:
        """How a quarter's exceptions and declines divide, by default those of the newest."""
        return self._get(SlicesOut, "slices", quarter=quarter)

    def audit_pack(self) -> bytes:
        """Rule books, decision records and the event log in one zip."""
        return self._bytes("audit-pack", seconds=LONG_SECONDS)

    def audit_log(self) -> AuditLogOut:
        """Walk the whole event log; refused where an entry is not as it was written."""
        return self._get(AuditLogOut, "audit-log")

    def policy_data(self, key: str) -> bytes:
        """A rule book as JSON, every wording of it."""
        return self._bytes("policies", key, "json", seconds=LONG_SECONDS)

    # Rule books

    def import_policy(self, wish: PolicyImportIn) -> PolicyImportOut:
        """Take in a rule book, or only hear what that would change."""
        return self._send(PolicyImportOut, "POST", "policies", body=wish, seconds=LONG_SECONDS)

    def numbers(self, clause: str) -> list[NumberOut]:
        """The numbers in a clause's words that may be limits."""
        return self._get(RootModel[list[NumberOut]], "clauses", clause, "numbers").root

    def confirm_numbers(self, clause: str, wish: NumbersIn) -> ClauseOut:
        """Make numbers of a clause typed limits."""
        return self._send(ClauseOut, "POST", "clauses", clause, "numbers", body=wish)

    # Shared by the answers

    def _answer_candidate(
        self, seen: CandidatePage, verb: str, body: In, if_match: int | None = None
    ) -> CandidatePage:
        return self._send(
            CandidatePage, "POST", "candidates", seen.id, verb, body=body, if_match=if_match
        )
