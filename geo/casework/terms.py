"""How long the terms of a title run together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from geo.law.calendar import months_after


def years_together(
    asked: Decimal | None, granted_on: date | None, expires_on: date | None
) -> Decimal | None:
    """Return the years from a grant to an expiry and those asked for after it; None: not known.

    Months begun count whole, so that a last day of the term counts as the day after it.
    """
    if asked is None or granted_on is None or expires_on is None:
        return None
    months = (expires_on.year - granted_on.year) * 12 + expires_on.month - granted_on.month
    months += months_after(granted_on, months) < expires_on
    return asked + Decimal(months) / 12
