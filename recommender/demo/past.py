"""A past to seed: the same data through a house whose clock stands on days gone by."""

from datetime import UTC, datetime, time, timedelta

from recommender.storage.house import House


class Past:
    """A second house over the data of one that is open, whose clock is set.

    Its reports are as of that day, and of what is approved in it, every case is drawn for a second
    look. It is closed in the end; the other house never was anywhere else.
    """

    def __init__(self, house: House) -> None:
        self.present = house.clock()
        self._moment = self.present
        self._settings = house.settings.model_copy(update={"review_share": 1.0})
        self.house = House(house.settings, clock=lambda: self._moment)
        self.house.encoder = house.encoder

    def moment(self, days_ago: int, at: str) -> datetime:
        """Give a time of day (UTC), so many days before today."""
        day = self.present.date() - timedelta(days=days_ago)
        return datetime.combine(day, time.fromisoformat(at), tzinfo=UTC)

    def on(self, days_ago: int, at: str) -> None:
        """Set the clock to a time of day (UTC), so many days before today."""
        self._go_to(self.moment(days_ago, at))

    def ago(self, hours: float) -> None:
        """Set the clock so many hours back."""
        self._go_to(self.present - timedelta(hours=hours))

    def come_back(self) -> None:
        """Set the clock to the present."""
        self._moment, self.house.settings = self.present, self._settings

    def close(self) -> None:
        """Let go of the data."""
        self.house.database.close()

    def _go_to(self, moment: datetime) -> None:
        self._moment = moment
        self.house.settings = self._settings.model_copy(update={"as_of": moment.date()})
