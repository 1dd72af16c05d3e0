"""Runs and health: what is kept and how, why there are no kinds, what each run changed."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from api.schemas.health import HealthOut
from api.schemas.runs import RunOut
from dashboard import inventory, session
from dashboard.catalogue import mark, md, t, tn
from dashboard.client import Api
from dashboard.pages import carry_out, heading
from dashboard.widgets import empty_state, refusals_shown
from dashboard.words import day, percent
from recommender.vocabulary import Role, RunState

_LISTED: Final = 20
_UP_TO_DATE: Final = mark("Kinds are up to date.")
_STATES: Final[Mapping[RunState, str]] = {
    RunState.RUNNING: mark("At work"),
    RunState.PUBLISHED: mark("Published"),
    RunState.FAILED: mark("Failed"),
}


def show() -> None:
    """Draw the screen."""
    heading(t("Runs"), "id")
    with st.container(width=760):
        api = session.api()
        with refusals_shown():
            _kept(api)
        runs = api.runs()
        _last(runs)
        _why_none(api.why_no_kinds() if runs else [])
        _now(runs)
        if not runs:
            empty_state(
                t("No run yet"),
                t("A run looks for kinds in all approved cases, so it needs some first."),
            )
        wanted = st.query_params.get("id")
        for run in sorted(runs[:_LISTED], key=lambda each: each.id != wanted):
            _run(run)


def _kept(api: Api) -> None:
    """Whether the parts answer; to administrators also what is kept, and how."""
    if Role.ADMIN not in session.me().roles:
        _health(api.health())
        return
    found = api.inventory()
    _health(found.health)
    inventory.draw(found)


def _health(health: HealthOut) -> None:
    database = t("The database answers.") if health.database else t("The database does not answer.")
    encoder = (
        t("Earlier cases like a new one are found at once.")
        if health.encoder
        else t("Cases like a draft are not found yet: the encoder is still loading.")
    )
    shown = st.success if health.status == "ok" else st.warning
    with st.container(key="health"):
        shown(f"{database} {encoder}")


def _last(runs: list[RunOut]) -> None:
    """In one sentence, how the last run ended."""
    ended = next((run for run in runs if run.state is not RunState.RUNNING), None)
    if ended is None:
        return
    with st.container(key="last-run"):
        if ended.state is RunState.FAILED:
            st.warning(t("The last run failed, and changed no kind. Why stands below."))
        else:
            st.markdown(t("The last run went well. {found}", found=_found(ended)))


def _found(run: RunOut) -> str:
    kinds, sorted_in, cases = (run.counts.get(each) for each in ("kinds", "in_kinds", "cases"))
    if not kinds:
        return t("It found no kind yet.")
    found = tn("It found {n} kind.", "It found {n} kinds.", int(str(kinds)))
    if sorted_in is None or cases is None:
        return found
    share = t("{n} of {of} approved cases are in one.", n=sorted_in, of=cases)
    return f"{found} {share}"


def _why_none(reasons: list[str]) -> None:
    if reasons:
        with st.container(border=True, key="why-none", gap="xsmall"):
            st.markdown(t("**Why there are no kinds**"))
            for reason in reasons:
                st.caption(md("{reason}", reason=reason))


def _now(runs: list[RunOut]) -> None:
    """Say what is at work, or offer to begin."""
    at_work = next((run for run in runs if run.state is RunState.RUNNING), None)
    if at_work is not None:
        began = t("{day} at {time} UTC", day=day(at_work.started_at), time=_time(at_work))
        st.info(
            t("A run is at work since {began}. Kinds stay as they are until it ends.", began=began)
        )
        return
    pressed = st.button(t("Discover now"), key="discover", type="primary")
    st.caption(
        t("Looks for kinds in all approved cases anew. What people named and decided stays.")
    )
    if pressed:
        with st.spinner(t("Looking for kinds …")):
            carry_out(t(_UP_TO_DATE), session.api().discover)


def _run(run: RunOut) -> None:
    with st.container(border=True, key=f"run-{run.id}", gap="xsmall"):
        state = t(_STATES[run.state])
        st.markdown(
            md(
                "**{state}** · {day} at {time} UTC",
                state=state,
                day=day(run.started_at),
                time=_time(run),
            )
        )
        said = " · ".join(_figures(run))
        st.caption(
            said or t("It found nothing to count."),
            help=md(
                "Made with seed {seed} and encoder {encoder}.", seed=run.seed, encoder=run.encoder
            ),
        )
        if run.diff.get("words"):
            st.caption(md("What changed: {words}", words=run.diff["words"]))
        if run.failure:
            st.caption(md("{why}", why=run.failure))


def _figures(run: RunOut) -> list[str]:
    """What a run counted; what may not be told is left out."""
    counted = {name: n for name, n in run.counts.items() if isinstance(n, int)}
    said = []
    if "cases" in counted:
        said.append(tn("{n} approved case", "{n} approved cases", counted["cases"]))
    if "kinds" in counted:
        said.append(tn("{n} kind", "{n} kinds", counted["kinds"]))
    if counted.get("cases") and "unsorted" in counted:
        share = percent(counted["unsorted"] / counted["cases"])
        said.append(
            tn(
                "{n} in no kind ({share})",
                "{n} in no kind ({share})",
                counted["unsorted"],
                share=share,
            )
        )
    if run.ended_at is not None:
        seconds = round((run.ended_at - run.started_at).total_seconds())
        took = tn("took {n} second", "took {n} seconds", seconds)
        said.append(took if seconds else t("took less than a second"))
    return said


def _time(run: RunOut) -> str:
    return f"{run.started_at:%H:%M}"
