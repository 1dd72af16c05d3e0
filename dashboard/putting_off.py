"""Putting a kind off for a while, and taking it back."""

from typing import Final

import streamlit as st

from api.schemas.kinds import KindOut, SnoozeIn, SnoozeOut
from dashboard import kept, session
from dashboard.catalogue import mark, md, t, tn
from dashboard.pages import carry_out
from dashboard.transport import typed
from dashboard.words import day

_CASES: Final = mark("more cases came")
_DAY: Final = mark("a day")


def put_off_until(snooze: SnoozeOut) -> str:
    """Say until when a kind was put off, and why."""
    if snooze.until is not None:
        return t("Put off until {day}: {reason}", day=day(snooze.until), reason=snooze.reason)
    return tn(
        "Put off until {n} more case came: {reason}",
        "Put off until {n} more cases came: {reason}",
        snooze.more_cases or 0,
        reason=snooze.reason,
    )


def put_off(kind: KindOut) -> None:
    """The form to put a kind off; or the way back, where it was."""
    if kind.snoozed is not None:
        if st.button(t("Take it back now"), key=f"wake-{kind.id}"):
            carry_out(t("Taken back."), session.api().wake_kind, kind.id)
        return
    st.markdown(md("**Not now?**"))
    until = st.segmented_control(
        t("Put it off until"),
        [_CASES, _DAY],
        format_func=t,
        default=_CASES,
        required=True,
        key=f"put-off-by-{kind.id}",
    )
    given: dict[str, object] = {}
    if until == _CASES:
        given["more_cases"] = kept.figure(
            t("So many more cases"), 5, least=1, step=1, key=f"put-off-cases-{kind.id}"
        )
    else:
        given["until"] = kept.calendar(t("The day"), key=f"put-off-day-{kind.id}")
    key = f"put-off-reason-{kind.id}"
    reason = kept.line(t("Why not now?"), max_chars=300, key=key)
    if st.button(t("Put off"), key=f"put-off-{kind.id}"):
        known = {name: value for name, value in given.items() if value is not None}

        def act() -> None:
            session.api().snooze_kind(kind.id, typed(SnoozeIn, reason=reason, **known))
            kept.sent(key, f"put-off-cases-{kind.id}", f"put-off-day-{kind.id}")

        carry_out(t("Put off. It comes back by itself."), act)
