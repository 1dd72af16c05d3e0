"""The parameters of discovery, checked."""

from dataclasses import dataclass

from recommender.errors import Invalid


class BadSetting(Invalid):
    """A discovery parameter is out of its range; `field` names it."""

    title = "Bad discovery setting"


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """The checked parameters of one pass; `KindFinder` says what each means."""

    min_size: int
    word_weight: float
    field_weight: float
    lesson_weight: float
    lessons: int
    loosest: float
    tightest: float
    company_needed: float
    self_containment: float
    rounds: int
    agreement: float
    text_floor: float
    most_at_once: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        least: dict[str, float] = {
            "min_size": 2,
            "word_weight": 0,
            "field_weight": 0,
            "lesson_weight": 0,
            "lessons": 0,
            "loosest": 0,
            "tightest": self.loosest,
            "company_needed": 0,
            "self_containment": 0,
            "rounds": 1,
            "agreement": 0,
            "text_floor": 0,
            "most_at_once": 10,
            "seed": 0,
        }
        for name, floor in least.items():
            if not getattr(self, name) >= floor:
                raise BadSetting(f"{getattr(self, name)} is below {floor}.", field=name)
        if self.agreement > 1:
            raise BadSetting(f"{self.agreement} is above 1.", field="agreement")

    @property
    def middle(self) -> float:
        """The cut in the middle of the range, in close pairs."""
        return (self.loosest + self.tightest) / 2
