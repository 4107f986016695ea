"""How routes name a right."""

from __future__ import annotations

from api.wire import RightName
from geo.register.views import TitleSummary
from maps.style import UNKNOWN_KIND


def right_name(title: TitleSummary) -> RightName:
    """Return what names a right; a kind that nobody recognises is said as unknown."""
    return RightName(
        id=title.id,
        code=title.code,
        part=title.part,
        kind=title.kind or UNKNOWN_KIND.code,
        state=title.state,
    )
