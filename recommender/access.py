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

    ADMINISTER_ACCOUNTS = "administer accounts"
    COSIGN = "co-sign a proposal"
    DECIDE = "decide about a candidate"
    DISCOVER = "start a discovery run"
    EXPIRE = "let overdue proposals expire"
    FILE = "file a proposal"
    IMPORT = "import cases"
    JUDGE_KINDS = "rename, correct, dismiss or promote a kind"
    LOOK_UP_PRECEDENTS = "look up precedents"
    MAINTAIN_POLICIES = "import and maintain policies"
    READ_CANDIDATES = "read candidates"
    READ_KINDS = "read kinds"
    READ_MEMBERSHIPS = "read which case belongs to which kind"
    READ_NOTICES = "read one's own notices"
    READ_POLICIES = "read policies"
    READ_RAW_TEXT = "read a text as it was typed"
    RECORD_OUTCOME = "record an outcome"
    REVOKE = "revoke an approval"
    VERIFY_AUDIT = "verify the event log"


_EVERYBODY = frozenset(Role)
_REVIEWERS = frozenset({Role.MANAGER, Role.POLICY_OWNER, Role.ADMIN})
_READERS = _REVIEWERS | {Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE}

ALLOWED: Mapping[Act, frozenset[Role]] = {
    Act.ADMINISTER_ACCOUNTS: frozenset({Role.ADMIN}),
    Act.COSIGN: frozenset({Role.AGENT}),
    Act.DECIDE: frozenset({Role.POLICY_OWNER, Role.ADMIN}),
    Act.DISCOVER: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.EXPIRE: frozenset({Role.ADMIN}),
    Act.FILE: frozenset({Role.AGENT}),
    Act.IMPORT: frozenset({Role.ADMIN}),
    Act.JUDGE_KINDS: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.LOOK_UP_PRECEDENTS: frozenset({Role.AGENT}) | _REVIEWERS,
    Act.MAINTAIN_POLICIES: frozenset({Role.POLICY_OWNER, Role.ADMIN}),
    Act.READ_CANDIDATES: _READERS,
    Act.READ_KINDS: _READERS,
    Act.READ_MEMBERSHIPS: _READERS,
    Act.READ_NOTICES: _EVERYBODY,
    Act.READ_POLICIES: _EVERYBODY,
    Act.READ_RAW_TEXT: frozenset({Role.ADMIN}),
    Act.RECORD_OUTCOME: frozenset({Role.AGENT, Role.ADMIN}),
    Act.REVOKE: frozenset({Role.AGENT, Role.ADMIN}),
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
