"""Every mark once, with made-up numbers: to be looked at in both themes."""

from datetime import date, timedelta

import streamlit as st

from api.schemas.effects import EffectWeekOut
from api.schemas.evidence import CountedOut, OutcomesOut, ValueOut
from dashboard import marks
from dashboard.tables import Row, grid, pairs
from recommender.vocabulary import Grade
from tests.unit import screen_answers as made

DAYS = made.spread(
    fact="days_late", n=27, missing=9, q1=36, q3=46, high=56, declined_low=44, declined_high=63
)
EACH = DAYS.model_copy(
    update={
        "counts": [CountedOut(value=31 + 5 * n, cases=9 - n) for n in range(6)],
        "declined": [CountedOut(value=44, cases=1), CountedOut(value=63, cases=3)],
    }
)
WHY = DAYS.model_copy(
    update={"low": None, "values": [ValueOut(value=f"reason {n}", cases=12 // n) for n in (1, 2)]}
)


def show() -> None:
    """Draw them, each under its name."""
    st.subheader("spark")
    for name, weeks in (
        ("full", [0, 0, 1, 2, 1, 3, 5, 4, 8, 6, 9, 12]),
        ("thin", [0] * 8 + [1] * 4),
    ):
        pairs([Row(name, str(sum(weeks)), "", marks.spark_html(weeks, 12))], key=f"spark-{name}")
    st.subheader("interval")
    drawn = marks.interval_html(0.56, 0.9, (0.3, 0.95))
    pairs([Row("Good outcomes", "56–90 %", "of 12 known", drawn)], key="interval")
    st.subheader("spread")
    marks.spread(DAYS, {"today": 30, "suggested": 45}, key="spread-days")
    marks.spread(EACH, {"today": 30, "suggested": 45}, key="spread-each")
    marks.spread(WHY, {}, key="spread-words")
    st.subheader("grade, outcomes")
    for grade in Grade:
        st.html(marks.grade_html(grade))
    st.html(marks.outcomes_html(OutcomesOut(good=6, neutral=1, bad=2, missing=5)))
    st.subheader("score")
    marks.score(made.score().parts, key="score")
    st.subheader("weeks")
    first = date(2026, 9, 7)
    curve = [
        EffectWeekOut(week=first + timedelta(weeks=n), exceptions=max(0, 6 - n), uses=n)
        for n in range(9)
    ]
    marks.weeks_after(curve, key="weeks")
    st.subheader("grid")
    rows = [("Exceptions", "12", "3", "2–5"), ("Cost", "1,200 EUR", "240 EUR", "–")]
    grid(("", "Before", "After", "95 % interval"), rows, key="grid")
