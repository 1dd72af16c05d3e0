"""Names put together: "lead: object, condition", no word twice, as few as possible of a sibling's.

The lead is what was granted. Where a sibling was granted the same, that sets nothing apart, and the
object of the clause leads instead ("Exit fee: rented house"). What follows are a group's best
phrases, each worth less for every word that a sibling's name has already; words that stand in the
clauses of both are free.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from recommender.learning.casewords import SEVERAL, Casebase
from recommender.learning.distinctive import Candidate, Meaning
from recommender.learning.filler import everyday_words, stem, words_of
from recommender.learning.phrases import Phrase, content, phrases, stems_of
from recommender.learning.showing import Floats
from recommender.learning.wordclass import LINKS, Role, role

MOST_WORDS: Final = 7
PHRASES: Final = 2
UNNAMED: Final = "Unnamed kind"
"""What a group is called that no words tell from others."""
ROUNDS: Final = 3
_SHARED_WORD: Final = 0.8
_SHARED_ACT: Final = 0.2
"""What each word of a sibling's name costs a phrase whose score lies between 0 and 1; what an act
costs that is done there to something else ("change plan", "change address")."""
_SAME_AGAIN: Final = 0.3
"""What a second phrase pays for saying the same as the first, times their cosine."""
_COVERED: Final = 0.6
"""Share of a group's cases that say the words of the first phrase and so need no second."""
_LEAST_TELLING: Final = 0.45
"""Score below which a phrase stands in a name only where there is none better."""
_WEAK: Final = 0.15
"""What is worth less: a lone word, a phrase of one single case, one that the clause says too."""
_ALONE: Final = 0.2
"""What a lone word costs besides where nothing leads the name."""
_LONGEST_OBJECT: Final = 3
_PARTS: Final = words_of("chapter clause clauses paragraph rule rules section sections")
"""What a clause calls itself and is never about."""
_SPOKEN_OF: Final = 0.1
"""Score below which the cases hardly speak of a clause's object."""
_OPENS_CLAUSE: Final = 0.05
_SAYS_MORE: Final = 0.05
"""What the place in the clause, and a second word, are worth to its object."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A clause that groups may defy: its key and its text."""

    key: str
    text: str


@dataclass(kw_only=True)
class Draft:
    """A name in the making.

    Attributes
    ----------
    rows : the group's cases
    action : what most of them were granted, in words; empty where that says nothing
    rule : the clause they defy, if any
    candidates : phrases that set the group apart, the best first
    related : numbers of the groups that it must not be mistaken for
    opening : the lead that stands before every phrase that does not say it itself
    lead, phrases : what was chosen so far
    """

    rows: Sequence[int]
    action: str
    rule: Rule | None
    candidates: Sequence[Candidate]
    related: Collection[int]
    opening: str = ""
    lead: str = ""
    phrases: list[Candidate] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the clause; see whether the cases' own words tell enough."""
        self.rule_words = stems_of(self.rule.text) if self.rule else frozenset[str]()
        self.own_words = any(
            not one.fact and one.score >= _LEAST_TELLING for one in self.candidates
        )

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all content words chosen so far."""
        return stems_in(self.lead).union(*(one.stems for one in self.phrases))

    @property
    def text(self) -> str:
        """The name as it stands."""
        return composed(self.lead, [one.words for one in self.phrases])


def stems_in(words: str) -> frozenset[str]:
    """Give the stems of a name's words, everyday ones left out."""
    told = set(re.findall(r"[^\W\d_]+", words.casefold()))
    return frozenset(stem(word) for word in told - everyday_words() - LINKS)


def composed(lead: str, about: Sequence[str]) -> str:
    """Put lead and phrases together, in sentence case."""
    body = ", ".join(about)
    name = f"{lead}: {body}" if lead and body else lead or body or UNNAMED
    return name[0].upper() + name[1:]


def word_names(drafts: Sequence[Draft], base: Casebase, meaning: Meaning | None) -> None:
    """Choose lead and phrases of every draft, the larger groups first, until they settle."""
    _lead(drafts, base, meaning)
    vectors = _meanings(drafts, meaning)
    order = sorted(
        range(len(drafts)),
        key=lambda number: (
            -len(drafts[number].rows),
            [one.phrase for one in drafts[number].candidates],
        ),
    )
    for _ in range(ROUNDS):
        for number in order:
            _choose(number, drafts, base, vectors)


def _choose(
    number: int, drafts: Sequence[Draft], base: Casebase, vectors: Mapping[str, Floats]
) -> None:
    draft = drafts[number]
    draft.lead, draft.phrases = draft.opening, []
    while len(draft.phrases) < PHRASES:
        fitting = [
            (one, _cost(one, shared_words(number, drafts, one.stems)))
            for one in draft.candidates
            if _fits(one, draft)
        ]
        telling = [each for each in fitting if _weight(each[0], draft) >= _LEAST_TELLING]
        if draft.phrases:
            fitting = [each for each in telling if not each[1]]
        elif telling:
            fitting = telling
        elif _act_says_more(number, drafts):
            draft.lead = draft.action
            fitting = [each for each in fitting if not each[0].stems & draft.stems]
        if not fitting:
            break
        best, _ = max(fitting, key=lambda each: _worth(each[0], each[1], draft, vectors))
        if best.stems & stems_in(draft.lead):
            draft.lead = ""
        draft.phrases.append(best)
        saying = sum(best.stems <= base.stems[row] for row in draft.rows)
        if best.saying or (len(best.stems) > 1 and saying >= _COVERED * len(draft.rows)):
            break


def _act_says_more(number: int, drafts: Sequence[Draft]) -> bool:
    """Whether what was granted has a word that no sibling's name has."""
    act = stems_in(drafts[number].action)
    return not act <= shared_words(number, drafts, act)


def shared_words(number: int, drafts: Sequence[Draft], words: Collection[str]) -> frozenset[str]:
    """Give the words that a related name has too and that do not stand in both clauses."""
    draft = drafts[number]
    return frozenset(
        word
        for other in draft.related
        for word in drafts[other].stems.intersection(words)
        if not (word in draft.rule_words and word in drafts[other].rule_words)
    )


def _fits(one: Candidate, draft: Draft) -> bool:
    """Whether a phrase says something new in the room that is left; facts come second.

    The first phrase may say the clause's object and more: it then takes the object's place. A
    saying is a name by itself, and a vague fact is told only where there is nothing else.
    """
    said = draft.text.split() if draft.lead or draft.phrases else []
    again = one.stems & draft.stems
    takes_over = not draft.phrases and draft.lead != draft.action and again < one.stems
    if one.fact:
        in_place = not one.vague if draft.phrases else not draft.own_words
    else:
        in_place = not (draft.phrases and one.saying)
    return in_place and len(said) + len(one.phrase) <= MOST_WORDS and (not again or takes_over)


def _weight(one: Candidate, draft: Draft) -> float:
    if one.fact:
        return one.score
    lone = len(one.phrase) == 1
    weak = lone or one.cases < SEVERAL or one.stems <= draft.rule_words
    return one.score - _WEAK * weak - _ALONE * (lone and not draft.opening and not draft.phrases)


def _cost(one: Candidate, shared: Collection[str]) -> float:
    act = stem(one.phrase[0]) if len(one.phrase) > 1 and Role.ACT in role(one.phrase[0]) else ""
    return sum(_SHARED_ACT if word == act else _SHARED_WORD for word in shared)


def _worth(
    one: Candidate, shared: float, draft: Draft, vectors: Mapping[str, Floats]
) -> tuple[float, list[int]]:
    again = 0.0
    if draft.phrases and vectors:
        again = float(vectors[one.words] @ vectors[draft.phrases[0].words])
    score = _weight(one, draft) - shared - _SAME_AGAIN * again
    return round(score, 5), [-ord(letter) for letter in one.words]


def _meanings(drafts: Sequence[Draft], meaning: Meaning | None) -> Mapping[str, Floats]:
    if meaning is None:
        return {}
    return meaning.of({one.words for draft in drafts for one in draft.candidates})


def _lead(drafts: Sequence[Draft], base: Casebase, meaning: Meaning | None) -> None:
    """Let actions lead that set a group apart from those beside it; else the clause's object."""
    for draft in drafts:
        draft.lead, draft.phrases = draft.action, []
    common = [
        bool(shared_words(number, drafts, stems_in(draft.action)))
        for number, draft in enumerate(drafts)
    ]
    objects = _Objects(drafts, base, meaning)
    for draft, shared in zip(drafts, common, strict=True):
        if shared or not draft.action:
            spoken, about = objects.of(draft.rule)
            unspoken = about and spoken < _SPOKEN_OF
            draft.lead = draft.action if unspoken and draft.action else about
        draft.opening = draft.lead


class _Objects:
    """Finds what a clause is about in its own words: those that its groups' cases use most."""

    def __init__(self, drafts: Sequence[Draft], base: Casebase, meaning: Meaning | None) -> None:
        self._drafts = drafts
        self._base = base
        self._meaning = meaning
        self._known: dict[str, tuple[float, str]] = {}

    def of(self, rule: Rule | None) -> tuple[float, str]:
        """Give how much cases speak of a clause's object, and the object; empty without one."""
        if rule is None:
            return 0.0, ""
        if rule.key not in self._known:
            self._known[rule.key] = self._object(rule)
        return self._known[rule.key]

    def _object(self, rule: Rule) -> tuple[float, str]:
        found = [phrase for phrase in phrases(rule.text) if _could_lead(phrase)]
        inside = [row for draft in self._drafts if draft.rule == rule for row in draft.rows]
        outside = [row for draft in self._drafts if draft.rule != rule for row in draft.rows]
        if not found:
            return 0.0, ""
        scores = [self._spoken(phrase, inside) - self._spoken(phrase, outside) for phrase in found]
        if self._meaning is not None:
            vectors = self._meaning.vectors
            toward = vectors[inside].mean(axis=0) - vectors.mean(axis=0)
            words = [" ".join(phrase) for phrase in found]
            told = self._meaning.of(words)
            scores = [a + float(told[w] @ toward) for a, w in zip(scores, words, strict=True)]
        rated = [
            score - _OPENS_CLAUSE * place / len(found) + _SAYS_MORE * (len(phrase) > 1)
            for place, (score, phrase) in enumerate(zip(scores, found, strict=True))
        ]
        best = int(np.argmax(np.round(rated, 5)))
        return max(scores), " ".join(found[best])

    def _spoken(self, phrase: Phrase, rows: Sequence[int]) -> float:
        """Give how usual a phrase's words are in some cases; longer phrases count for more."""
        if not rows:
            return 0.0
        words = content(phrase)
        said = sum(word in self._base.stems[row] for row in rows for word in words)
        return said / len(rows) / float(np.sqrt(len(words)))


def _could_lead(phrase: Phrase) -> bool:
    return len(phrase) <= _LONGEST_OBJECT and not any(word in LINKS | _PARTS for word in phrase)


def further_names(draft: Draft) -> Iterator[str]:
    """Give names for a draft, the best first; the last are numbered and never run out."""
    yield draft.text
    for one in draft.candidates:
        if _fits(one, draft):
            yield composed(draft.lead, [each.words for each in [*draft.phrases, one]])
    other = replace(draft, lead=draft.opening, phrases=[])
    for one in draft.candidates:
        if _fits(one, other):
            yield composed(other.lead if not one.stems & other.stems else "", [one.words])
    if draft.rule:
        yield f"{draft.text} ({draft.rule.key})"
    number = 2
    while True:
        yield f"{draft.text} ({number})"
        number += 1
