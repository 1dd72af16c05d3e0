"""The dashboard's voice to the API.

Only this, `dashboard.back_office` and `dashboard.ruling` know its addresses.

Screens call one method for each thing they need. A refusal comes back as the category that the
core raised (`recommender.errors`), so that no screen looks at a status code. The connections are
shared by everybody and therefore carry nobody's name: the token goes along with each request.
"""

import functools
import os
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx
from pydantic import RootModel, ValidationError

from api.schemas.accounts import (
    ArrivalIn,
    ArrivalOut,
    MeOut,
    ProviderOut,
    SignInIn,
    SignInOut,
    TripIn,
    TripOut,
)
from api.schemas.advice import AdviceIn, AdviceOut
from api.schemas.base import In, ReasonIn
from api.schemas.cases import (
    AnswerIn,
    AskIn,
    CaseOut,
    CosignIn,
    DeclineIn,
    FilingPage,
    MinePage,
    ProposalIn,
    QueuePage,
)
from api.schemas.charter import CharterIn, CharterOut
from api.schemas.filing_drafts import FilingDraftIn, FilingDraftOut
from api.schemas.findability import AlreadyAllowedIn, CountedOut
from api.schemas.notices import NoticeOut, NoticesPage
from api.schemas.outcomes import OutcomeIn
from api.schemas.precedents import PrecedentsIn, PrecedentsOut
from api.schemas.recognition import BecameOut, CreditIn, CreditOut
from api.schemas.reuse import ReusedOut, ReuseIn, ReuseOut
from api.schemas.reviews import ReviewedOut, ReviewIn, ReviewOut
from dashboard.atlas import Atlas
from dashboard.back_office import BackOffice
from dashboard.ruling import Ruling
from dashboard.transport import Shape, SignedOut, answer, path, read, typed
from recommender.vocabulary import ReviewVerdict

DEFAULT_API_URL: Final = "http://127.0.0.1:8000"


class Api(BackOffice, Atlas, Ruling):
    """What one signed-in person can ask of the API; made for one run and forgotten after it."""

    def __init__(self, token: str, http: httpx.Client | None = None) -> None:
        super().__init__(token, http or shared_http())

    def me(self) -> MeOut:
        """Who the token belongs to, as the API knows it now."""
        return self._get(MeOut, "me")

    def sign_out(self) -> None:
        """End the session, wherever else its token may be in use."""
        self._tell("DELETE", "sessions", "current")

    # Filing and co-signing

    def filing(self) -> FilingPage:
        """What the filing form offers."""
        return self._get(FilingPage, "filing")

    def precedents(self, draft: PrecedentsIn) -> PrecedentsOut:
        """Earlier cases like a draft, and the clause that may allow it already."""
        return self._send(PrecedentsOut, "POST", "precedents", body=draft)

    def advice(self, draft: AdviceIn) -> AdviceOut:
        """All that helps with a draft, in one answer."""
        return self._send(AdviceOut, "POST", "advice", body=draft)

    def reuse(self, case_id: str, draft: ReuseIn) -> ReuseOut:
        """A draft filled in from a precedent."""
        return self._send(ReuseOut, "POST", "cases", case_id, "reuse", body=draft)

    def reused(self, case_id: str) -> ReusedOut | None:
        """The precedent that a proposal re-used, if any."""
        return self._get(RootModel[ReusedOut | None], "cases", case_id, "reused").root

    def count_already_allowed(self, draft: AlreadyAllowedIn) -> CountedOut:
        """Count that a draft asked for what a clause allows already."""
        return self._send(CountedOut, "POST", "already-allowed", body=draft)

    def draft(self) -> FilingDraftOut | None:
        """One's own unfiled draft."""
        return self._get(RootModel[FilingDraftOut | None], "draft").root

    def keep_draft(self, draft: FilingDraftIn) -> None:
        """Keep one's own draft."""
        self._tell("PUT", "draft", body=draft)

    def drop_draft(self) -> None:
        """Let go of one's own draft."""
        self._tell("DELETE", "draft")

    def charter(self) -> CharterOut:
        """The charter in force."""
        return self._get(CharterOut, "charter")

    def accept_charter(self, version: int) -> CharterOut:
        """Accept the charter that was read."""
        return self._send(CharterOut, "POST", "charter", body=CharterIn(version=version))

    def file(self, wish: ProposalIn, once: str) -> CaseOut:
        """File a proposal; the same `once` files it only once."""
        return self._send(CaseOut, "POST", "proposals", body=wish, once=once)

    def proposal(self, case_id: str) -> CaseOut:
        """One proposal or case by its opaque id."""
        return self._get(CaseOut, "proposals", case_id)

    def queue(self) -> QueuePage:
        """Proposals of others that wait for a peer."""
        return self._get(QueuePage, "queue")

    def cosign(self, case: CaseOut) -> CaseOut:
        """Sign exactly the text that was shown."""
        body = typed(CosignIn, content_hash=case.content_hash)
        return self._send(CaseOut, "POST", "proposals", case.id, "cosign", body=body)

    def ask(self, case: CaseOut, question: str) -> CaseOut:
        """Ask about exactly the text that was shown."""
        body = typed(AskIn, content_hash=case.content_hash, question=question)
        return self._send(CaseOut, "POST", "proposals", case.id, "ask", body=body)

    def answer(self, question_id: str, text: str) -> CaseOut:
        """Answer a question about one's own proposal."""
        body = typed(AnswerIn, text=text)
        return self._send(CaseOut, "POST", "questions", question_id, "answer", body=body)

    def decline(self, case: CaseOut, reason: str) -> CaseOut:
        """Say no to exactly the text that was shown."""
        body = typed(DeclineIn, content_hash=case.content_hash, reason=reason)
        return self._send(CaseOut, "POST", "proposals", case.id, "decline", body=body)

    def approve_as_owner(self, case: CaseOut) -> CaseOut:
        """Approve, as the clause's owner, exactly the text that was shown."""
        body = typed(CosignIn, content_hash=case.content_hash)
        return self._send(CaseOut, "POST", "routed", case.id, "approve", body=body)

    def decline_as_owner(self, case: CaseOut, reason: str) -> CaseOut:
        """Say no, as the clause's owner, to exactly the text that was shown."""
        body = typed(DeclineIn, content_hash=case.content_hash, reason=reason)
        return self._send(CaseOut, "POST", "routed", case.id, "decline", body=body)

    def mine(self) -> MinePage:
        """What the reader filed and signed, and what became of it."""
        return self._get(MinePage, "mine")

    def choose_credit(self, *, on: bool) -> CreditOut:
        """Say whether to be named beside changes that one's cases led to."""
        return self._send(CreditOut, "PUT", "me", "credit", body=typed(CreditIn, on=on))

    def withdraw(self, case_id: str) -> CaseOut:
        """Take one's own proposal back."""
        return self._send(CaseOut, "POST", "proposals", case_id, "withdraw")

    def revoke(self, case_id: str, reason: str) -> CaseOut:
        """Take back an approval that was not carried out."""
        body = typed(ReasonIn, reason=reason)
        return self._send(CaseOut, "POST", "cases", case_id, "revoke", body=body)

    def record_outcome(self, case_id: str, outcome: OutcomeIn) -> CaseOut:
        """Report what came of a case."""
        return self._send(CaseOut, "POST", "cases", case_id, "outcome", body=outcome)

    def became(self) -> list[BecameOut]:
        """The changes that the reader's own cases led to."""
        return self._get(RootModel[list[BecameOut]], "became").root

    def reviews(self) -> list[ReviewOut]:
        """Approvals of other teams that wait for the reader's team."""
        return self._get(RootModel[list[ReviewOut]], "reviews").root

    def judge_review(self, review_id: str, verdict: ReviewVerdict, reason: str) -> ReviewedOut:
        """Say what one's team found."""
        body = ReviewIn(verdict=verdict, reason=reason or None)
        return self._send(ReviewedOut, "POST", "reviews", review_id, body=body)

    # Notices

    def notices(self) -> NoticesPage:
        """What the reader is told."""
        return self._get(NoticesPage, "notices")

    def read_notice(self, notice_id: str) -> NoticeOut:
        """Mark a notice as read."""
        return self._send(NoticeOut, "POST", "notices", notice_id, "read")


def sign_in(name: str, password: str, http: httpx.Client | None = None) -> SignInOut:
    """Open a session; a wrong name or password is `SignedOut`."""
    try:
        body = SignInIn(name=name, password=password).model_dump(mode="json")
    except ValidationError as error:
        raise SignedOut("A name and a password are needed.") from error
    http = http or shared_http()
    return read(SignInOut, answer(http, http.build_request("POST", path("sessions"), json=body)))


def provider_label() -> str | None:
    """What the OpenID provider that people may sign in with is called; None without one."""
    http = shared_http()
    asked = http.build_request("GET", path("sessions", "oidc"))
    return read(ProviderOut, answer(http, asked)).label


def begin_trip(then: str, *, again: bool) -> TripOut:
    """Begin to sign in at the provider, to be led on to a path of this dashboard."""
    return _without_token(
        TripOut, typed(TripIn, then=then, again=again), "sessions", "oidc", "trips"
    )


def end_trip(cookie: str, state: str, code: str, issuer: str | None) -> ArrivalOut:
    """Open a session by what the provider answered."""
    body = typed(ArrivalIn, cookie=cookie, state=state, code=code, issuer=issuer)
    return _without_token(ArrivalOut, body, "sessions", "oidc")


def _without_token(shape: type[Shape], body: In, *segments: str) -> Shape:
    http = shared_http()
    asked = http.build_request("POST", path(*segments), json=body.model_dump(mode="json"))
    return read(shape, answer(http, asked))


@functools.cache
def shared_http() -> httpx.Client:
    """The process's connections to the API: no cookies, no proxy, no user."""
    return httpx.Client(
        base_url=os.environ.get("RECOMMENDER_API_URL", DEFAULT_API_URL),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(20.0, connect=3.0),
        trust_env=False,
    )
