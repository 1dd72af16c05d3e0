"""Everyday words that set no kind apart, whatever the casebase; and the stems of words."""

from functools import cache
from typing import Final

_GRAMMAR: Final = """
a about above across after again against all almost alone along already also although always am
among an and another any anybody anyhow anyone anything anyway anywhere are aren't around as aside
at back be became because become been before beforehand behind being below beneath beside
besides between beyond both but by can can't cannot could couldn't did didn't do does doesn't doing
don don't done down during each either else elsewhere enough etc even ever every everybody everyone
everything everywhere except few for from further had hadn't has hasn't have haven't having he hence
her here hers herself him himself his how however i i'd i'll i'm i've if in indeed inside instead
into is isn't it its itself just last latest least less likely many may maybe me meanwhile might
mine more moreover most mostly much must my myself near nearly neither never nevertheless no nobody
none nor not nothing now nowhere of off often on once one ones only onto or other others otherwise
our ours ourselves out over own per perhaps plus quite rather same several shall she should
shouldn't since so some somebody somehow someone something sometimes somewhere soon still such than
that that's the their theirs them themselves then there there's therefore these they they're this
those though through throughout thus till to today together tomorrow tonight too toward towards
twice under until up upon us usually very via was wasn't we well were weren't what whatever when
whenever where whereas wherever whether which while who whoever whole whom whose why will with
within without won't would wouldn't yes yesterday yet you your yours yourself
zero two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty
thirteen fourteen sixteen seventeen eighteen nineteen seventy eighty ninety sixty hundred thousand
first second third half dozen
"""
_SMALL_TALK: Final = """
able ago ask asked asking asks believe bit bring brought call called calling calls came case cases
certain client clients come contact couple cust customer customers day days dear dont easily end
ended euro euros eur usd gbp pound pounds dollar dollars cent cents evening explained feel felt find
fine found gave get gets getting gentleman give given gives giving glad go goes going gone gonna
good got gotten great guy guys happen happened happens hello help helped helping hes hey hi honestly
hope hoping hour hours ill im ive keep keeps kept kind knew know known knows lady later let lets
like literally little look looked looking looks lot lots love lovely made make makes making man men
moment month months morning need needed needing needs new nice okay ok old people please poor put
puts question real really right said say saying says see seem seemed seems seen sent set shes show
showed shown sign sort start started still sure take taken takes taking tell thank thanks theres
theyre thing things think thinks thought thats time times told took tried try trying used uses use
using wanna want wanted wants way week weeks went whatever wish woman women wondering work year
years yeah cant couldnt didnt doesnt isnt wasnt wont wouldnt youre minute minutes actually simply
big anyway afternoon name damn fucking goddamn bloody shit monday tuesday wednesday thursday friday
saturday sunday weekend january february march april june july august september october november
december jan feb mar apr jun jul aug sept oct nov dec haha lol yep nope
mr mrs ms miss mx sir madam cx bloke blokes chap chaps fella fellas fellow folk folks gent lad lads
lass boy boys girl girls wrote writes rang phoned phoning emailed emailing texted texting messaged
spoke speaks spoken speaking mentioned mentions replied chatted shouted begged swore swears insisted
insists cried crying quid tenner fiver nowt owt
"""
_SHORTEST_STEM: Final = 3


def words_of(text: str) -> frozenset[str]:
    """Give the words of a list that is written as a text."""
    return frozenset(text.split())


@cache
def everyday_words() -> frozenset[str]:
    """Give English's grammar words and the small talk of any front line, all in lower case."""
    return grammar_words() | words_of(_SMALL_TALK)


@cache
def grammar_words() -> frozenset[str]:
    """Give English's grammar words alone."""
    return words_of(_GRAMMAR)


@cache
def stem(word: str) -> str:
    """Bring the plain forms of an English word together: returns, returned, returning."""
    if word.endswith("ees"):
        word = word[:-1]
    for ending in ("ings", "ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    bare = word.rstrip("e")
    word = bare if len(bare) >= _SHORTEST_STEM else word
    return word[:-1] if word[-2:-1] == word[-1:] else word
