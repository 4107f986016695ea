"""The only clock: which day it is in law, and which instant it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Africa/Kinshasa")
"""Days of the law are calendar days of the capital (design decision 10)."""


def now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


def legal_day(instant: datetime) -> date:
    """Return the day of the law on which an instant falls.

    Parameters: ``instant`` with its time zone; one without is refused.

    >>> legal_day(datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    datetime.date(2026, 2, 1)
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} names no time zone")
    return instant.astimezone(LEGAL_ZONE).date()


def legal_today() -> date:
    """Return today's day of the law, in Africa/Kinshasa."""
    return legal_day(now())
