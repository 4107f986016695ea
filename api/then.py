"""Another day, and another belief: what a request asks of the register's two clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query

from api.clock import LEGAL_ZONE

Day = Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))]


@dataclass(frozen=True, slots=True)
class Then:
    """The legal day asked about, and the day on whose evening the register is believed.

    None means today, and what is known now.
    """

    on: date | None
    as_known_on: date | None

    @property
    def elsewhen(self) -> bool:
        """Whether anything but today as known now is asked."""
        return self.on is not None or self.as_known_on is not None

    @property
    def until(self) -> datetime | None:
        """The first instant that is no longer known: midnight after the day, in Kinshasa."""
        if self.as_known_on is None:
            return None
        return datetime.combine(self.as_known_on + timedelta(days=1), time(), LEGAL_ZONE)


def then(on: Day = None, as_known_on: Day = None) -> Then:
    """Return what the request asks of the two clocks."""
    return Then(on, as_known_on)
