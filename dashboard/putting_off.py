"""Putting a kind off for a while, and taking it back."""

import streamlit as st

from api.schemas.kinds import KindOut, SnoozeIn, SnoozeOut
from dashboard import session
from dashboard.pages import carry_out
from dashboard.transport import typed
from dashboard.words import count, day

_CASES = "more cases came"
_DAY = "a day"


def put_off_until(snooze: SnoozeOut) -> str:
    """Say until when a kind was put off, and why."""
    until = (
        f"until {day(snooze.until)}"
        if snooze.until is not None
        else f"until {count(snooze.more_cases or 0, 'more case')} came"
    )
    return f"Put off {until}: {snooze.reason}"


def put_off(kind: KindOut) -> None:
    """The form to put a kind off; or the way back, where it was."""
    if kind.snoozed is not None:
        if st.button("Take it back now", key=f"wake-{kind.id}"):
            carry_out("Taken back.", session.api().wake_kind, kind.id)
        return
    st.markdown("**Not now?**")
    until = st.segmented_control(
        "Put it off until",
        [_CASES, _DAY],
        default=_CASES,
        required=True,
        key=f"put-off-by-{kind.id}",
    )
    given: dict[str, object] = {}
    if until == _CASES:
        given["more_cases"] = st.number_input(
            "So many more cases", min_value=1, value=5, step=1, key=f"put-off-cases-{kind.id}"
        )
    else:
        given["until"] = st.date_input(
            "The day", value=None, format="YYYY-MM-DD", key=f"put-off-day-{kind.id}"
        )
    reason = st.text_input("Why not now?", max_chars=300, key=f"put-off-reason-{kind.id}")
    if st.button("Put off", key=f"put-off-{kind.id}"):
        known = {name: value for name, value in given.items() if value is not None}
        carry_out(
            "Put off. It comes back by itself.",
            lambda: session.api().snooze_kind(kind.id, typed(SnoozeIn, reason=reason, **known)),
        )
