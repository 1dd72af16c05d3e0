"""What is asked beside the flow of cases: rules, their limits, names, leavers, the office."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from pydantic import RootModel

from api.schemas.accounts import AccountChangeIn, AccountIn, AccountOut, PeopleOut
from api.schemas.health import HealthOut
from api.schemas.identities import (
    IdentityIn,
    IdentityOut,
    IdentityRequestOut,
    IdentityRequestsPage,
    LookedAtPage,
    LookedOut,
)
from api.schemas.imports import BatchOut, FiguresOut, ImportIn, ImportJobOut, UploadOut
from api.schemas.inventory import InventoryOut
from api.schemas.leaving import LeftProposalsPage
from api.schemas.limits import (
    LimitsIn,
    LimitsOut,
    LimitsPage,
    NeverBendIn,
    PauseIn,
    PauseOut,
    PausesPage,
    RoutedPage,
)
from api.schemas.look_backs import LedgerOut, LookBackIn, LookBackJobOut, LookBackReportOut
from api.schemas.policies import CeilingIn, ClauseOut, ClausePage, HandbookOut, LibraryPage
from api.schemas.protection import KeptPage, ProtectionOut
from api.schemas.texts import ErasedOut, EraseIn, OwnWordIn, OwnWordOut, RedactedAgainOut
from dashboard.transport import Conversation, Shape, path, reach, read

LONG_SECONDS: Final = 600.0
"""How long an import or a discovery run may take before nobody waits for its answer."""


class BackOffice(Conversation):
    """The part of `dashboard.client.Api` that neither files cases nor judges kinds."""

    # Policies and their limits

    def library(self, on: date | None = None) -> LibraryPage:
        """All rule books with the wordings in force on a day, by default today."""
        return self._get(LibraryPage, "library", on=None if on is None else on.isoformat())

    def handbook_markdown(self, content: bytes, file_name: str) -> str:
        """Read a word processor's document as the Markdown of a handbook."""
        return self._body(HandbookOut, content, file_name, "handbooks").markdown

    def clause(self, key: str, on: date | None = None) -> ClausePage:
        """One clause with all its wordings, as it read on a day, by default today."""
        return self._get(ClausePage, "clauses", key, on=None if on is None else on.isoformat())

    def own_limits(self) -> list[LimitsOut]:
        """What holds peers under the clauses that the reader may limit."""
        return self._get(LimitsPage, "limits").clauses

    def limits(self, key: str) -> LimitsOut:
        """What holds peers under a clause."""
        return self._get(LimitsOut, "clauses", key, "limits")

    def set_limits(self, seen: LimitsOut, limits: LimitsIn) -> LimitsOut:
        """Replace the limits that were seen, all but the ceiling."""
        return self._send(
            LimitsOut,
            "PUT",
            "clauses",
            seen.clause_key,
            "limits",
            body=limits,
            if_match=seen.version,
        )

    def set_ceiling(self, key: str, ceiling: CeilingIn) -> ClauseOut:
        """Say the most that a peer approves for one case."""
        return self._send(ClauseOut, "PUT", "clauses", key, "ceiling", body=ceiling)

    def set_never_bend(self, key: str, *, never_bend: bool) -> LimitsOut:
        """Put a clause on the never-bend list, or take it off."""
        body = NeverBendIn(never_bend=never_bend)
        return self._send(LimitsOut, "PUT", "clauses", key, "never-bend", body=body)

    def pauses(self) -> list[PauseOut]:
        """The pauses that last."""
        return self._get(PausesPage, "pauses").pauses

    def pause(self, wish: PauseIn) -> PauseOut:
        """Let peers approve nothing under a clause, or under any, until it is lifted."""
        return self._send(PauseOut, "POST", "pauses", body=wish)

    def lift(self, pause_id: str) -> PauseOut:
        """End a pause."""
        return self._send(PauseOut, "POST", "pauses", pause_id, "lift")

    def routed(self) -> RoutedPage:
        """Proposals that peers cannot approve and the reader's desk can answer."""
        return self._get(RoutedPage, "routed")

    # Names and leavers

    def identities(self) -> list[IdentityRequestOut]:
        """Who asked whose name to see: all for those who watch, else the reader's own."""
        return self._get(IdentityRequestsPage, "identities").requests

    def ask_identity(self, wish: IdentityIn) -> IdentityRequestOut:
        """Ask who filed or answered a case."""
        return self._send(IdentityRequestOut, "POST", "identities", body=wish)

    def grant_identity(self, request_id: str) -> IdentityRequestOut:
        """Agree as the second person."""
        return self._send(IdentityRequestOut, "POST", "identities", request_id, "grant")

    def open_identity(self, request_id: str) -> IdentityOut:
        """Read the name; the person is told."""
        return self._send(IdentityOut, "POST", "identities", request_id, "open")

    def handed_over(self) -> LeftProposalsPage:
        """Proposals that wait and whose filer left the reader's line."""
        return self._get(LeftProposalsPage, "handed-over")

    def withdraw_left(self, case_id: str) -> None:
        """Withdraw one of them in the place of its filer."""
        self._tell("POST", "handed-over", case_id, "withdraw")

    def looked_at(self) -> list[LookedOut]:
        """Who has read the reader's own name."""
        return self._get(LookedAtPage, "me", "looked-at").looked

    def kept(self) -> KeptPage:
        """What is kept about people who work here, and how long."""
        return self._get(KeptPage, "kept")

    def protection_report(self) -> str:
        """What is kept about people here, in Markdown."""
        return self._get(ProtectionOut, "protection-report").markdown

    # Administration

    def accounts(self) -> list[AccountOut]:
        """All accounts."""
        return self._get(RootModel[list[AccountOut]], "accounts").root

    def change_account(self, seen: AccountOut, change: AccountChangeIn) -> AccountOut:
        """Give an account that was seen other roles, another team or lead."""
        return self._send(
            AccountOut, "PATCH", "accounts", seen.name, body=change, if_match=seen.version
        )

    def add_account(self, wish: AccountIn) -> AccountOut:
        """Add somebody."""
        return self._send(AccountOut, "POST", "accounts", body=wish)

    def deactivate(self, name: str) -> AccountOut:
        """Let somebody leave."""
        return self._send(AccountOut, "POST", "accounts", name, "deactivate")

    def upload(self, content: bytes, file_name: str) -> UploadOut:
        """Lay a file of cases down, to be looked at, mapped and imported."""
        return self._body(UploadOut, content, file_name, "uploads")

    def uploaded(self, upload_id: str, sheet: str | None = None) -> UploadOut:
        """A file that waits, or one sheet of it."""
        return self._get(UploadOut, "uploads", upload_id, sheet=sheet)

    def import_figures(
        self,
        what: str,
        content: bytes,
        file_name: str,
        columns: Mapping[str, str],
        *,
        dry_run: bool,
        update: bool,
    ) -> FiguresOut:
        """Take in survey answers or contacts a week, or only try it; with no columns, guess."""
        query: dict[str, bool | list[str]] = {"dry_run": dry_run, "update": update}
        if columns:
            query["columns"] = [f"{field}={column}" for field, column in columns.items()]
        else:
            query["guess"] = True
        return self._body(FiguresOut, content, file_name, "imports", what, **query)

    def import_people(self, content: bytes, file_name: str, *, dry_run: bool) -> PeopleOut:
        """Bring accounts in line with a list of people, or only try it."""
        return self._body(PeopleOut, content, file_name, "accounts", "import", dry_run=dry_run)

    def lay_ledger_down(self, content: bytes, file_name: str) -> LookBackJobOut:
        """Lay a ledger down to look back at it."""
        return self._body(LookBackJobOut, content, file_name, "look-backs")

    def look_backs(self) -> list[LookBackJobOut]:
        """The reader's own look back, if there is one."""
        return self._get(RootModel[list[LookBackJobOut]], "look-backs").root

    def ledger(self, look_back_id: str, sheet: str | None = None) -> LedgerOut:
        """A ledger that waits, or one sheet of it."""
        return self._get(LedgerOut, "look-backs", look_back_id, "columns", sheet=sheet)

    def begin_look_back(self, look_back_id: str, wish: LookBackIn) -> LookBackJobOut:
        """Begin to look back at a ledger that waits."""
        return self._send(LookBackJobOut, "POST", "look-backs", look_back_id, "start", body=wish)

    def look_back(self, look_back_id: str) -> LookBackJobOut:
        """How far a look back is."""
        return self._get(LookBackJobOut, "look-backs", look_back_id)

    def fetch_report(self, look_back_id: str) -> str:
        """The report of a look back as HTML; the API keeps nothing of it from then on."""
        answer = self._send(LookBackReportOut, "POST", "look-backs", look_back_id, "report")
        return answer.html

    def give_up_look_back(self, look_back_id: str) -> None:
        """Give a look back up."""
        self._tell("DELETE", "look-backs", look_back_id)

    def begin_import(self, upload_id: str, wish: ImportIn) -> ImportJobOut:
        """Begin to take a waiting file in, or only to check it."""
        return self._send(ImportJobOut, "POST", "uploads", upload_id, "import", body=wish)

    def import_job(self, import_id: str) -> ImportJobOut:
        """How far an import is."""
        return self._get(ImportJobOut, "imports", import_id)

    def imports(self) -> list[BatchOut]:
        """The last imports."""
        return self._get(RootModel[list[BatchOut]], "imports").root

    def undo_import(self, batch_id: str) -> None:
        """Take a whole import back."""
        self._tell("POST", "imports", batch_id, "undo")

    def own_words(self) -> list[OwnWordOut]:
        """The organisation's own words for redaction."""
        return self._get(RootModel[list[OwnWordOut]], "redaction", "words").root

    def add_word(self, word: OwnWordIn) -> OwnWordOut:
        """Add an own word; it counts from the next text on."""
        return self._send(OwnWordOut, "POST", "redaction", "words", body=word)

    def remove_word(self, word_id: str) -> None:
        """Remove an own word."""
        self._tell("DELETE", "redaction", "words", word_id)

    def redact_again(self) -> RedactedAgainOut:
        """Redact every case anew from what was typed."""
        return self._send(RedactedAgainOut, "POST", "redaction", "again", seconds=LONG_SECONDS)

    def erase(self, wish: EraseIn) -> ErasedOut:
        """Erase a customer, or only count what would go."""
        return self._send(ErasedOut, "POST", "erasures", body=wish, seconds=LONG_SECONDS)

    def _body(
        self,
        shape: type[Shape],
        content: bytes,
        file_name: str,
        *parts: str,
        **query: bool | list[str],
    ) -> Shape:
        """Send a file as the body of a request."""
        request = self._http.build_request(
            "POST",
            path(*parts),
            params={"file_name": file_name, **query},
            content=content,
            headers={"Content-Type": "application/octet-stream"},
            timeout=LONG_SECONDS,
        )
        return read(shape, self._ask(request))

    def inventory(self) -> InventoryOut:
        """What the database holds, the last backup and the settings; for administrators."""
        return self._get(InventoryOut, "inventory")

    def health(self) -> HealthOut:
        """Whether database and encoder are ready."""
        return read(HealthOut, reach(self._http, self._http.build_request("GET", "/readyz")))
