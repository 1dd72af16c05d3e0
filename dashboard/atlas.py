"""What is asked about the map, and what corrects the kinds on it."""

from typing import Final

from api.schemas.corrections import CorrectionOut, CorrectionsPage, EffectOut, MergeIn, SplitIn
from api.schemas.map import MapOut, MoveCasesIn, PartIn, PartOut
from dashboard.transport import Conversation, typed

POINTS_SECONDS: Final = 20.0


class Atlas(Conversation):
    """The part of `dashboard.client.Api` that looks at all kinds at once and corrects them."""

    def map(self, version: str | None = None) -> MapOut:
        """The newest map, or an earlier one."""
        return self._get(MapOut, "map", version=version)

    def map_points(self, version: str) -> bytes:
        """The points of a map, as the canvas reads them."""
        return self._bytes("map", "points", seconds=POINTS_SECONDS, version=version)

    def within(self, wish: PartIn) -> PartOut:
        """What a part of the map holds."""
        return self._send(PartOut, "POST", "map", "within", body=wish)

    def merge(self, kind_id: str, into: str, version: int, *, tried: bool) -> EffectOut:
        """Make two kinds one, or only try it."""
        body = MergeIn(into=into)
        return self._send(
            EffectOut, "POST", "kinds", kind_id, "merge", body=body, if_match=version, tried=tried
        )

    def split(
        self, kind_id: str, cases: list[str], name: str | None, version: int, *, tried: bool
    ) -> EffectOut:
        """Make a kind of its own of some of a kind's cases, or only try it."""
        body = typed(SplitIn, cases=cases, name=name or None)
        return self._send(
            EffectOut, "POST", "kinds", kind_id, "split", body=body, if_match=version, tried=tried
        )

    def move(self, cases: list[str], to: str | None, seen_in: str, *, tried: bool) -> EffectOut:
        """Put cases into another kind or keep them out of all, or only try it."""
        body = MoveCasesIn(cases=cases, to=to)
        return self._send(EffectOut, "POST", "moves", body=body, if_match=seen_in, tried=tried)

    def corrections(self, before: str | None = None) -> CorrectionsPage:
        """What people corrected, the newest first."""
        return self._get(CorrectionsPage, "corrections", before=before, limit=25)

    def undo_correction(self, seen: CorrectionOut, *, tried: bool) -> EffectOut:
        """Take a correction back, or only try it."""
        return self._send(
            EffectOut, "POST", "corrections", seen.id, "undo", if_match=seen.version, tried=tried
        )
