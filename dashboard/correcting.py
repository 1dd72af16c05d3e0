"""What is done about cases of one kind, or of none: tried at once, then confirmed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import streamlit as st

from api.schemas.corrections import EffectOut
from api.schemas.map import MapKindOut, MapOut, PartKindOut
from dashboard import kept, session
from dashboard.catalogue import mark, md, t
from dashboard.pages import attempt, carry_out
from dashboard.tables import grid
from dashboard.words import MASKED

UNSORTED: Final = "unsorted"


class Deed(StrEnum):
    """What can be done about some cases."""

    SPLIT = mark("Split off")
    MOVE = mark("Move to")
    LEAVE = mark("Leave unsorted")
    MERGE = mark("Merge the kind")


_DO: Final[Mapping[Deed, str]] = {
    Deed.SPLIT: mark("Split them off"),
    Deed.MOVE: mark("Move them"),
    Deed.LEAVE: mark("Leave them unsorted"),
    Deed.MERGE: mark("Merge the two kinds"),
}
Correct = Callable[..., EffectOut]
"""Does it, or with `tried` only tells what would come of it."""


@dataclass(frozen=True)
class Taken:
    """Cases that were taken, of one kind or of none; `how` names the choice for widgets."""

    kind: PartKindOut
    ids: Sequence[str]
    how: str

    @property
    def key(self) -> str:
        """Names them for widgets: another choice, and a kind that changed, begin anew."""
        return f"{self.kind.id}-{self.kind.version}-{self.how}"


class _Suggested(NamedTuple):
    """A name that was suggested, and for which cases."""

    ids: tuple[str, ...]
    words: str


def act_on(taken: Taken, drawn: MapOut, done: Callable[[], None]) -> None:
    """Choose what to do, see what it would change, and do it; `done` lets go of the choice."""
    deeds = [Deed.MOVE] if taken.kind.id == UNSORTED else _deeds(taken)
    deed = st.pills(t("What to do"), deeds, format_func=t, key=f"deed-{taken.key}", wrap=True)
    if deed is None:
        return
    correct = _correct(deed, taken, drawn)
    if correct is None:
        return
    effect = _split_tried(taken) if deed is Deed.SPLIT else attempt(correct, tried=True)
    if effect is None:
        return
    changes(effect, key="tried")
    if st.button(t(_DO[deed]), key=f"do-{taken.key}", type="primary"):

        def act() -> None:
            correct(tried=False)
            kept.sent(_name_key(taken))
            st.session_state.pop(_suggested_key(taken), None)
            done()

        carry_out(t("Done, and every later run obeys it. The corrections list takes it back."), act)


def changes(effect: EffectOut, *, key: str) -> None:
    """A correction's kinds with their cases before and after."""

    def told(count: int | None) -> str:
        return t(MASKED) if count is None else f"{count:,}"

    rows = [(each.name, told(each.before), told(each.after)) for each in effect.kinds]
    grid((t("Kind"), t("Cases now"), t("Then")), rows, key=key)


def _deeds(taken: Taken) -> list[Deed]:
    whole = len(taken.ids) == taken.kind.of
    return [deed for deed in Deed if not (whole and deed is Deed.SPLIT)]


def _correct(deed: Deed, taken: Taken, drawn: MapOut) -> Correct | None:
    """Ask for what the deed needs; None while it lacks something."""
    ids, kind, api = list(taken.ids), taken.kind, session.api()
    if deed is Deed.SPLIT:
        return lambda tried: api.split(kind.id, ids, _name(taken), kind.version or 0, tried=tried)
    if deed is Deed.LEAVE:
        st.caption(t("They stay out of all kinds until somebody places them."))
        return lambda tried: api.move(ids, None, kind.id, tried=tried)
    other = _other(deed, taken, drawn)
    if other is None:
        return None
    if deed is Deed.MERGE:
        return lambda tried: api.merge(kind.id, other.id, kind.version or 0, tried=tried)
    return lambda tried: api.move(ids, other.id, kind.id, tried=tried)


def _split_tried(taken: Taken) -> EffectOut | None:
    """Try it; where nobody typed a name, its field takes the one that the cases suggest."""
    key, ids = _name_key(taken), tuple(taken.ids)
    field, name, last = st.container(), _name(taken), _suggested(taken)
    anew = name == last.words and ids != last.ids
    asked = "" if anew else name
    version = taken.kind.version or 0
    effect = attempt(session.api().split, taken.kind.id, [*ids], asked, version, tried=True)
    if anew and effect is not None:
        name = effect.suggested_name or ""
        last = st.session_state[_suggested_key(taken)] = _Suggested(ids, name)
        st.session_state[key] = name
    with field:
        kept.line(t("Its name"), key=key, max_chars=120)
        if name and name == last.words:
            st.caption(t("Suggested by the words of these cases. Change it, or leave it empty."))
    return effect if effect is None or not name else _called(effect, name)


def _called(effect: EffectOut, name: str) -> EffectOut:
    """A split as it will be, with the name that stands in the field."""
    kind, new = effect.kinds
    return effect.model_copy(update={"kinds": [kind, new.model_copy(update={"name": name})]})


def _suggested(taken: Taken) -> _Suggested:
    found: _Suggested = st.session_state.get(_suggested_key(taken), _Suggested((), ""))
    return found


def _name(taken: Taken) -> str:
    return str(kept.begun(_name_key(taken)) or "").strip()


def _other(deed: Deed, taken: Taken, drawn: MapOut) -> MapKindOut | None:
    others = {each.id: each for each in drawn.kinds if each.id != taken.kind.id}
    if deed is Deed.MERGE:
        st.caption(md("All of **{name}** goes into another kind.", name=taken.kind.name or ""))
    chosen = st.selectbox(
        t("Into which kind"),
        list(others),
        index=None,
        format_func=lambda each: titled(others[each].name, others[each].clause),
        placeholder=t("Type a word of its name"),
        key=f"other-{deed.name}-{taken.key}",
    )
    return None if chosen is None else others[chosen]


def titled(name: str | None, clause: str | None) -> str:
    """A kind with its clause; cases of none are unsorted."""
    if name is None:
        return t("Unsorted")
    return f"{name} · {clause}" if clause else name


def _name_key(taken: Taken) -> str:
    return f"split-name-{taken.key}"


def _suggested_key(taken: Taken) -> str:
    return f"suggested-{taken.key}"
