"""Everyday words that set no kind apart, whatever the casebase."""

from functools import cache
from typing import Final

_WORDS: Final = """
able also always ask asked asking believe called calling came case cases certain client come
contact cust customer customers day days doing don dont easily explained fine gave getting give
given glad going good got hello help helped hey hi hoping im just kind know later let like look
looking lot make maybe me month months much near need needed needs new nothing now ok okay old
one only people please put question really right said say says see seems sent set show so soon
still sure take tell thank thanks thing things think thought time times today told too took
trying two use used using very want wanted wants way week weeks well went wish wondering wont
work would year years yes yesterday you
"""


@cache
def everyday_words() -> frozenset[str]:
    """Give these words and English's stop words, all in lower case."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(_WORDS.split()) | frozenset[str](ENGLISH_STOP_WORDS)
