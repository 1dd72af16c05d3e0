"""The admin's parts about what people typed: own words for redaction, and erasing a customer."""

from typing import Final

import streamlit as st

from api.schemas.texts import ErasedOut, EraseIn, OwnWordIn, OwnWordOut
from dashboard import kept, session
from dashboard.catalogue import mark, md, t, tn
from dashboard.pages import attempt, carry_out
from dashboard.tables import Row, pairs
from dashboard.transport import typed
from dashboard.widgets import empty_state
from recommender.vocabulary import OwnWordUse

_USES: Final = {
    OwnWordUse.NAME: (
        mark("Names"),
        mark("A name to replace"),
        mark("The name; it is replaced however it is written"),
    ),
    OwnWordUse.KEEP: (
        mark("Words to keep"),
        mark("A word to keep"),
        mark("The word; it is never taken for a name"),
    ),
    OwnWordUse.PATTERN: (
        mark("Patterns"),
        mark("A pattern"),
        mark("The pattern; what matches it is replaced"),
    ),
}
_COUNTED: Final = "erasure-counted"
_A_PATTERN: Final = r"C-\d{5}"
_A_CUSTOMER: Final = "C-20391"


# Own words


def own_words() -> None:
    """Draw the words, a form for one more, and redacting anew."""
    st.caption(
        t(
            "Names, numbers and addresses are replaced before anybody reads a text. Say here what "
            "only your organisation can know. It holds for every new text, and for earlier ones "
            "once they are redacted anew."
        )
    )
    words = session.api().own_words()
    if not words:
        empty_state(
            t("No own words yet"),
            t(
                "Add what colleagues are called, a product named Hannah as a word to keep, or your "
                "customer numbers as a pattern. The names of all accounts are known already."
            ),
        )
    for use, (title, _, _) in _USES.items():
        group = [each for each in words if each.use is use]
        if group:
            st.markdown(f"**{t(title)}**")
            for word in group:
                _word(word)
    _add()
    _again()


def _word(word: OwnWordOut) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"word-{word.id}"
    ):
        shown = word.word if word.placeholder is None else f"{word.word}  →  [{word.placeholder}]"
        st.text(shown, width="content")
        if st.button(t("Remove"), key=f"remove-{word.id}", type="tertiary"):
            carry_out(t("Removed."), session.api().remove_word, word.id)


def _add() -> None:
    with st.container(border=True, key="add-word"):
        use = st.segmented_control(
            t("Add"),
            list(_USES),
            format_func=lambda each: t(_USES[each][1]),
            default=OwnWordUse.NAME,
            required=True,
            key="word-use",
            label_visibility="collapsed",
        )
        pattern = use is OwnWordUse.PATTERN
        word = kept.line(
            t(_USES[use][2]),
            key="word",
            placeholder=_A_PATTERN if pattern else None,
        )
        placeholder = (
            kept.line(t("What stands in its place"), key="placeholder", placeholder=t("customer"))
            if pattern
            else None
        )
        if st.button(t("Add"), key="word-save", type="primary"):
            carry_out(
                t("Added. It holds for every new text; below, earlier ones can be redacted anew."),
                _save,
                use,
                word,
                placeholder,
            )


def _save(use: OwnWordUse, word: str, placeholder: str | None) -> None:
    session.api().add_word(typed(OwnWordIn, use=use, word=word, placeholder=placeholder or None))
    kept.sent("word", "placeholder")


def _again() -> None:
    with st.container(key="again"):
        st.caption(
            t("Earlier texts can be redacted anew, from what was typed. It may take minutes.")
        )
        if st.button(t("Redact all cases anew"), key="again-save"):
            with st.spinner(t("Redacting …")):
                done = attempt(session.api().redact_again)
            if done is not None:
                changed = [tn("{n} case", "{n} cases", done.cases)]
                if done.notes:
                    changed.append(tn("{n} note", "{n} notes", done.notes))
                st.success(t("Done. Changed by it: {what}.", what=", ".join(changed)))


# Erasing


def erasing() -> None:
    """Draw the form: first what would go is counted, then it may be erased."""
    st.caption(
        t(
            "When a customer asks to be forgotten: what was written about them goes for good, on "
            "every screen. What is only counted stays, without any text. First see what would go."
        )
    )
    customer = kept.line(
        t("The customer's id, as cases carry it"), key="erase-customer", placeholder=_A_CUSTOMER
    ).strip()
    counted: tuple[str, ErasedOut] | None = st.session_state.get(_COUNTED)
    seen = counted is not None and counted[0] == customer
    look = t("See what would go")
    if st.button(look, key="erase-check", type="secondary" if seen else "primary"):
        _count(customer)
    elif counted is not None and seen:
        _erase(customer, counted[1])


def _count(customer: str) -> None:
    answer = attempt(_ask, customer, dry_run=True)
    if answer is not None:
        st.session_state[_COUNTED] = (customer, answer)
        st.rerun()


def _ask(customer: str, *, dry_run: bool) -> ErasedOut:
    return session.api().erase(typed(EraseIn, customer_id=customer, dry_run=dry_run))


def _erase(customer: str, counted: ErasedOut) -> None:
    with st.container(border=True, key="erase-effect"):
        if not counted.dry_run:
            _gone(counted)
            return
        st.markdown(md("**Would go for {customer}.** Nothing is erased yet.", customer=customer))
        _table(counted)
        sure = st.checkbox(t("This cannot be undone. I have the right customer."), key="erase-sure")
        if st.button(t("Erase for good"), key="erase", type="primary", disabled=not sure):
            with st.spinner(t("Erasing …")):
                done = attempt(_ask, customer, dry_run=False)
            if done is not None:
                kept.clear()
                st.session_state[_COUNTED] = (customer, done)
                st.rerun()


def _gone(done: ErasedOut) -> None:
    st.success(
        t("Erased. The event log keeps that it happened, and no name. Backups hold it still.")
    )
    _table(done)
    if done.id is not None:
        st.caption(md("In the event log it is number {n}.", n=done.id))
    if not done.rewritten:
        st.warning(
            t(
                "Another program held the database's files, so deleted bytes are still in them. "
                "Stop all others and run `recommender seal`."
            )
        )


def _table(erased: ErasedOut) -> None:
    rows = [
        Row(t("Cases"), f"{erased.cases:,}", t("they lose their texts; their numbers stay")),
        Row(t("Texts"), f"{erased.texts:,}"),
        Row(
            t("Vectors"), f"{erased.vectors:,}", t("by which their texts are compared with others")
        ),
        Row(t("Notices"), f"{erased.notices:,}"),
        Row(t("Questions"), f"{erased.questions:,}"),
        Row(t("Unfiled drafts"), f"{erased.drafts:,}"),
        Row(t("Names of kinds, reasons"), f"{erased.names:,}", t("a word of theirs is taken out")),
    ]
    pairs(rows, key="erase-counts")
