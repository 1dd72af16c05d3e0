"""Who has to act next on a change: a desk or the reader, never a person's name."""

from api.schemas.candidates import CandidateOut
from dashboard import session
from dashboard.catalogue import md, t
from dashboard.words import DASH, day
from recommender.vocabulary import CandidateState


def who_acts(one: CandidateOut) -> str:
    """Say it in a few words of Markdown."""
    match one.state:
        case CandidateState.OPEN:
            return _decider(one)
        case CandidateState.CLAIMED:
            return _claimer(one)
        case CandidateState.RETURNED:
            return t("**you**: answer it") if one.you_promoted else t("whoever promoted it")
        case CandidateState.DEFERRED if one.deferred_until is not None:
            return t("nobody until {day}", day=day(one.deferred_until))
    return _after(one)


def _decider(one: CandidateOut) -> str:
    desk = one.owner or t("nobody owns the clause")
    me = session.me()
    if not one.yours:
        return md("{desk}", desk=desk)
    if one.owner in {me.team, me.name, None}:
        return t("**you**")
    return md("**you**, in place of {desk}", desk=desk)


def _claimer(one: CandidateOut) -> str:
    if one.claimed_by_you:
        return t("**you** claimed it")
    if one.may_take_over:
        return t("**you** may take it over")
    return md("{desk} decides", desk=one.owner or t("its desk"))


def _after(one: CandidateOut) -> str:
    """What follows of itself, once it is decided."""
    comes = one.state in {CandidateState.ACCEPTED, CandidateState.ACCEPTED_WITH_EDITS}
    if comes and one.effective_from is not None:
        return t("holds from {day}", day=day(one.effective_from))
    if one.state is CandidateState.IN_FORCE and one.effective_from is not None:
        return t("holds since {day}", day=day(one.effective_from))
    return DASH
