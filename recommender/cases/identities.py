"""Break-glass: seeing who filed or signed a case, for a reason and with a second person's yes.

Nothing here counts or lists the people behind cases; what can be listed is who asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from recommender.access import ALLOWED, Act
from recommender.cases.proposals import find_case, redacted
from recommender.cases.wishes import require_text
from recommender.errors import Conflict, NotAllowed, NotFound
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.models.notices import Notice
from recommender.models.protection import BreakGlass
from recommender.models.pseudonyms import is_pseudonym
from recommender.notices import tell
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic, Participant, RequestState, Role

WAITS: Final = timedelta(days=14)
"""How long a request waits for a second person."""
_DID: Final = {Participant.FILER: "filed", Participant.SIGNER: "answered"}


class UnknownRequest(NotFound):
    """There is no such request to see an identity, or not for this reader."""


class IdentityUnknown(Conflict):
    """Nobody knows who filed or answered the case, or the case has forgotten it."""


class AlreadyAsked(Conflict):
    """The same person's request for the same identity waits or is open."""


class NobodyToGrant(Conflict):
    """No active account has a role that may grant."""


class SecondPersonNeeded(NotAllowed):
    """Nobody who may ask for identities grants one, least of all their own request."""


class RequestAnswered(Conflict):
    """The request was granted before, or waited too long."""


class IdentityClosed(Conflict):
    """The identity is not granted yet, or its hours are over."""


def ask_identity(tx: Transaction, case_id: str, who: Participant, reason: str) -> BreakGlass:
    """Ask who filed or answered a case, saying why; those who may grant it are told.

    The reason is kept redacted: the person it is about will read it. Raises IdentityUnknown,
    AlreadyAsked, NobodyToGrant.
    """
    tx.actor.require(Act.ASK_IDENTITY)
    why = redacted(tx, require_text("reason", reason))
    case = find_case(tx, case_id)
    _name_behind(case, who)
    _require_first(tx, case.id, who)
    watchers = _able(tx, ALLOWED[Act.GRANT_IDENTITY], but=ALLOWED[Act.ASK_IDENTITY])
    if not watchers:
        raise NobodyToGrant(
            "Nobody here could grant it.",
            remedy="Give an auditor or an employee representative an account.",
        )
    request = BreakGlass(
        case_id=case.id, who=who, reason=why, asked_by=tx.actor.name, asked_at=tx.at
    )
    tx.session.add(request)
    tx.session.flush()
    tell(
        tx,
        watchers,
        topic=NoticeTopic.IDENTITY_SHOWN,
        title=f"Somebody asks who {_DID[who]} a case",
        body=f"The reason given: {why} Agree only if you would give the person this reason "
        "yourself.",
        needs_you=True,
    )
    tx.record("ask_identity", "identity", request.id, case=case.id, who=str(who))
    return request


def grant_identity(tx: Transaction, request_id: str) -> BreakGlass:
    """Agree to a request as a second person of another role; it is open for hours from now on.

    Raises SecondPersonNeeded or RequestAnswered.
    """
    tx.actor.require(Act.GRANT_IDENTITY)
    request = tx.session.get(BreakGlass, request_id, with_for_update=True)
    if request is None:
        raise _unknown(request_id)
    if request.asked_by == tx.actor.name or tx.actor.may(Act.ASK_IDENTITY):
        raise SecondPersonNeeded(
            "Whoever may ask for identities does not grant them.",
            remedy="Leave it to an auditor or employee representative who has no other role.",
        )
    if state_of(tx, request) is not RequestState.WAITING:
        raise RequestAnswered(
            "This request was granted before, or it waited too long.",
            remedy="It can be asked anew, with its reason.",
        )
    request.granted_by, request.granted_at = tx.actor.name, tx.at
    request.until = tx.at + timedelta(hours=tx.settings.break_glass_hours)
    tell(
        tx,
        [request.asked_by],
        topic=NoticeTopic.IDENTITY_SHOWN,
        title="Your request to see an identity was granted",
        body=f"It is open for {tx.settings.break_glass_hours} hours. When you read the name, the "
        "person is told, with your reason.",
        case_id=_still_there(tx, request.case_id),
    )
    tx.record("grant_identity", "identity", request.id, case=request.case_id)
    return request


def open_identity(tx: Transaction, request_id: str) -> str:
    """Give the account name behind a case to who asked, while the grant lasts.

    At the first reading the person and the employee representatives are told, with the reason;
    each reading is recorded. Raises IdentityClosed or IdentityUnknown.
    """
    tx.actor.require(Act.ASK_IDENTITY)
    request = tx.session.get(BreakGlass, request_id, with_for_update=True)
    if request is None or request.asked_by != tx.actor.name:
        raise _unknown(request_id)
    if state_of(tx, request) is not RequestState.OPEN:
        raise IdentityClosed(
            "It is not granted yet." if request.until is None else "Its hours are over.",
            remedy="Wait for a second person, or ask anew with the reason.",
        )
    name = _name_behind(find_case(tx, request.case_id), request.who)
    if request.opened_at is None:
        request.opened_at = tx.at
        _tell_opened(tx, request, name)
    tx.record("open_identity", "identity", request.id, case=request.case_id)
    return name


def identity_requests(tx: Transaction) -> list[BreakGlass]:
    """List requests, newest first: all for those who watch, their own for those who ask."""
    watches = tx.actor.may(Act.READ_IDENTITY_LOG)
    if not watches:
        tx.actor.require(Act.ASK_IDENTITY)
    listed = select(BreakGlass).order_by(BreakGlass.asked_at.desc(), BreakGlass.id)
    return list(
        tx.session.scalars(
            listed if watches else listed.where(BreakGlass.asked_by == tx.actor.name)
        )
    )


@dataclass(frozen=True, kw_only=True)
class Looked:
    """That somebody read one's name: behind which case, in which role, when and why."""

    case_id: str
    who: Participant
    role: Role | None
    """As who asked has it today; None: they no longer have a role that may ask."""
    reason: str
    at: datetime


def looked_at(tx: Transaction) -> list[Looked]:
    """List who has read the actor's own name, the newest first; never who read another's.

    A reading is the actor's by the notice of the moment, so the list goes back as far as the cases
    that it is about.
    """
    tx.actor.require(Act.READ_NOTICES)
    told = (Notice.case_id == BreakGlass.case_id) & (Notice.created_at == BreakGlass.opened_at)
    mine = (
        select(BreakGlass)
        .join(Notice, told)
        .where(Notice.account_name == tx.actor.name, Notice.topic == NoticeTopic.IDENTITY_SHOWN)
        .order_by(BreakGlass.opened_at.desc(), BreakGlass.id)
    )
    return [_looked(tx, request) for request in tx.session.scalars(mine)]


def _looked(tx: Transaction, request: BreakGlass) -> Looked:
    asker = tx.session.get(Account, request.asked_by)
    roles = () if asker is None else sorted(ALLOWED[Act.ASK_IDENTITY].intersection(asker.roles))
    return Looked(
        case_id=request.case_id,
        who=request.who,
        role=next(iter(roles), None),
        reason=request.reason,
        at=request.opened_at or request.asked_at,
    )


def state_of(tx: Transaction, request: BreakGlass) -> RequestState:
    """Tell whether a request waits, is open to who asked, or neither any more."""
    if request.until is not None:
        return RequestState.OPEN if request.until > tx.at else RequestState.OVER
    return RequestState.WAITING if request.asked_at + WAITS > tx.at else RequestState.LAPSED


def _tell_opened(tx: Transaction, request: BreakGlass, name: str) -> None:
    roles = sorted(tx.actor.roles & ALLOWED[Act.ASK_IDENTITY])
    reason = f"The reason given: {request.reason}"
    tell(
        tx,
        [name],
        topic=NoticeTopic.IDENTITY_SHOWN,
        title="Your name was shown",
        body=f"A person with the role {roles[0]} was told that you {_DID[request.who]} this case, "
        f"after a second person had agreed. {reason} Your employee representative knows who "
        "asked and who agreed.",
        case_id=request.case_id,
    )
    tell(
        tx,
        _able(tx, frozenset({Role.EMPLOYEE_REPRESENTATIVE})),
        topic=NoticeTopic.IDENTITY_SHOWN,
        title="Somebody's name was shown",
        body=f"{request.asked_by} asked who {_DID[request.who]} case {request.case_id}, "
        f"{request.granted_by} agreed, and the name was read. {reason}",
    )


def _name_behind(case: Case, who: Participant) -> str:
    """Give who filed the case, or whose answer stands."""
    name = case.agent_id
    if who is Participant.SIGNER:
        standing = [given.signer_id for given in case.signatures if given.voided_at is None]
        name = case.cosigner_id or (standing[-1] if standing else None)
    if name is None or is_pseudonym(name):
        raise IdentityUnknown(
            f"It is not known who {_DID[who]} this case, or no longer.",
            remedy="Ask where the case came from.",
            case=case.id,
        )
    return name


def _require_first(tx: Transaction, case_id: str, who: Participant) -> None:
    """Refuse a request whose like of the same person still waits or is open."""
    mine = select(BreakGlass).where(
        BreakGlass.asked_by == tx.actor.name, BreakGlass.case_id == case_id, BreakGlass.who == who
    )
    for earlier in tx.session.scalars(mine):
        if (earlier.until or earlier.asked_at + WAITS) > tx.at:
            raise AlreadyAsked(
                "You have asked for this already.",
                remedy="Wait for a second person, or open it while it is granted.",
                request=earlier.id,
            )


def _able(
    tx: Transaction, roles: frozenset[Role], *, but: frozenset[Role] = frozenset()
) -> list[str]:
    """Name the active accounts that have one of these roles and none of the others."""
    active = tx.session.scalars(select(Account).where(Account.active).order_by(Account.name))
    return [
        account.name
        for account in active
        if not roles.isdisjoint(account.roles) and but.isdisjoint(account.roles)
    ]


def _still_there(tx: Transaction, case_id: str) -> str | None:
    return None if tx.session.get(Case, case_id) is None else case_id


def _unknown(request_id: str) -> UnknownRequest:
    return UnknownRequest("There is no such request for you.", request=request_id)
