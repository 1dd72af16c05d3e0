"""What is done about cases of one kind, or of none: tried at once, then confirmed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from zlib import crc32

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
    """Cases that were taken, of one kind or of none."""

    kind: PartKindOut
    ids: Sequence[str]

    @property
    def key(self) -> str:
        """Names them for widgets: another choice begins anew."""
        chosen = crc32(" ".join(self.ids).encode())
        return f"{self.kind.id}-{self.kind.version}-{chosen}"


def act_on(taken: Taken, drawn: MapOut, done: Callable[[], None]) -> None:
    """Choose what to do, see what it would change, and do it; `done` lets go of the choice."""
    deeds = [Deed.MOVE] if taken.kind.id == UNSORTED else _deeds(taken)
    deed = st.pills(t("What to do"), deeds, format_func=t, key=f"deed-{taken.key}")
    if deed is None:
        return
    correct = _correct(deed, taken, drawn)
    if correct is None:
        return
    effect = attempt(correct, tried=True)
    if effect is None:
        return
    changes(effect, key="tried")
    if st.button(t(_DO[deed]), key=f"do-{taken.key}", type="primary"):

        def act() -> None:
            correct(tried=False)
            kept.sent(_name_key(taken))
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
        name = kept.line(t("Its name, if you have one"), key=_name_key(taken), max_chars=120)
        return lambda tried: api.split(kind.id, ids, name.strip(), kind.version or 0, tried=tried)
    if deed is Deed.LEAVE:
        st.caption(t("They stay out of all kinds until somebody places them."))
        return lambda tried: api.move(ids, None, kind.id, tried=tried)
    other = _other(deed, taken, drawn)
    if other is None:
        return None
    if deed is Deed.MERGE:
        return lambda tried: api.merge(kind.id, other.id, kind.version or 0, tried=tried)
    return lambda tried: api.move(ids, other.id, kind.id, tried=tried)


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
