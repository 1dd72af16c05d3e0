"""A suggested change in one sentence: what the clause would say, or what its verdict does."""

from api.schemas.candidates import CandidateOut
from dashboard.catalogue import t
from dashboard.sentence import changed_sentences
from dashboard.tables import Row
from dashboard.words import VERDICTS, costs
from recommender.vocabulary import Verdict


def in_a_sentence(one: CandidateOut) -> str:
    """The sentence that the clause would have more, else what the verdict does."""
    verdict = VERDICTS[one.verdict]
    return written(one) or f"{verdict.word}: {verdict.says}"


def written(one: CandidateOut) -> str:
    """The sentence that the clause would have more; empty where another thing is suggested."""
    return "" if one.verdict is Verdict.RETIRE_RULE else sentences(one)[1]


def sentences(one: CandidateOut) -> tuple[str, str]:
    """The sentences that the clause would have less, and those that it would have more."""
    return ("", "") if one.redline is None else changed_sentences(one.redline.old, one.redline.new)


def comes_of(one: CandidateOut) -> str:
    """The kind of exception that it comes of."""
    return t("asked for, though it is allowed already") if one.kind is None else one.kind.name


def cost_of_authority(one: CandidateOut) -> Row | None:
    """What a granted authority costs: its words name no case, so what its cases cost so far.

    None where it is no authority: then the backtest says what the wording costs.
    """
    if one.verdict is not Verdict.GRANT_AUTHORITY:
        return None
    label = t("Cost a year")
    if one.year is None:
        return Row(
            label,
            t("cannot be told"),
            t(
                "Agents would judge each case themselves, and what such cases cost so far is not "
                "known."
            ),
        )
    year = costs(one.year.low, one.year.mid, one.year.high, one.currency)
    return Row(
        label, year, t("What peers signed so far; agents would then judge each case themselves.")
    )
