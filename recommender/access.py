"""Who may do what: the one table, asked in the first line of every service function.

Rules about the object ("not your own filing", "only this clause's owner") are methods of the
models; here stands only what a role may do at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from recommender.errors import NotAllowed
from recommender.vocabulary import AccountName, Role

LOCAL_OPERATOR = AccountName("local-operator")


class Act(StrEnum):
    """Everything that asks for permission."""

    ACKNOWLEDGE = "acknowledge a changed rule"
    ADMINISTER_ACCOUNTS = "administer accounts"
    ANSWER = "answer a proposal, as a peer or in a peer's stead"
    ASK = "ask about a proposal"
    ASK_IDENTITY = "ask who filed or signed a case"
    BACK_UP = "back up the whole house"
    CHOOSE_DEPUTY = "choose who decides in one's place"
    COSIGN = "co-sign a proposal"
    DECIDE = "decide about a candidate"
    DECIDE_ROUTED = "decide about a proposal that peers cannot approve"
    DISCOVER = "start a discovery run"
    ERASE = "erase a customer's texts"
    EXPIRE = "let overdue proposals expire"
    FILE = "file a proposal"
    FORGET = "let old cases forget who filed and signed them"
    GRANT_IDENTITY = "grant a request to see who filed or signed a case"
    HAND_OVER = "hand over the open work of somebody who left"
    IMPORT = "import cases"
    JUDGE_KINDS = "rename, correct, dismiss or promote a kind"
    KEEP_OWN_WORDS = "keep the organisation's own words for redaction"
    LOOK_BACK = "look back at a ledger"
    LOOK_UP_PRECEDENTS = "look up precedents"
    MAINTAIN_POLICIES = "import and maintain policies"
    MAKE_AUDIT_PACK = "make an audit pack"
    READ_ACKNOWLEDGED = "read how many have acknowledged a changed rule"
    READ_CANDIDATES = "read candidates"
    READ_CHARTER = "read and accept the charter"
    READ_EXAMINER = "read the examiner's report"
    READ_IDENTITY_LOG = "read whose identity was asked for"
    READ_INVENTORY = "read where the data lie and which settings hold"
    READ_KINDS = "read kinds"
    READ_MEMBERSHIPS = "read which case belongs to which kind"
    READ_NOTICES = "read one's own notices"
    READ_POLICIES = "read policies"
    READ_PROTECTION = "read the protection report"
    READ_RAW_TEXT = "read a text as it was typed"
    RECORD_OUTCOME = "record an outcome"
    REVIEW_SAMPLE = "review approvals of another team"
    REVOKE = "revoke an approval"
    SET_LIMITS = "set limits and pauses of approval by peers"
    VERIFY_AUDIT = "verify the event log"


_EVERYBODY = frozenset(Role)
_REVIEWERS = frozenset({Role.MANAGER, Role.POLICY_OWNER, Role.ADMIN})
_WATCHERS = frozenset({Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE})
_READERS = _REVIEWERS | _WATCHERS

ALLOWED: Mapping[Act, frozenset[Role]] = {
    Act.ACKNOWLEDGE: frozenset({Role.AGENT, Role.MANAGER}),
    Act.ADMINISTER_ACCOUNTS: frozenset({Role.ADMIN}),
    Act.ANSWER: frozenset({Role.AGENT, Role.MANAGER}),
    Act.ASK: frozenset({Role.AGENT, Role.MANAGER}),
    Act.ASK_IDENTITY: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.BACK_UP: frozenset({Role.ADMIN}),
    Act.CHOOSE_DEPUTY: frozenset({Role.POLICY_OWNER}),
    Act.COSIGN: frozenset({Role.AGENT}),
    Act.DECIDE: frozenset({Role.POLICY_OWNER, Role.ADMIN}),
    Act.DECIDE_ROUTED: frozenset({Role.POLICY_OWNER}),
    Act.DISCOVER: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.ERASE: frozenset({Role.ADMIN}),
    Act.EXPIRE: frozenset({Role.ADMIN}),
    Act.FILE: frozenset({Role.AGENT}),
    Act.FORGET: frozenset({Role.ADMIN}),
    Act.GRANT_IDENTITY: _WATCHERS,
    Act.HAND_OVER: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.IMPORT: frozenset({Role.ADMIN}),
    Act.JUDGE_KINDS: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.KEEP_OWN_WORDS: frozenset({Role.ADMIN}),
    Act.LOOK_BACK: _REVIEWERS,
    Act.LOOK_UP_PRECEDENTS: frozenset({Role.AGENT}) | _REVIEWERS,
    Act.MAINTAIN_POLICIES: frozenset({Role.POLICY_OWNER, Role.ADMIN}),
    Act.MAKE_AUDIT_PACK: frozenset({Role.ADMIN, Role.AUDITOR}),
    Act.READ_ACKNOWLEDGED: _READERS,
    Act.READ_CANDIDATES: _READERS,
    Act.READ_CHARTER: _EVERYBODY,
    Act.READ_EXAMINER: _WATCHERS | {Role.POLICY_OWNER, Role.ADMIN},
    Act.READ_IDENTITY_LOG: _WATCHERS | {Role.ADMIN},
    Act.READ_INVENTORY: frozenset({Role.ADMIN}),
    Act.READ_KINDS: _READERS,
    Act.READ_MEMBERSHIPS: _READERS,
    Act.READ_NOTICES: _EVERYBODY,
    Act.READ_POLICIES: _EVERYBODY,
    Act.READ_PROTECTION: _READERS,
    Act.READ_RAW_TEXT: frozenset({Role.ADMIN}),
    Act.RECORD_OUTCOME: frozenset({Role.AGENT, Role.ADMIN}),
    Act.REVIEW_SAMPLE: frozenset({Role.AGENT}),
    Act.REVOKE: frozenset({Role.AGENT, Role.ADMIN}),
    Act.SET_LIMITS: frozenset({Role.POLICY_OWNER, Role.ADMIN}),
    Act.VERIFY_AUDIT: frozenset({Role.ADMIN, Role.AUDITOR}),
}


class RoleMissing(NotAllowed):
    """None of the actor's roles may do this."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: an account's name, its roles and the desk or team it sits in."""

    name: AccountName
    roles: frozenset[Role]
    team: str | None = None

    def may(self, act: Act) -> bool:
        """Tell whether one of the roles allows the act."""
        return not self.roles.isdisjoint(ALLOWED[act])

    def require(self, act: Act) -> None:
        """Refuse with RoleMissing unless one of the roles allows the act."""
        if not self.may(act):
            roles = ", ".join(sorted(ALLOWED[act]))
            raise RoleMissing(
                f"Your account may not {act}.",
                remedy=f"Ask somebody with one of these roles: {roles}.",
                act=str(act),
            )

    @property
    def sees_source_ids(self) -> bool:
        """Tell whether imported rows' own ids may be shown: to admins, not to manager views."""
        return Role.ADMIN in self.roles
