"""What came of a case."""

from api.schemas.base import Csat, In, Money, ShortText, example
from recommender.vocabulary import OutcomeSource


class OutcomeIn(In):
    """What came of a case; give what is known."""

    model_config = example(source="agent", csat=5, complaint=False, retained=True)

    source: OutcomeSource = OutcomeSource.AGENT
    csat: Csat | None = None
    complaint: bool | None = None
    retained: bool | None = None
    actual_cost: Money | None = None


class SourceOutcomeIn(OutcomeIn):
    """What came of a case that another system knows by its own id."""

    model_config = example(
        source_system="helpdesk", source_id="88201", source="customer", csat=5, complaint=False
    )

    source_system: ShortText
    source_id: ShortText
