"""What a ledger does not tell, and which columns somebody would have to ask for."""

from collections.abc import Collection, Iterator

from recommender.retrospect.findings import Unknown


def unknowns(read: Collection[str], *, handbook: bool, declined: bool) -> tuple[Unknown, ...]:
    """List what stays open with these fields; who acted and for whom is open always."""
    return (*_people(), *_ends(read, declined=declined), *_rules(read, handbook=handbook))


def _people() -> Iterator[Unknown]:
    yield Unknown(
        what="Who acted, and whether anybody agreed",
        leaves_open="One person’s habit and what everybody does look the same here.",
        ask_for="Nothing of this ledger: columns about people stay unread on purpose. From now on, "
        "beside each exception: who else said yes.",
    )
    yield Unknown(
        what="How many asked",
        leaves_open="Ten exceptions may be for ten who asked, or for one who asked ten times.",
        ask_for="Once, from whoever keeps the ledger: how many different ones asked, by kind.",
    )


def _ends(read: Collection[str], *, declined: bool) -> Iterator[Unknown]:
    if not any(name.startswith("outcome") for name in read):
        yield Unknown(
            what="What came of it",
            leaves_open="Nobody can say from this whether the exceptions did any good.",
            ask_for="How each ended, in a column: well, taken back, or with a complaint.",
        )
    if not declined:
        yield Unknown(
            what="Who asked for the same and was turned away",
            leaves_open="Where the line runs today.",
            ask_for="The declined requests of the same months, with status = declined.",
        )
    if "amount" not in read:
        yield Unknown(
            what="What it cost",
            leaves_open="No sum, no year, no order by money.",
            ask_for="amount and currency: what each came to.",
        )
    yield Unknown(
        what="Out of how many",
        leaves_open="More exceptions in a month may only mean that more was asked in that month.",
        ask_for="How much was asked each week, whatever the answer.",
    )


def _rules(read: Collection[str], *, handbook: bool) -> Iterator[Unknown]:
    if not any(name.startswith("facts") for name in read):
        yield Unknown(
            what="The numbers behind each case",
            leaves_open="No rule with a number in it can be drafted, unless on the amount.",
            ask_for="A column for each number that decides, headed “facts.” and what it counts.",
        )
    if not handbook:
        yield Unknown(
            what="What the rules say",
            leaves_open="Every kind looks like a gap; no wording can be redlined.",
            ask_for="The handbook, as Markdown: recommender retrospect LEDGER --handbook FILE.",
        )
    elif "policy_ref" not in read:
        yield Unknown(
            what="Which rule each exception bent",
            leaves_open="Rules are named here where the words clearly point at one; it is a guess.",
            ask_for="policy_ref: the rule that was overridden.",
        )
