"""Words that decide whether a capitalised word is a person: hand-made, lower case, small."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MASK: Final = "\ue000"
"""Stands in for what has already been replaced: neither letter, digit, space nor punctuation."""

TITLES: Final = _words(
    "mr mrs ms miss mx dr prof professor messrs herr frau signor signora señor señora sgt cpl cllr"
    " capt revd"
)
"""After these, any capitalised word is a name."""

PLAIN_TITLES: Final = _words("mr mrs ms mx")
"""After these, a name may even be written small, as hurried notes do."""

RANKS: Final = _words(
    """
    sir dame lord lady madam madame monsieur rev reverend father sister
    brother imam rabbi pastor vicar canon bishop deacon captain major colonel corporal
    sergeant lieutenant constable pc councillor judge doctor nurse auntie aunt aunty uncle
    nan nana gran granny grandma grandad grandpa nanny
    """
)
"""Titles that are also ordinary words: the next word must look like a name."""

RELATIVES: Final = _words("uncle aunt auntie aunty grandma grandad grandpa granny")
"""Of these, ranks after which any capitalised word is a name."""

ROLES: Final = _words(
    """
    customer cust cx client caller agent adviser advisor colleague manager supervisor technician
    engineer driver courier neighbour neighbor wife husband son daughter mother father mum mom dad
    friend partner carer nephew niece cousin grandson granddaughter fiance fiancé fiancee fiancée
    boss tenant landlord holder executor user member patient teammate lad bloke guy assistant
    cashier mate lodger guardian receptionist secretary
    """
)
"""Roles that are often followed by the person's name, with or without a comma."""

LABELS: Final = _words(
    "name names nm customer cust client caller contact attn fao cc surname from sender signed"
)
"""Labels before a colon."""

KIN: Final = _words(
    """
    wife husband widow widower mother father mum dad son daughter sister brother partner parents
    grandson granddaughter niece nephew carer funeral birthday
    """
)
"""What belongs to a person: Bex's mum, the widow of Ray."""

_CALLED: Final = (
    *("lad", "lady", "girl", "boy", "man", "woman", "chap", "bloke", "guy", "people", "person"),
    *("someone", "somebody", "agent", "colleague", "friend", "neighbour", "son", "daughter"),
)

INTRODUCTIONS: Final = frozenset(
    {
        ("name", "is"),
        ("name", "was"),
        ("named",),
        ("spoke", "to"),
        ("spoke", "with"),
        ("spoke", "w"),
        *((who, "called") for who in _CALLED),
        *((who, "of") for who in KIN),
        ("name", "of"),
        ("names", "are"),
        ("speaking", "to"),
        ("speaking", "with"),
        ("talked", "to"),
        ("talked", "with"),
        ("asked", "for"),
        ("asking", "for"),
        ("ask", "for"),
        ("name", "s"),
        ("promised", "by"),
        ("handled", "by"),
        ("granted", "by"),
        ("behalf", "of"),
        ("care", "of"),
        ("signed", "by"),
        ("served", "by"),
        ("told", "by"),
        ("first", "name"),
        ("last", "name"),
        ("maiden", "name"),
        ("registered", "as"),
        ("known", "as"),
        ("attn",),
        ("fao",),
    }
)
"""Words that introduce a name."""

SELF: Final = frozenset(
    {
        ("i", "am"),
        ("hi", "im"),
        ("hello", "im"),
        ("i", "m"),
        ("this", "is"),
        ("it", "is"),
        ("it", "s"),
    }
)
"""Words with which people introduce themselves."""

GREETINGS: Final = _words("dear hi hello hey hiya")
CLOSINGS: Final = _words(
    "thanks regards cheers best sincerely yours love wishes faithfully ta signed"
)
KISSES: Final = _words("x xx xxx")
SPEECH: Final = _words(
    """
    rang phoned writes wrote emailed apologised apologized insists swears texted messaged died
    begged cried wept thinks hopes forgot lives
    """
)
"""What people do and products do not."""

PLACED: Final = _words("in at near outside inside around towards via st saint")
"""Before a place: a first name after one of these is a town, a parish or a shop."""
MOVED: Final = PLACED | _words("to from of for by with the a an on via")
"""Before a place or a thing: a bare surname after one of these is none."""

HOUSEHOLDS: Final = _words("family household couple brothers sisters twins estate wedding")
"""After a surname: the Vasquez family."""

BELONGINGS: Final = _words(
    "account booking case claim complaint contract delivery file invoice order parcel reservation"
)
"""After a surname that is no word, with "the" before it: the Lindqvist booking."""

PLACES: Final = _words(
    """
    street st road rd avenue hospital station school college university infirmary surgery court
    square terrace hotel ltd limited plc inc gmbh llc bank airport arena stadium mobile telecom
    bridge island islands city town county river valley festival cathedral church museum theatre
    library clinic shop store stores brand edition
    """
)
"""After a name, these make it the name of a place or a firm."""

CALENDAR: Final = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december christmas easter ramadan eid diwali hanukkah
    spring summer autumn winter
    """
)

SHORT_MONTHS: Final = _words("jan feb mar apr jun jul aug sep sept oct nov dec")
"""Beside a number these are a date, whoever else bears the name."""

SMALL_STOP: Final = _words(
    """
    and or who was is has had have says said called rang wants wanted the a an in on at from to for
    of not no did does got came asked also with about that this his her their my your our it if when
    word words teams office excel outlook windows exchange access
    """
)
"""Never a name after a small mr, mrs or ms."""

CONTRACTIONS: Final = _words("t re ll ve d")

PARTICLES: Final = _words(
    "van von de der den del della di da dos du la le el al bin ibn ben ap ter o"
)

BRANDS: Final = _words(
    """
    nokia samsung huawei xiaomi motorola siemens bosch miele philips sony lidl aldi tesco asda
    primark zara ikea amazon ebay etsy paypal klarna visa mastercard amex maestro barclays santander
    monzo revolut starling lloyds vodafone verizon netflix disney spotify youtube google apple
    microsoft facebook instagram whatsapp tiktok twitter linkedin salesforce zendesk adidas nike
    puma levi levis gucci prada chanel armani hilton marriott hyundai toyota honda ford fiat peugeot
    renault citroen skoda volvo mercedes porsche ferrari tesla evri hermes dpd ups fedex yodel
    """
)
"""Firms that a list of names knows as people; an organisation adds its own as `keep_words`."""

WORD_LIKE: Final = _words(
    """
    abbey angel april amber archer aria asher ash august aurora austin autumn baron basil bay beau
    bill blake blessing bliss bob brandy brook brooklyn buck bud bunny cal candy canon carmel cash
    cassidy chance charity chase chelsea cher cherry chester cheyenne chi christian clay clement
    cliff cody colt comfort con constance cooper coral cruz crawley crystal daisy dale dakota dean
    denver destiny devon diamond dick dixie dolly don dot drew duke earl ebony eden eta eve faith
    fancy fern finn flora florence forum frank frankie gale gene genesis georgia ginger glen grace
    grant guy hale happy harmony harsh harvest hazel heather heaven hope hudson hunter hunt
    immaculate india indie innocent iona iris israel ivory ivy jack jade jasmine jean jet jewel job
    joy jude june junior justice kane kent king kingston lance laurel lavender lee liberty lily
    lincoln logan london loot loyal lucky mad madison magnolia man mark marine mason max may melody
    mercedes mercy merit merry mike milan miles minor miracle misty mo mod nail nova oak ocean novi
    olive orchid orion paris parker pat patience peace pearl penny pepper perry phoenix piper poppy
    porter preston prince princess prudence purity queen rain raid rajab raven ray reed reef rex
    rich river rob robin rocky roman rose rosemary ruby rusty sad saffron sage said sandy savannah
    scarlet shade shay sherry sienna sierra silver sky skye sofia sterling stone storm sue summer
    sunny sydney tiger tiffany trinity tui tiny una unique valentine veda verona victoria victor
    vienna viola violet virginia wade wadi warren warwick washington will willow win wolf zion an
    can us page my price add general love major art media will am pm
    """
)
"""First names that are words or places as well: names only with a cue."""

GIVEN: Final = _words(
    """
    bob daisy don drew earl faith fern frank frankie grace heather hazel iris ivy jack jean joy
    jude lee lily logan luke max mike miles olive owen pat pearl penny piper ray rob robin rose
    rosemary ruby sue tiffany victor viola violet will
    """
)
"""Of these, words whose capital within a sentence is a person's."""

NO_NAMES: Final = _words("an can us my page price add general major media")
"""Words that lists know as first names, and that begin too many sentences to be believed."""

PLAIN_SURNAMES: Final = _words(
    """
    smith jones taylor williams johnson wilson davis davies evans thomas roberts thompson wright
    walker robinson hughes edwards lewis harris clark clarke jackson cooper ward morris moore
    anderson campbell mitchell kelly murphy patel khan singh ahmed ali hussain hussein brown wood
    turner hill scott green white hall king baker carter phillips parker bennett collins cook bailey
    cox richardson shaw bell miller adams wilkinson foster chapman harrison graham kennedy
    """
)
"""Surnames so common that they count as such after a first name, though dictionaries know them."""
