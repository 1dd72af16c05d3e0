"""What the database holds about people: every table, why it is there, who reads it, how long."""

from dataclasses import dataclass
from typing import Final

from recommender.access import Act

_WITH_CASE: Final = "as long as the case"
_WITH_ACCOUNT: Final = "as long as the account"
_LASTING: Final = "for good"
_NOBODYS: Final = "nobody's"


@dataclass(frozen=True)
class Holding:
    """Tables that belong together; `reads` is an act of the access table, or says who in words."""

    what: str
    tables: tuple[str, ...]
    about: str
    reads: Act | str
    stays: str


HOLDINGS: Final = (
    Holding(
        "Cases as shown: texts without personal data, facts, amount, outcome; their vectors",
        ("cases", "embeddings", "outcomes"),
        "customers, agents",
        Act.LOOK_UP_PRECEDENTS,
        "texts and vectors until retention or erasure, numbers for good",
    ),
    Holding(
        "Who filed, answered and could have answered a case",
        ("co_signatures", "case_rosters", "rosters"),
        "agents",
        "no reader; one name by break-glass",
        "until a case forgets its people",
    ),
    Holding(
        "Texts word for word, as they were typed",
        ("raw_texts",),
        "customers, agents",
        Act.READ_RAW_TEXT,
        "until retention or erasure",
    ),
    Holding(
        "Questions of peers with their answers; reviews by a second team",
        ("questions", "reviews"),
        "agents",
        "the filer, those who may answer; the second team",
        _WITH_CASE,
    ),
    Holding(
        "A form that is not filed yet",
        ("filing_drafts",),
        "customers, agents",
        "its writer",
        "until it is filed or given up",
    ),
    Holding(
        "Times that something was allowed already",
        ("already_allowed",),
        _NOBODYS,
        Act.READ_CANDIDATES,
        _LASTING,
    ),
    Holding(
        "Accounts: name, roles, team, lead, password hash, number at an OpenID provider; sign-ins, "
        "keys, repeated requests",
        ("accounts", "sign_ins", "api_keys", "idempotent_answers"),
        "everybody with an account",
        Act.ADMINISTER_ACCOUNTS,
        "for good, deactivated ones too",
    ),
    Holding(
        "Who accepted which version of the charter",
        ("charter_acceptances",),
        "everybody with an account",
        "the account itself",
        _WITH_ACCOUNT,
    ),
    Holding(
        "Who was asked to read a new wording, and who has",
        ("acknowledgements",),
        "everybody with an account",
        "the account itself",
        "until cases as old forget their people",
    ),
    Holding(
        "What somebody is told",
        ("notices",),
        "everybody with an account",
        "the account itself",
        "until the case it is about goes or forgets its people",
    ),
    Holding(
        "Who asked for whose name, why, and who agreed",
        ("break_glass",),
        "who asked and who agreed",
        Act.READ_IDENTITY_LOG,
        _LASTING,
    ),
    Holding(
        "The event log: which account did what to which case or thing, when; ids, no texts",
        ("events",),
        "everybody with an account",
        Act.VERIFY_AUDIT,
        "for good; it can only grow",
    ),
    Holding(
        "Kinds of cases, in which kind a case is, what people corrected, runs, their maps",
        (
            *("kinds", "memberships", "suggestions", "releases", "pending_changes"),
            *("lineage_steps", "corrections", "correction_cases", "runs", "maps"),
        ),
        "customers and agents, where few are behind a kind",
        Act.READ_KINDS,
        _LASTING,
    ),
    Holding(
        "Suggested changes, decisions, and readings of their effect",
        ("candidates", "decisions", "effect_readings"),
        "who promoted, claimed and decided",
        Act.READ_CANDIDATES,
        _LASTING,
    ),
    Holding(
        "Rule books, limits, pauses",
        ("policies", "clauses", "revisions", "clause_limits", "pauses"),
        "who set a limit or a pause",
        Act.READ_POLICIES,
        _LASTING,
    ),
    Holding(
        "Imports and contacts per week",
        ("import_batches", "contact_volumes"),
        "who imported",
        Act.IMPORT,
        _LASTING,
    ),
    Holding(
        "The organisation's own words for redaction",
        ("own_words",),
        "staff, where names are listed",
        Act.KEEP_OWN_WORDS,
        "until they are removed",
    ),
    Holding(
        "That a customer was erased: a keyed hash, no name",
        ("erasures",),
        "customers, under a hash",
        Act.ERASE,
        _LASTING,
    ),
)
