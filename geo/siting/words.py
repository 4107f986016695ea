"""What is said of ground and candidates, in French and English."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from geo.activity.coverage import WHOLE
from geo.law.values import Bilingual
from geo.siting.states import RouteB, StateCode

NO_DATA = Bilingual("pas de données", "no data")

STATES: Mapping[StateCode, Bilingual] = MappingProxyType(
    {
        StateCode.FREE: Bilingual("libre", "free"),
        StateCode.FREE_WITH_CONSENT: Bilingual(
            "libre, avec le consentement de l’autorité ou de l’occupant d’un lieu voisin",
            "free, with the consent of the authority or occupant of a place nearby",
        ),
        StateCode.RESERVED: Bilingual(
            "libre mais réservé : une demande antérieure est en instance",
            "free but reserved: an earlier application is pending",
        ),
        StateCode.ZONE_ALREADY: Bilingual(
            "zone artisanale (ZEA) déjà instituée", "artisanal zone (ZEA) already"
        ),
        StateCode.ROUTE_A: Bilingual(
            "consentement et renonciation du titulaire nécessaires (voie A)",
            "needs the holder's consent and renunciation (route A)",
        ),
        StateCode.ROUTE_B: Bilingual("voie B seulement", "route B only"),
        StateCode.LEGAL_REVIEW: Bilingual(
            "question de droit ouverte (avis juridique)", "needs legal review"
        ),
        StateCode.BLOCKED: Bilingual("exclu", "blocked"),
        StateCode.OUTSIDE: Bilingual("hors du pays", "outside the country"),
        StateCode.NO_LEGAL_BASIS: Bilingual(
            "sans base légale ce jour-là", "no legal basis that day"
        ),
    }
)
ROUTES_B: Mapping[RouteB, Bilingual] = MappingProxyType(
    {
        RouteB.POSSIBLE: Bilingual("voie B possible", "route B possible"),
        RouteB.NOT_STRATEGIC: Bilingual(
            "pas de voie B pour ces substances", "no route B for these substances"
        ),
        RouteB.LEGAL_REVIEW: Bilingual(
            "voie B : question de droit ouverte", "route B needs legal review"
        ),
        RouteB.BLOCKED: Bilingual("voie B exclue", "route B blocked"),
        RouteB.NO_LEGAL_BASIS: Bilingual(
            "voie B sans base légale ce jour-là", "no legal basis for route B that day"
        ),
        RouteB.NO_HOST: Bilingual("voie B sans objet : aucun titre", "no title for route B"),
    }
)
PUBLIC_ONLY = Bilingual(
    "Terrain publié seulement : ce qui n’est pas public peut s’y ajouter.",
    "Published ground only: what is not public may come on top of it.",
)
RESERVATIONS = Bilingual(
    "Ce registre n’inscrit aucune réserve ministérielle (art. 33) : informez-vous au ministère.",
    "No ministerial reservation (art. 33) is recorded in this register: ask the ministry.",
)
ABSENT_LAYERS = Bilingual(
    "Sans couche sur tout ce terrain, donc indéterminé : {}",
    "No layer on all of this ground, so undetermined: {}",
)


def metres_said(metres: float) -> Bilingual:
    """Return a distance within which something lies, in words, never less than it is.

    Tens of metres, from ten kilometres on kilometres.

    Examples
    --------
    >>> metres_said(234.0).fr, metres_said(23_456.0).fr, metres_said(1230.0).en
    ('240 m', '24 km', '1,230 m')
    """
    if metres >= 10_000:
        said = f"{math.ceil(metres / 1000)} km"
        return Bilingual(said, said)
    rounded = f"{math.ceil(metres / 10) * 10:,} m"
    return Bilingual(rounded.replace(",", "\N{NARROW NO-BREAK SPACE}"), rounded)


def _share_looked_at(share: float) -> Bilingual:
    """Return how much of the ground was surveyed; of the rest that nothing is said.

    A share is never rounded up to all of the ground.

    Examples
    --------
    >>> _share_looked_at(1.0).en, _share_looked_at(0.999).en
    ('100% of the ground surveyed', '99% of the ground surveyed, the rest not surveyed')
    """
    whole = share >= WHOLE
    percent = 100 if whole else int(share * 100)
    space = "\N{NARROW NO-BREAK SPACE}"
    return Bilingual(
        f"{percent}{space}% du terrain relevé" + ("" if whole else ", le reste non relevé"),
        f"{percent}% of the ground surveyed" + ("" if whole else ", the rest not surveyed"),
    )


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one line of the sheet: what it is about."""

    what: Bilingual

    def at(self, metres: float, name: str | None, scale: str | None, coarse: bool) -> Bilingual:
        """Return where the nearest one lies; of a coarse layer that it is to be checked."""
        said = metres_said(metres)
        called = f" ({name})" if name else ""
        if not coarse:
            if metres <= 0:
                return Bilingual(
                    f"{self.what.fr}{called} sur le terrain même",
                    f"{self.what.en}{called} on the ground itself",
                )
            return Bilingual(
                f"{self.what.fr}{called} à {said.fr}", f"{self.what.en}{called} {said.en} away"
            )
        source = Bilingual(
            f"échelle de la source {scale}" if scale else "échelle non indiquée",
            f"source scale {scale}" if scale else "scale not stated",
        )
        return Bilingual(
            f"{self.what.fr}{called}, carte grossière, à environ {said.fr} ; {source.fr}, "
            "à vérifier sur le terrain",
            f"mapped {self.what.en}{called} within {said.en}, {source.en}, check on the ground",
        )

    def none_within(self, metres: float) -> Bilingual:
        """Return that there is none within a distance, where a layer tells everything."""
        said = metres_said(metres)
        return Bilingual(
            f"{self.what.fr} : rien à moins de {said.fr}", f"no {self.what.en} within {said.en}"
        )

    def slope(self, mean: float, steepest: float, known: int, cells: int) -> Bilingual:
        """Return slope in degrees, and of how many carrés there are data."""
        return Bilingual(
            f"pente moyenne {mean:.0f}°, la plus forte {steepest:.0f}° "
            f"(données sur {known} carrés de {cells})",
            f"mean slope {mean:.0f}°, steepest {steepest:.0f}° (data on {known} of {cells} carrés)",
        )

    def activity(self, counts: Sequence[int], within: Sequence[float], share: float) -> Bilingual:
        """Return what was seen on and around the ground, and how much of it was looked at."""
        near = ", ".join(
            f"{count} ≤ {metres / 1000:.0f} km"
            for count, metres in zip(counts[1:], within, strict=True)
        )
        if share <= 0:
            looked = Bilingual(
                "terrain non relevé : rien de vu n’est pas absence d’activité",
                "ground not surveyed: nothing seen is not absence of activity",
            )
        else:
            looked = _share_looked_at(share)
        return Bilingual(
            f"activité connue : {counts[0]} sur le terrain, {near} (autour : là où des "
            f"sources ont regardé) ; {looked.fr}",
            f"known activity: {counts[0]} on the ground, {near} (around it: where "
            f"sources looked); {looked.en}",
        )

    def neighbours(self, named: Sequence[tuple[str, float]], count: int) -> Bilingual:
        """Return the nearest rights around, with their distances."""
        fr = ", ".join(f"{name} ({metres_said(metres).fr})" for name, metres in named)
        en = ", ".join(f"{name} ({metres_said(metres).en})" for name, metres in named)
        more = count - len(named)
        return Bilingual(
            f"droits voisins : {fr}" + (f" et {more} autres" if more else ""),
            f"rights nearby: {en}" + (f" and {more} others" if more else ""),
        )


LINES: Mapping[str, Words] = MappingProxyType(
    {
        "water": Words(Bilingual("eau", "water")),
        "rivers": Words(Bilingual("rivière", "river")),
        "slope": Words(Bilingual("pente", "slope")),
        "elevation": Words(Bilingual("pente", "slope")),
        "access": Words(Bilingual("accès", "access")),
        "towns": Words(Bilingual("localité", "town")),
        "occurrences": Words(Bilingual("indice minéral", "mineral occurrence")),
        "activity": Words(Bilingual("activité", "activity")),
        "neighbours": Words(Bilingual("droit voisin", "right nearby")),
    }
)
