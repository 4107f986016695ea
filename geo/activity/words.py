"""How the place of an activity is said, in French and in English.

Places are named, activities never: no word here says of anybody that it acts against the law, and a
test holds every label to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from geo.activity.ground import GroundRole
from geo.activity.placed import OnDay, PlaceCode, Placed, RightMet, Stood
from geo.law.values import Bilingual
from geo.periods import Period
from geo.register.names import kind_and_code

PLACES: Mapping[PlaceCode, Bilingual] = MappingProxyType(
    {
        PlaceCode.INSIDE_ZONE: Bilingual(
            "dans une zone d’exploitation artisanale", "inside an artisanal zone"
        ),
        PlaceCode.INSIDE_ALLOCATION: Bilingual(
            "dans une allocation par accord avec l’EGC",
            "inside an allocation by agreement with EGC",
        ),
        PlaceCode.INSIDE_PROTECTED: Bilingual(
            "dans une aire protégée ou interdite", "inside a protected or closed area"
        ),
        PlaceCode.INSIDE_PERMIT_NO_ALLOCATION: Bilingual(
            "dans un titre, sans allocation artisanale",
            "inside a title, without artisanal allocation",
        ),
        PlaceCode.ON_FREE_GROUND: Bilingual(
            "hors de tout titre et de toute zone", "outside all titles and zones"
        ),
        PlaceCode.NEAR_EDGE: Bilingual("à cheval sur une limite", "across a boundary"),
        PlaceCode.NOT_SURVEYED: Bilingual("non observé", "not surveyed"),
    }
)

ON_DAYS: Mapping[OnDay, Bilingual] = MappingProxyType(
    {
        OnDay.SEEN: Bilingual("vue ce jour-là", "seen on that day"),
        OnDay.LOOKED: Bilingual(
            "lieu observé ce jour-là, sans cette activité dans la source",
            "the place was looked at on that day; the source does not report this activity then",
        ),
        OnDay.NOT_SURVEYED: Bilingual(
            "lieu non observé ce jour-là : rien n’est dit de l’activité",
            "the place was not surveyed on that day: nothing is said of the activity",
        ),
        OnDay.NOT_STATED: Bilingual("dates d’observation non indiquées", "days not stated"),
    }
)

ROLES: Mapping[GroundRole, Bilingual] = MappingProxyType(
    {
        GroundRole.ZONE: Bilingual("zone d’exploitation artisanale", "artisanal zone"),
        GroundRole.ALLOCATION: Bilingual("allocation avec l’EGC", "allocation with EGC"),
        GroundRole.PROTECTED: Bilingual("aire protégée ou interdite", "protected or closed area"),
        GroundRole.PERMIT: Bilingual("titre", "title"),
        GroundRole.PORTION: Bilingual("terrain d’une coopérative", "ground of a cooperative"),
        GroundRole.HOLD: Bilingual(
            "terrain réservé à la recherche ou fermé autour d’ouvrages",
            "ground kept for research or closed around works",
        ),
        GroundRole.CLAIM: Bilingual("demande en instance", "pending application"),
    }
)

NOTES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "suspended": Bilingual("suspendu", "suspended"),
        "expiry_passed": Bilingual(
            "échéance passée, libération du terrain non enregistrée",
            "nominal expiry passed, release of the ground not recorded",
        ),
        "egc_ground": Bilingual("terrain remis à l’EGC", "ground given over to EGC"),
        "agreement_over": Bilingual(
            "accord arrivé à son terme, fin non enregistrée",
            "agreement past its last day, its end not recorded",
        ),
        "since_not_stated": Bilingual("depuis quand : non indiqué", "since when: not stated"),
        "kind_unknown": Bilingual("type non reconnu", "kind not recognised"),
    }
)

CHANGES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "begun": Bilingual(
            "commencé le {day}, après l’observation", "begun on {day}, after it was seen"
        ),
        "ended": Bilingual(
            "fini le {day}, après l’observation", "ended on {day}, after it was seen"
        ),
    }
)

NOT_STATED = Bilingual("non indiqué", "not stated")
WITHHELD = Bilingual("nom non public ou non indiqué", "name not public or not stated")

_DOUBT = Bilingual(
    "aires protégées : non connues ici ({classes})", "protected areas: not known here ({classes})"
)
_UNCERTAIN = Bilingual(
    "position : incertitude non indiquée ; limite la plus proche à {metres} m",
    "position: uncertainty not stated; nearest boundary {metres} m away",
)
_UNCERTAIN_FAR = Bilingual(
    "position : incertitude non indiquée ; aucune limite connue à moins de 10 km",
    "position: uncertainty not stated; no known boundary within 10 km",
)
_INCOMPLETE = Bilingual(
    "le registre ne dit pas tout de ces jours : ce qui avait pris fin n’y figure pas",
    "the register does not tell everything of these days: what had ended is not in it",
)
_PERHAPS = Bilingual(
    "{right} : existait peut-être déjà, sa date n’est pas indiquée",
    "{right}: may have stood already, its day is not stated",
)
_UNDATED = Bilingual(
    "date d’observation non indiquée : son état juridique d’alors n’est pas connu",
    "day of observation not stated: its legal state then is not known",
)


def right_in_words(right: RightMet) -> str:
    """Return kind and code of a right, as ``PE 4960``; the same in both languages."""
    return kind_and_code(right.kind, right.code) or right.ref


def summary_of(placed: Placed) -> Bilingual:
    """Return the place in one line: its code, and every side with its share."""
    if placed.code is not PlaceCode.NEAR_EDGE:
        return _with_rights(placed)
    sides = [_side(side.code, side.rights, side.probability) for side in placed.sides]
    label = PLACES[PlaceCode.NEAR_EDGE]
    return Bilingual(
        f"{label.fr} : " + " ; ".join(side.fr for side in sides),
        f"{label.en}: " + "; ".join(side.en for side in sides),
    )


def remarks_of(placed: Placed, classes: Mapping[str, Bilingual]) -> tuple[Bilingual, ...]:
    """Return everything that must be said beside the place: doubts, changes, what is not stated.

    Parameters
    ----------
    classes : names of the classes of restricted ground, from the law data.
    """
    said: list[Bilingual] = []
    if not placed.uncertainty_stated:
        said.append(_of_uncertainty(placed.boundary_m))
    if placed.protection_unknown:
        names = [classes[name] for name in placed.protection_unknown]
        said.append(
            Bilingual(
                _DOUBT.fr.format(classes=", ".join(name.fr for name in names)),
                _DOUBT.en.format(classes=", ".join(name.en for name in names)),
            )
        )
    for change in placed.changes:
        day = NOT_STATED if change.day is None else _same(change.day.isoformat())
        said.append(_named(change.right, CHANGES[change.key], day))
    if placed.observation.during is None:
        said.append(_UNDATED)
    return (*said, *_of_then(placed.then), *_of_rights(placed))


def then_of(stood: Stood) -> Bilingual:
    """Return the place over the days on which it was seen, in one line."""
    sides = [_side(side.code, side.rights, side.probability) for side in stood.sides]
    days = _days(stood.during)
    return Bilingual(
        f"{days.fr} : " + " ; ".join(side.fr for side in sides),
        f"{days.en}: " + "; ".join(side.en for side in sides),
    )


def _with_rights(placed: Placed) -> Bilingual:
    label = PLACES[placed.code]
    rights = [right for side in placed.sides for right in side.rights]
    names = ", ".join(right_in_words(right) for right in rights)
    return Bilingual(*(f"{text} ({names})" if names else text for text in (label.fr, label.en)))


def _side(code: PlaceCode, rights: tuple[RightMet, ...], share: float) -> Bilingual:
    names = ", ".join(right_in_words(right) for right in rights)
    named = f" ({names})" if names else ""
    percent = f"{share * 100:.1f}"
    label = PLACES[code]
    return Bilingual(
        f"{label.fr}{named} {percent.replace('.', ',')} %", f"{label.en}{named} {percent} %"
    )


def _of_uncertainty(metres: float | None) -> Bilingual:
    if metres is None:
        return _UNCERTAIN_FAR
    said = f"{metres:.0f}" if metres >= 10 else f"{metres:.3f}"
    return Bilingual(
        _UNCERTAIN.fr.format(metres=said.replace(".", ",")), _UNCERTAIN.en.format(metres=said)
    )


def _of_then(then: tuple[Stood, ...]) -> list[Bilingual]:
    perhaps = {right.ref: right for stood in then for right in stood.begun_unknown}
    said = [
        Bilingual(
            _PERHAPS.fr.format(right=right_in_words(right)),
            _PERHAPS.en.format(right=right_in_words(right)),
        )
        for right in perhaps.values()
    ]
    return said if all(stood.complete for stood in then) else [*said, _INCOMPLETE]


def _of_rights(placed: Placed) -> list[Bilingual]:
    said = [_named(right, NOTES[n]) for right in placed.rights for n in notes_on(right, placed.on)]
    return said + [_named(r, ROLES[r.role]) for r in placed.rights if r.role in _FURTHER]


def notes_on(right: RightMet, on: date) -> tuple[str, ...]:
    """Return what is to be said of a right on a day, as keys of :data:`NOTES`."""
    held = right.role not in _FURTHER
    past = right.expires_on is not None and right.expires_on <= on
    holds = {
        "suspended": right.state == "suspended",
        "expiry_passed": past and right.role is GroundRole.PERMIT,
        "kind_unknown": held and right.kind in ("", "UNKNOWN"),
        "since_not_stated": held and right.since is None,
    }
    return (*right.notes, *(note for note, holds_now in holds.items() if holds_now))


_FURTHER = (GroundRole.PORTION, GroundRole.HOLD, GroundRole.CLAIM)


def _named(right: RightMet, words: Bilingual, day: Bilingual | None = None) -> Bilingual:
    name = right_in_words(right)
    found = (
        words
        if day is None
        else Bilingual(words.fr.format(day=day.fr), words.en.format(day=day.en))
    )
    return Bilingual(f"{name} : {found.fr}", f"{name}: {found.en}")


def _days(period: Period) -> Bilingual:
    """Return the first and the last day of a period."""
    first = None if period.start is None else period.start.isoformat()
    last = None if period.end is None else (period.end - timedelta(days=1)).isoformat()
    if first is None and last is None:
        return NOT_STATED
    if first is None:
        return Bilingual(f"jusqu’au {last}", f"until {last}")
    if last is None:
        return Bilingual(f"depuis le {first}", f"since {first}")
    if first == last:
        return Bilingual(f"le {first}", f"on {first}")
    return Bilingual(f"du {first} au {last}", f"{first} to {last}")


def _same(text: str) -> Bilingual:
    return Bilingual(text, text)


REASONS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "protected": Bilingual(
            "dans une aire protégée ou interdite, ou peut-être",
            "in a protected or closed area, or possibly so",
        ),
        "suspended_area": Bilingual(
            "dans une zone ou allocation suspendue", "in a zone or an allocation that is suspended"
        ),
        "permit_no_allocation": Bilingual(
            "dans un titre sans allocation artisanale, ou peut-être",
            "in a title without artisanal allocation, or possibly so",
        ),
        "near_edge": Bilingual(
            "à cheval sur une limite : à voir sur le terrain",
            "across a boundary: to be seen on the ground",
        ),
        "protection_unknown": Bilingual(
            "hors titres et zones, protection du terrain non connue",
            "outside titles and zones, protection of the ground not known",
        ),
    }
)
"""Why a place is on the list of inspections (:class:`geo.activity.inspection.Reason`)."""
