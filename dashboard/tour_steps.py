"""The guided tour's steps: who acts, on which page, and what is said about it."""

from dataclasses import dataclass
from typing import Final

from api.schemas.filing_drafts import FilingDraftIn
from dashboard.catalogue import mark

RUNNING: Final = "tour-running"
"""Where a browser tab keeps the tour's address: the step, and the case that it is about."""
CLAUSE: Final = "RET-2.1"
"""The rule that stands in the way on the tour."""
CHANGED: Final = "PAY-7.1"
"""The rule that was changed before the demo opens, whose effect can be told already."""
DRAFT: Final = FilingDraftIn(
    situation=(
        "Patio heater, delivered five weeks ago and still sealed. She was in hospital with her hip "
        "and could not even open the door to it, so day 30 passed unseen. Today is day 36."
    ),
    resolution="Take it back and refund the full price.",
    reason="She could not have sent it earlier, and we can sell it as new.",
    clause_key=CLAUSE,
    facts={"days_since_delivery": 36},
    amount=119.0,
    product="garden",
)
"""What stands in the form when the tour begins."""


@dataclass(frozen=True)
class Step:
    """One step: what its person is to do, and what is said once it is done."""

    name: str
    who: str
    page: str
    title: str
    says: str
    done: str = ""


STEPS: Final = (
    Step(
        "file",
        "maya",
        "file",
        mark("Maya files an exception"),
        mark(
            "The customer lay in hospital while the 30 days ran out. What Maya wrote is filled in; "
            "change it as you like. On the right you see how colleagues answered such cases. Then "
            "press “File for co-signing” below."
        ),
        mark("Filed. Maya cannot sign it herself; any colleague can."),
    ),
    Step(
        "cosign",
        "tom",
        "cosign",
        mark("Tom gives the second signature"),
        mark(
            "Tom has never met this customer. He reads the case, and his one signature approves "
            "it; no manager is asked. Press “Co-sign”."
        ),
        mark("It has been answered. Maya is told, and it joins its kind within seconds."),
    ),
    Step(
        "join",
        "maya",
        "mine",
        mark("It joins its kind"),
        mark(
            "Maya can act now. And she sees that she is not alone: others meet this too, and "
            "together it has a name, below her case. Not there yet? Give it a few seconds and "
            "reload."
        ),
    ),
    Step(
        "promote",
        "ines",
        "kind",
        mark("Ines sees what keeps happening"),
        mark(
            "No names: how often, at what cost, how it ended, and how sure that is. A change of "
            "the rule is drafted from it. Press “Promote” to ask the desk that owns the rule."
        ),
        mark("It was promoted. The desk decides, never Ines herself."),
    ),
    Step(
        "claim",
        "ruth",
        "candidate",
        mark("Ruth owns the rule"),
        mark(
            "The redline shows each word that would change; beside it stands what it would have "
            "done to past cases. Press “Claim”: from then on nothing moves under her hands."
        ),
        mark("Ruth has claimed it."),
    ),
    Step(
        "decide",
        "ruth",
        "candidate",
        mark("Ruth accepts a narrower number"),
        mark(
            "Press “Narrow” below the wording and watch the numbers follow. Give a reason in a "
            "line, sign with the password (demo), and press “Accept with edits”."
        ),
        mark("It is decided. Everybody whose case led to it has been told why."),
    ),
    Step(
        "hear",
        "maya",
        "notices",
        mark("Maya hears why"),
        mark(
            "Under today's date she and everybody else whose case is in it reads what was decided, "
            "with Ruth's own reason. Had it been a no, that would stand here as well."
        ),
    ),
    Step(
        "effect",
        "rosa",
        "effects",
        mark("Rosa sees what an earlier change did"),
        mark(
            "Rosa speaks for the staff, and reads what everybody reads. Months ago another rule "
            "was changed: here are its exceptions before and after, beside what was predicted. A "
            "change that does not help comes back by itself."
        ),
    ),
)
