"""The draft in the filing form: what is typed, what was suggested or re-used, and how it is kept.

The form's widgets hold the values, under these keys; a suggestion that a person takes is written
into them. Where a value came from is remembered with it, so that changing it makes it typed.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from api.schemas.advice import FactGuessOut
from api.schemas.filing_drafts import FilingDraftIn
from api.schemas.reuse import FilledProposalOut, ReuseIn, ReuseOut
from dashboard import kept, session
from dashboard.transport import typed
from recommender.vocabulary import Facts, FactValue, FieldSource

GAP: Final = "gap"
UNKNOWN: Final = "unknown"
"""Chosen in place of a clause: no clause fits; the agent does not know which is meant."""
FIELDS: Final[Mapping[str, str]] = {
    "situation": "situation",
    "resolution": "resolution",
    "reason": "reason",
    "clause": "clause_key",
    "amount": "amount",
    "action": "granted_action",
    "dimension": "dimension",
    "product": "product",
    "customer": "customer_id",
    "after-the-act": "filed_after_the_act",
}
"""Widget key -> field of a proposal."""
TEXTS: Final = frozenset({"situation", "resolution", "reason", "customer"})
AMOUNT: Final = "amount"
_FACT: Final = "fact-"
_SOURCES: Final = "draft-sources"
_PRECEDENT: Final = "draft-precedent"
_DRAFT_ID: Final = "draft-id"
_KEPT: Final = "draft-kept"
_NEXT: Final = "draft-next"


def fact_key(name: str) -> str:
    """The key of the widget that holds a fact."""
    return f"{_FACT}{name}"


def keys() -> list[str]:
    """The keys of all fields of the form."""
    return [*FIELDS, *_fact_keys()]


def draft_id() -> uuid.UUID:
    """A name of this draft alone, so that sending or counting it twice does it once."""
    drafted: uuid.UUID = st.session_state.setdefault(_DRAFT_ID, uuid.uuid4())
    return drafted


def begin() -> None:
    """Before any widget is drawn: take up the draft of an earlier visit, or start anew if told."""
    if _KEPT not in st.session_state:
        saved = session.api().draft()
        st.session_state[_KEPT] = None if saved is None else saved.draft
        if saved is not None and not any(st.session_state.get(key) for key in TEXTS):
            _write(_as_typed(saved.draft))
        kept.recall(*keys())
    if st.session_state.pop(_NEXT, False):
        _empty()


def take_up_again() -> None:
    """Let the next run read the kept draft anew."""
    st.session_state.pop(_KEPT, None)


def done() -> None:
    """The draft was filed or is not needed: the next run starts with an empty form."""
    kept.stored(*keys())
    st.session_state[_NEXT] = True


def _empty() -> None:
    for key in FIELDS:
        st.session_state[key] = "" if key in TEXTS else None
    st.session_state["after-the-act"] = False
    for key in _fact_keys():
        st.session_state[key] = None
    for name in (_SOURCES, _PRECEDENT, _DRAFT_ID):
        st.session_state.pop(name, None)
    st.session_state[_KEPT] = None


def proposal(asked: Mapping[str, object], currency: str | None) -> dict[str, object]:
    """The draft as fields of a proposal; `asked` are the facts that the form shows."""
    fields: dict[str, object] = {}
    for key, name in FIELDS.items():
        value = st.session_state.get(key)
        fields[name] = value.strip() if isinstance(value, str) else value
    clause = fields["clause_key"]
    fields["gap"] = clause == GAP
    fields["clause_key"] = None if clause in (GAP, UNKNOWN) else clause
    for name in ("situation", "resolution"):
        fields[name] = fields[name] or ""
    for name in ("reason", "clause_key", "granted_action", "product", "customer_id"):
        fields[name] = fields[name] or None
    fields["filed_after_the_act"] = bool(fields["filed_after_the_act"])
    fields["facts"] = {name: value for name, value in facts().items() if name in asked}
    fields["currency"] = currency if fields["amount"] is not None else None
    return fields


def facts() -> Facts:
    """The facts that are filled in."""
    return {
        key.removeprefix(_FACT): st.session_state[key]
        for key in _fact_keys()
        if st.session_state[key] is not None
    }


def suggest(key: str, value: object, source: FieldSource = FieldSource.SUGGESTED) -> None:
    """Take a suggestion into the form: a callback of its button."""
    st.session_state[key] = value
    st.session_state.setdefault(_SOURCES, {})[key] = (value, source)


def take_fact(name: str, value: FactValue) -> None:
    """Confirm a fact that was read from the text."""
    suggest(fact_key(name), value)


def reuse(case_id: str, read: Sequence[FactGuessOut] = ()) -> None:
    """Fill the form in from a precedent; what is typed stays. A callback of its button.

    What was read from the text stays too: a precedent's number is not this customer's.
    """
    for each in read:
        take_fact(each.name, each.value)
    typed_so_far = {
        name: value
        for name, value in proposal(facts(), None).items()
        if name in ReuseIn.model_fields and name not in ("currency", "provenance")
    }
    filled = session.api().reuse(case_id, ReuseIn.model_validate(typed_so_far))
    _write(_as_typed(filled.proposal), filled.proposal.provenance)
    st.session_state[_PRECEDENT] = (case_id, filled)


def reused() -> tuple[str, ReuseOut] | None:
    """The precedent that the form was filled in from, and how the draft differs from it."""
    found: tuple[str, ReuseOut] | None = st.session_state.get(_PRECEDENT)
    return found


def forget_precedent() -> None:
    """Keep the words, and no longer call them a precedent's."""
    st.session_state.pop(_PRECEDENT, None)


def provenance() -> dict[str, FieldSource]:
    """Where each field came from that still holds what was suggested or re-used."""
    sources: dict[str, tuple[object, FieldSource]] = st.session_state.get(_SOURCES, {})
    return {
        _field(key): source
        for key, (value, source) in sources.items()
        if st.session_state.get(key) == value
    }


def keep() -> None:
    """Keep what is typed once it has changed, so that a lost tab loses nothing."""
    fields = {name: value for name, value in proposal(facts(), None).items() if value}
    draft = typed(FilingDraftIn, **fields)
    if draft == (st.session_state.get(_KEPT) or FilingDraftIn()):
        return
    if fields:
        session.api().keep_draft(draft)
    else:
        session.api().drop_draft()
    st.session_state[_KEPT] = draft


def _as_typed(filled: FilledProposalOut | FilingDraftIn) -> dict[str, Any]:
    """Give the widgets' values for a proposal that is filled in."""
    fields = {key: getattr(filled, name, None) for key, name in FIELDS.items()}
    if filled.gap:
        fields["clause"] = GAP
    known = {fact_key(name): value for name, value in filled.facts.items()}
    return {key: value for key, value in (fields | known).items() if value not in (None, "")}


def _write(fields: Mapping[str, Any], sources: Mapping[str, FieldSource] | None = None) -> None:
    for key, value in fields.items():
        source = (sources or {}).get(_field(key))
        if source is None:
            st.session_state[key] = value
        else:
            suggest(key, value, source)


def _field(key: str) -> str:
    return f"facts.{key.removeprefix(_FACT)}" if key.startswith(_FACT) else FIELDS[key]


def _fact_keys() -> list[str]:
    return [str(key) for key in st.session_state if str(key).startswith(_FACT)]
