"""A second reading of ground for artisanal areas: plain sets of carrés, the table of the texts.

It shares no code with ``geo.siting`` nor with ``geo.law``: verdicts come from ``law_oracle``,
states from the short table below, carré by carré.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from law_oracle import CODE, Right, verdict_on

TITLES = ("PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT")
GRAVITY = (
    *("no_legal_basis", "block", "needs_legal_review", "queue", "allow_with_renunciation"),
    *("merge", "allow_with_consent", "allow"),
)
STATES = {
    "no_legal_basis": "no_legal_basis",
    "block": "blocked",
    "needs_legal_review": "needs_legal_review",
    "queue": "free_but_reserved",
    "allow_with_renunciation": "consent_and_renunciation",
    "merge": "artisanal_zone_already",
    "allow_with_consent": "free_with_consent",
    "allow": "free",
}


@dataclass(frozen=True)
class Laid:
    """A right with its carrés; ``suspended``: valid no more as a host."""

    right: Right
    cells: frozenset[tuple[int, int]]
    suspended: bool = False


def state_at(cell: tuple[int, int], laid: list[Laid], day: date) -> str:
    """Return the state of one carré on a day."""
    here = [one for one in laid if cell in one.cells]
    if day < CODE:
        return "no_legal_basis"
    asked = Right("ZEA", pending=True, filed_on=day)
    verdicts = {one: verdict_on(asked, one.right, day)[0] for one in here}
    found = set(verdicts.values())
    hosts = [one for one in here if one.right.kind in TITLES and not one.right.pending]
    if hosts and day >= date(2018, 5, 3) and all(one.suspended for one in hosts):
        found.add("block")  # the host is not valid: route A is barred
    elif hosts and date(2018, 3, 9) <= day < date(2018, 5, 3):
        found.add("needs_legal_review")  # whether route A was in force is unsure
    worst = next((word for word in GRAVITY if word in found), "allow")
    waits = all(one.right.pending for one, verdict in verdicts.items() if verdict != "allow")
    if worst == "needs_legal_review" and waits and here:
        return "free_but_reserved"
    return STATES[worst]
