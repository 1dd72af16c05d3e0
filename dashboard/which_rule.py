"""Which rule stands in the way: chosen or suggested, and the facts that its limits speak of."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.schemas.advice import AdviceOut, ClauseGuessOut, FactGuessOut
from api.schemas.cases import FilingPage
from api.schemas.policies import ClauseOut
from dashboard import filing, kept
from dashboard.catalogue import mark, md, t
from dashboard.filing import AMOUNT, GAP, UNKNOWN, fact_key
from dashboard.markup import escape_md
from dashboard.words import NO_CLAUSE, bound, fact_name, percent, quantity, short
from recommender.vocabulary import FactValue

_NO_RULE: Final[Mapping[str, str]] = {GAP: NO_CLAUSE, UNKNOWN: mark("I do not know which")}
LIKELY: Final = 0.15
"""How likely a clause must be meant to be offered."""


def choose(page: FilingPage, found: AdviceOut | None) -> ClauseOut | str | None:
    """The clause in the way, GAP or UNKNOWN where none is named, None while nothing is chosen."""
    living = _living(page)
    st.selectbox(
        t("Which rule stands in the way?"),
        [*_NO_RULE, *living],
        index=None,
        format_func=lambda key: t(_NO_RULE[key]) if key in _NO_RULE else _headline(living[key]),
        placeholder=t("Type a word of it, or its number"),
        **kept.keeping("clause", value=None),
    )
    chosen: str | None = st.session_state["clause"]
    _likely([] if found is None else _offered(found.clauses, living), chosen=chosen)
    return living.get(chosen or "") or (chosen if chosen in _NO_RULE else None)


def rule_meant(page: FilingPage, found: AdviceOut | None) -> ClauseOut | None:
    """The clause to be read beside the form: the chosen one, else the most likely meant."""
    living = _living(page)
    chosen = st.session_state.get("clause")
    if chosen is not None:
        return living.get(chosen)
    offered = [] if found is None else _offered(found.clauses, living)
    return living[offered[0].key] if offered else None


def facts(clause: ClauseOut | str | None, asked: Sequence[str]) -> dict[str, None]:
    """Ask for the facts that the clause's limits speak of and its cases carry; give their names.

    Nothing is asked before a clause is chosen, but what was taken from the text is shown.
    """
    says: dict[str, str | None] = {}
    if isinstance(clause, ClauseOut):
        limits = clause.revision.parameters if clause.revision else []
        for limit in limits:
            says[limit.fact] = bound(limit.bound, limit.limit, limit.unit)
        says |= {name: None for name in asked if name not in says}
    says |= {name: None for name in filing.facts() if name not in says}
    says.pop(AMOUNT, None)
    for name, said in says.items():
        if not isinstance(filing.facts().get(name), str | bool):
            kept.figure(_asked(name, said), key=fact_key(name), form="%g")
    return dict.fromkeys(says)


def _asked(name: str, limit: str | None) -> str:
    fact = fact_name(name)
    if limit:
        return md("{fact} (the rule says {limit})", fact=fact, limit=limit)
    return md("{fact} (if you know it)", fact=fact)


def read_facts(found: Sequence[FactGuessOut]) -> None:
    """Numbers that the text states, each taken over with one click."""
    with _row("read-facts"):
        if not found:
            st.caption(t("Numbers help: how many days, what it costs."), width="content")
            return
        st.caption(t("You wrote:"), width="content")
        for each in found:
            label = f"{fact_name(each.name)}: {_said(each.value)}"
            st.button(
                md("{fact} (“{said}”) ✓", fact=label, said=each.said),
                key=f"take-{each.name}",
                help=t("Takes it over as a fact of the case."),
                on_click=filing.take_fact,
                args=(each.name, float(each.value)),
            )


def _said(value: FactValue) -> str:
    return quantity(float(value), None)


def _likely(offered: Sequence[ClauseGuessOut], *, chosen: str | None) -> None:
    """The clauses most likely meant, a click each; the row is there before they are."""
    with _row("likely-clauses"):
        if chosen is not None:
            return
        if not offered:
            st.caption(t("Not sure? “I do not know which” is an answer too."), width="content")
            return
        st.caption(t("Likely meant:"), width="content")
        for each in offered:
            st.button(
                escape_md(f"{each.key} · {percent(each.likely)}"),
                key=f"meant-{each.key}",
                help=escape_md(each.text),
                on_click=filing.suggest,
                args=("clause", each.key),
            )


def _row(key: str) -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", key=key, gap="xsmall")


def _living(page: FilingPage) -> dict[str, ClauseOut]:
    return {each.key: each for each in page.clauses if not each.retired}


def _offered(
    likely: Sequence[ClauseGuessOut], living: Mapping[str, ClauseOut]
) -> list[ClauseGuessOut]:
    return [each for each in likely if each.key in living and each.likely >= LIKELY]


def _headline(clause: ClauseOut) -> str:
    text = clause.revision.text if clause.revision else clause.section_title
    return f"{clause.key} · {short(text, 70)}"
