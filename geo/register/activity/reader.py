"""Reading activity: officials read the tables on both clocks, everybody the published views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from geo.activity.records import Observation, Seen, Survey
from geo.errors import InputError, NotFound
from geo.periods import Period
from geo.register.activity import statements as sql
from geo.register.activity.views import ObservationView, SourceView, SurveyView
from geo.register.areas.measure import reach_deg

CUT_DEG = 30 / 3600
"""Edges of ground are cut at one carré before distances are asked: the geodesic between the ends of
a piece then lies at most 3 mm from it (see :mod:`geo.register.areas.measure`)."""


class ActivityReader:
    """Reads activity under the role of its connection.

    Parameters
    ----------
    public : read the published views alone (public sources, as known now); works under every role.
        Else the tables: officials only.
    """

    def __init__(self, connection: Connection, *, public: bool) -> None:
        self._connection = connection
        self._public = public

    def observations(
        self,
        *,
        known: int | None = None,
        source: str | None = None,
        site: str | None = None,
        inside: BaseGeometry | None = None,
        near_m: float = 0,
        during: Period | None = None,
        dated_by_survey: bool = False,
        after_id: int = 0,
        limit: int | None = None,
    ) -> list[Observation]:
        """Return observations by rising number.

        Parameters
        ----------
        known : revision as of which; None: as known now.
        source, site : codes; a site is one of its source.
        inside : ground in longitude and latitude that they meet (a touch counts), or lie within
            ``near_m`` metres of on the ellipsoid.
        during : those seen on some day of it. One that states no day is not among them.
        dated_by_survey : an observation that states no day counts as seen within the period that
            its delivery states for the survey, where it states one.
        after_id, limit : a page of them.

        Raises
        ------
        InputError : the public asks for another revision than the last.
        """
        found = self.views(
            known=known,
            source=source,
            site=site,
            inside=inside,
            near_m=near_m,
            during=during,
            dated_by_survey=dated_by_survey,
            after_id=after_id,
            limit=limit,
        )
        return [view.observation for view in found]

    def views(
        self,
        *,
        known: int | None = None,
        source: str | None = None,
        site: str | None = None,
        number: int | None = None,
        inside: BaseGeometry | None = None,
        near_m: float = 0,
        during: Period | None = None,
        dated_by_survey: bool = False,
        after_id: int = 0,
        limit: int | None = None,
    ) -> list[ObservationView]:
        """Return observations with where they come from; asked as :meth:`observations` is."""
        self._require_now(known)
        when = "coalesce(o.during, o.delivered_during)" if dated_by_survey else "o.during"
        conditions = ["o.id > :after"]
        asked: dict[str, object] = {"after": after_id, "limit": limit}
        for column, value in (("o.source", source), ("o.site", site), ("o.id", number)):
            if value is not None:
                name = column.removeprefix("o.")
                conditions.append(f"{column} = :{name}")
                asked[name] = value
        if during is not None:
            conditions.append(f"{when} && daterange(cast(:since as date), cast(:until as date))")
            asked |= {"since": during.start, "until": during.end}
        if inside is not None:
            conditions.append(_near(near_m))
            asked |= _ground(inside, near_m)
        statement = text(
            f"with seen as ({self._seen(known, inside)}) select {sql.COLUMNS} from seen o "  # noqa: S608
            f"where {' and '.join(conditions)} order by o.id limit :limit"
        )
        rows = self._connection.execute(statement, asked | {"known": known})
        return [_view(row, dated_by_survey=dated_by_survey) for row in rows]

    def observation(self, number: int, known: int | None = None) -> ObservationView:
        """Return one observation.

        Raises
        ------
        NotFound : none of that number is known (to the public: of a public source).
        """
        found = self.views(known=known, number=number)
        if not found:
            raise NotFound(f"there is no observation {number} of activity.")
        return found[0]

    def surveys(self, *, known: int | None = None, source: str | None = None) -> list[Survey]:
        """Return the ground that was looked at, by source and number."""
        found = self.survey_views(known=known, source=source)
        return [Survey(view.source, view.extent, view.during) for view in found]

    def survey_views(
        self, *, known: int | None = None, source: str | None = None
    ) -> list[SurveyView]:
        """Return surveys with the delivery that states them; asked as :meth:`surveys` is."""
        self._require_now(known)
        if self._public:
            statement = sql.SURVEYS.format(surveys="published.activity_survey", code="v.source")
            conditions = ["true"]
        else:
            statement = sql.SURVEYS.format(surveys="activity.survey", code="s.code")
            statement += " join activity.source s on s.id = v.source_id"
            conditions = [_believed("v", known)]
        if source is not None:
            conditions.append(f"{'v.source' if self._public else 's.code'} = :source")
        ordered = f"{statement} where {' and '.join(conditions)} order by source, v.id"
        rows = self._connection.execute(text(ordered), {"known": known, "source": source})
        return [_survey(row) for row in rows]

    def sources(self) -> list[SourceView]:
        """Return the sources by code, with what is known of each now."""
        if self._public:
            statement = sql.SOURCES.format(
                public="true",
                sources="published.activity_source",
                seen="published.activity",
                believed="",
                key="source",
                own="code",
            )
        else:
            statement = sql.SOURCES.format(
                public="s.public",
                sources="activity.source",
                seen="activity.observation",
                believed="where upper_inf(o.known)",
                key="source_id",
                own="id",
            )
        return [SourceView(**row) for row in self._connection.execute(text(statement)).mappings()]

    def _seen(self, known: int | None, inside: BaseGeometry | None) -> str:
        if self._public:
            return sql.PUBLIC.format(seen=sql.SEEN if inside is None else sql.SEEN_IN_A_BOX)
        boxed = "" if inside is None else f" and o.geom && {sql.BOX}"
        return f"{sql.OFFICIAL} where {_believed('o', known)}{boxed}"

    def _require_now(self, known: int | None) -> None:
        if self._public and known is not None:
            raise InputError("the public reads what is known now; an official reads as of before.")


def _believed(table: str, known: int | None) -> str:
    if known is None:
        return f"upper_inf({table}.known)"
    return f"{table}.known @> cast(:known as bigint)"


def _near(near_m: float) -> str:
    ground = "st_geomfromwkb(:ground, 4326)"
    if near_m <= 0:
        return f"st_intersects(o.geom, {ground})"
    return f"st_dwithin(geography(o.geom), geography({ground}), :near_m)"


def _ground(inside: BaseGeometry, near_m: float) -> dict[str, object]:
    """Return the ground asked about with the box beyond which nothing is near enough."""
    west, south, east, north = inside.bounds
    across, upright = reach_deg(max(abs(south), abs(north)), near_m) if near_m > 0 else (0.0, 0.0)
    cut = shapely.segmentize(inside, CUT_DEG) if near_m > 0 else inside
    return {
        "ground": shapely.to_wkb(cut),
        "near_m": near_m,
        "west": west - across,
        "south": south - upright,
        "east": east + across,
        "north": north + upright,
    }


def _period(since: date | None, until: date | None, dated: bool) -> Period | None:
    return Period(since, until) if dated else None


def _view(row: Row[Any], *, dated_by_survey: bool) -> ObservationView:
    delivered = _period(row.delivered_since, row.delivered_until, row.delivery_dated)
    during = _period(row.since, row.until, row.dated)
    observation = Observation(
        id=row.id,
        source=row.source,
        seen=Seen(row.seen),
        geometry=shapely.from_wkb(bytes(row.geom)),
        during=delivered if during is None and dated_by_survey else during,
        site=row.site,
        name=row.name,
        uncertainty_m=row.uncertainty_m,
        patch_ha=row.patch_ha,
        confidence=row.confidence,
        minerals=tuple(row.minerals),
        workers=row.workers,
        attributes=_attributes(row.attributes),
    )
    return ObservationView(observation, row.delivery_id, delivered, row.file, row.row)


def _attributes(found: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(found))


def _survey(row: Row[Any]) -> SurveyView:
    return SurveyView(
        id=row.id,
        source=row.source,
        delivery=row.delivery,
        basis=row.basis,
        extent=shapely.from_wkb(bytes(row.extent)),
        during=_period(row.since, row.until, row.dated),
    )
