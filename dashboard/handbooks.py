"""Rule books taken in by their desk: a dry run in words, and numbers made typed limits."""

from typing import TYPE_CHECKING, Final

import streamlit as st

from api.schemas.policies import NumberIn, NumberOut, NumbersIn, PolicyImportIn, PolicyImportOut
from dashboard import kept, session
from dashboard.catalogue import md, t, tn
from dashboard.pages import attempt, carry_out, link
from dashboard.places import Places
from dashboard.transport import typed
from dashboard.words import bound
from recommender.errors import Invalid
from recommender.vocabulary import Role

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_KEEPERS: Final = frozenset({Role.ADMIN, Role.POLICY_OWNER})
_CHECKED: Final = "handbook-checked"
_TAKEN: Final = "handbook-taken"
_MOST_KEYS: Final = 12
_DOCUMENT: Final = ".docx"


def keeps() -> bool:
    """Tell whether the reader may take in rule books and set their limits."""
    return not _KEEPERS.isdisjoint(session.me().roles)


def take_in(*, first: bool = False) -> None:
    """Take in a rule book: what it would change is said before it does.

    The `first` one is asked for openly; after any, cases are next where there are none.
    """
    if st.session_state.get(_TAKEN) and Role.ADMIN in session.me().roles:
        link(t("Next: your cases"), "import", key="to-cases")
    with st.expander(t("Take in a rule book"), key="take-in", expanded=first):
        st.caption(
            t(
                "A handbook from Word or as Markdown. Clauses that changed get a new wording from "
                "today on; what was decided here, and what the file leaves out, stays."
            )
        )
        file = st.file_uploader(
            t("Handbook"),
            type=["docx", "md", "markdown", "txt"],
            key="handbook",
            max_upload_size=20,
        )
        if file is None:
            return
        checked: tuple[str, PolicyImportOut | None] | None = st.session_state.get(_CHECKED)
        if checked is None or checked[0] != file.file_id:
            told = attempt(_send, file, dry_run=True)
            if told is None:
                return
            checked = st.session_state[_CHECKED] = (file.file_id, told)
        if checked[1] is None:
            return
        _report(checked[1])
        if st.button(t("Take it in"), key="handbook-take", type="primary"):
            carry_out(t("Taken in. Everybody reads it so from now on."), _take, file)


def _take(file: "UploadedFile") -> None:
    _send(file, dry_run=False)
    st.session_state[_CHECKED] = (file.file_id, None)
    st.session_state[_TAKEN] = True


def _send(file: "UploadedFile", *, dry_run: bool) -> PolicyImportOut:
    wish = typed(PolicyImportIn, file_name=file.name, markdown=_text(file), dry_run=dry_run)
    return session.api().import_policy(wish)


def _text(file: "UploadedFile") -> str:
    """The handbook as Markdown; a document of a word processor is read by the API."""
    if file.name.lower().endswith(_DOCUMENT):
        return session.api().handbook_markdown(file.getvalue(), file.name)
    try:
        return file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            t("This file is no text in UTF-8."), remedy=t("Save it as UTF-8 and choose it again.")
        ) from error


def _report(told: PolicyImportOut) -> None:
    """What an import would change, in sentences."""
    groups = (
        (told.added, t("New clauses")),
        (told.revised, t("New wordings")),
        (told.decided, t("Left as decided here, though the file says otherwise")),
        (told.missing, t("Not in the file, and left as they are")),
        (told.may_bend_now, t("Never bent until now, and bent from then on")),
    )
    with st.container(border=True, key="handbook-report", gap="xsmall"):
        new = t("It is a new rule book.") if told.new else t("This rule book is known.")
        same = tn(
            "{n} clause stays word for word.", "{n} clauses stay word for word.", told.unchanged
        )
        same = same if told.unchanged else ""
        st.markdown(md("**{policy}**: {new} {same}", policy=told.policy, new=new, same=same))
        for keys, says in groups:
            if keys:
                shown = ", ".join(keys[:_MOST_KEYS])
                more = t(" and {n} more", n=len(keys) - _MOST_KEYS) if keys[_MOST_KEYS:] else ""
                st.markdown(md("{says} ({n}): {keys}", says=says, n=len(keys), keys=shown + more))
        if told.numbers:
            st.caption(
                tn(
                    "{n} number in it may be a limit: its clause offers it.",
                    "{n} numbers in it may be limits: their clauses offer them.",
                    told.numbers,
                )
            )
        if not any(keys for keys, _ in groups[:2]):
            st.caption(t("No wording would change."))


def numbers(clause: str, revision: int) -> None:
    """The numbers in a clause's words that may be limits; asked for once it is opened."""
    name = f"{clause}-{revision}"
    with st.expander(
        t("Numbers that may be limits"), key=f"numbers-{name}", on_change="rerun"
    ) as it:
        if it.open:
            _numbers(clause, name)


def _numbers(clause: str, name: str) -> None:
    offered = session.api().numbers(clause)
    if not offered:
        st.caption(t("Every number in these words is a limit already, or has no unit."))
        return
    st.caption(
        t("A limit is what drafts move and cases are checked against. Name the fact it limits.")
    )
    for place, one in enumerate(offered):
        _number(clause, one, f"{name}-{place}")


def _number(clause: str, one: NumberOut, name: str) -> None:
    places = Places()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        says = t("“{words}”: {bound}", words=one.words, bound=bound(one.bound, one.limit, one.unit))
        fact = kept.line(says, one.fact, key=f"number-{name}")
        if st.button(t("Make it a limit"), key=f"confirm-{name}"):

            def act() -> None:
                chosen = typed(NumberIn, words=one.words, start=one.start, fact=fact.strip())
                session.api().confirm_numbers(clause, NumbersIn(numbers=[chosen]))
                kept.sent(f"number-{name}")

            places.carry_out(t("It is a limit now; the words are the same."), act)
