"""How good a found group is: the values, and the floors below which it does not surface."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class QualityFloor:
    """One floor of the quality gate: the value's name, the least that passes, and the words."""

    name: str
    label: str
    least: float
    words: str

    def sentence(self, value: float) -> str:
        """Say what was measured and what is needed."""
        return self.words.format(value=value, least=self.least)


QUALITY_FLOORS = (
    QualityFloor(
        name="stability",
        label="Stability",
        least=0.6,
        words="Its cases stayed together in {value:.0%} of repeated runs; {least:.0%} are needed.",
    ),
    QualityFloor(
        name="margin",
        label="Distance to its nearest rival",
        least=0.02,
        words="Its cases are {value:.2f} more alike than to the nearest other kind; "
        "{least:.2f} are needed.",
    ),
    QualityFloor(
        name="clause_share",
        label="Share of the dominant clause",
        least=0.5,
        words="{value:.0%} of the references name one clause; {least:.0%} are needed.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """A floor that a group misses: which, the value, the least needed, one sentence."""

    name: str
    value: float
    least: float
    sentence: str


@dataclass(frozen=True, kw_only=True)
class FoundGroup:
    """A group of at least `min_size` cases, and how it came about.

    Attributes
    ----------
    rows : the rows of the case table it was found in, ascending
    cohesion : mean fused similarity between two members
    rival, rival_similarity : the nearest other group's number and the mean similarity to its
        members; None when this is the only group
    stability : share of member pairs that stayed together when the run was repeated on samples
    clause, clause_share : the key most members name, and its share among members that name one;
        None where nobody names one (a possible gap)
    doubted : how many members name a clause that the text speaks clearly against
    """

    rows: tuple[int, ...]
    cohesion: float
    rival: int | None
    rival_similarity: float | None
    stability: float
    clause: str | None
    clause_share: float | None
    doubted: int

    @property
    def margin(self) -> float | None:
        """How much more alike its members are than to the nearest other group."""
        return None if self.rival_similarity is None else self.cohesion - self.rival_similarity

    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Every floor this group misses; empty when it passes the gate. Unknown passes."""
        missed = []
        for floor in QUALITY_FLOORS:
            value: float | None = getattr(self, floor.name)
            if value is not None and value < floor.least:
                missed.append(
                    Shortfall(
                        name=floor.name,
                        value=value,
                        least=floor.least,
                        sentence=floor.sentence(value),
                    )
                )
        return tuple(missed)
