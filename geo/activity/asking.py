"""Activity and its ground as one asker may see them: the cadastre, a company, everybody else.

The cadastre reads every source and the register on both clocks. All others read what is public, on
the ground of today; the list of a company keeps to activity that meets its own titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.ground import Ground
from geo.activity.ground_of_register import ground_of_register, ground_published
from geo.activity.place import place
from geo.activity.placed import Placed
from geo.activity.records import Observation
from geo.errors import InputError, NotPermitted
from geo.law import Law
from geo.register.activity.reader import ActivityReader
from geo.register.areas.measure import reach_deg
from geo.register.connection import UnitOfWork
from geo.register.ground_history import Window
from geo.register.own_titles import titles_held
from geo.register.people import OF_THE_CADASTRE, Actor, Role
from geo.register.reader import PublicReader, Reader

MAX_OBSERVATIONS = 50_000
"""More are not placed in one answer."""

AROUND_M = 10_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: on which day, as known when (a revision), and within which box in degrees."""

    on: date
    as_known_on: int | None = None
    window: Window | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an asker's questions about activity are answered, within one unit of work."""

    unit: UnitOfWork
    actor: Actor
    law: Law
    today: date

    @property
    def of_the_cadastre(self) -> bool:
        """Whether the register itself is read."""
        return self.actor.role in OF_THE_CADASTRE

    @property
    def reader(self) -> ActivityReader:
        """Activity as the asker may see it."""
        return ActivityReader(self.unit.connection, public=not self.of_the_cadastre)

    def own_titles(self) -> frozenset[int] | None:
        """Return the titles to which a company's answers keep; None for whoever is no company."""
        if self.actor.role is not Role.COMPANY:
            return None
        return frozenset(t.title_id for t in titles_held(self.unit, self.actor.parties, self.today))

    def places(self, asked: Asked) -> list[Placed]:
        """Return the places of the activity that the asker may see.

        Raises
        ------
        NotPermitted : another day or revision than today's, for whoever is not of the cadastre.
        InputError : there is more activity than one answer holds.
        """
        self._require(asked)
        inside = None if asked.window is None else shapely.box(*asked.window)
        own = self.own_titles()
        if own is not None:
            inside = self._own_ground(own, inside)
            if inside is None:
                return []
        found = self.reader.observations(
            known=asked.as_known_on,
            source=asked.source,
            inside=inside,
            limit=MAX_OBSERVATIONS + 1,
        )
        if len(found) > MAX_OBSERVATIONS:
            raise InputError(
                f"there are more than {MAX_OBSERVATIONS} activities. Ask about a province, a "
                "title or a smaller box."
            )
        placed = self._placed(found, asked)
        return [one for one in placed if own is None or _meets(one, own)]

    def place_of(self, number: int, asked: Asked) -> Placed:
        """Return the place of one observation.

        Raises
        ------
        NotFound : none of that number is known to the asker.
        NotPermitted : as for :meth:`places`.
        """
        self._require(asked)
        found = self.reader.observation(number, asked.as_known_on).observation
        return self._placed([found], asked)[0]

    def on_title(self, title_id: int, asked: Asked) -> tuple[BaseGeometry | None, list[Placed]]:
        """Return the ground of a title, and the places of the activity that meets it.

        Raises
        ------
        NotFound : the register holds no such title on that day.
        NotPermitted : as for :meth:`places`.
        """
        self._require(asked)
        ground = self._ground_of(title_id, asked)
        if ground is None:
            return None, []
        found = self.reader.observations(known=asked.as_known_on, inside=ground)
        placed = self._placed(found, asked)
        return ground, [one for one in placed if _meets(one, {title_id})]

    def _require(self, asked: Asked) -> None:
        if self.of_the_cadastre:
            return
        if asked.on != self.today or asked.as_known_on is not None:
            raise NotPermitted("the cadastre alone asks about another day or revision than today's")

    def _placed(self, found: Sequence[Observation], asked: Asked) -> list[Placed]:
        if not found:
            return []
        surveys = self.reader.surveys(known=asked.as_known_on)
        return place(found, self._ground(found, asked), asked.on, surveys)

    def _ground(self, found: Sequence[Observation], asked: Asked) -> Ground:
        window = _around(found)
        connection = self.unit.connection
        if not self.of_the_cadastre:
            return ground_published(connection, self.law, self.today, window)
        known = Reader(connection).revision_as_known(asked.as_known_on)
        return ground_of_register(connection, self.law, known, window)

    def _ground_of(self, title_id: int, asked: Asked) -> BaseGeometry | None:
        connection = self.unit.connection
        title = (
            Reader(connection).title(title_id, asked.on, asked.as_known_on)
            if self.of_the_cadastre
            else PublicReader(connection).title(title_id)
        )
        if not title.grounds:
            return None
        return shapely.union_all([ground.geometry for ground in title.grounds])

    def _own_ground(self, own: frozenset[int], box: BaseGeometry | None) -> BaseGeometry | None:
        reader = PublicReader(self.unit.connection)
        grounds = [g.geometry for title in sorted(own) for g in reader.title(title).grounds]
        if not grounds:
            return None
        whole = shapely.union_all(grounds)
        common = whole if box is None else shapely.intersection(whole, box)
        return None if common.is_empty else common


def _meets(placed: Placed, titles: frozenset[int] | set[int]) -> bool:
    return any(right.title_id in titles for right in placed.rights)


def _around(found: Sequence[Observation]) -> Window:
    """Return the box that holds activities, their uncertainty and ten kilometres around them."""
    west, south, east, north = shapely.total_bounds([seen.geometry for seen in found])
    metres = AROUND_M + max(seen.uncertainty_m or 0.0 for seen in found)
    across, upright = reach_deg(max(abs(south), abs(north)), metres)
    return west - across, south - upright, east + across, north + upright
