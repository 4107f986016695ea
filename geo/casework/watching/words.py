"""What an item says, in French and in English: a heading and sentences, from its facts alone.

What a source or the register does not state reads « non indiqué ». Nothing here judges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from geo.casework.watching.events import EventKind
from geo.casework.watching.reading import Told
from geo.law.values import Bilingual

KINDS: Mapping[EventKind, Bilingual] = MappingProxyType(
    {
        EventKind.APPLICATION: Bilingual("Demande", "Application"),
        EventKind.NOTICE: Bilingual("Avis au public", "Public notice"),
        EventKind.GRANT: Bilingual("Octroi", "Grant"),
        EventKind.ZONE: Bilingual("Zone d’exploitation artisanale", "Artisanal mining zone"),
        EventKind.ALLOCATION: Bilingual("Allocation (voie B)", "Allocation (route B)"),
        EventKind.ATTRIBUTION: Bilingual("Attribution", "Attribution"),
        EventKind.BOUNDARY: Bilingual("Limites modifiées", "Boundary changed"),
        EventKind.TRANSFER: Bilingual("Changement de titulaire", "Change of holder"),
        EventKind.STATE: Bilingual("Changement d’état", "Change of state"),
        EventKind.RELEASE: Bilingual("Terrain libéré", "Ground released"),
        EventKind.RESTRICTED_AREA: Bilingual("Zone de restriction", "Restricted area"),
        EventKind.ACTIVITY: Bilingual("Activité observée", "Activity seen"),
        EventKind.ALERT: Bilingual("Alerte de débordement", "Spill-over alert"),
        EventKind.CONFLICT: Bilingual("Dossier de différend", "Conflict case"),
        EventKind.OBJECTION: Bilingual("Oppositions reçues", "Objections received"),
    }
)
"""What each kind is called, in feeds, letters and forms."""

_CHANGES: Mapping[tuple[EventKind, str], Bilingual] = MappingProxyType(
    {
        (EventKind.APPLICATION, "opened"): Bilingual("Demande déposée", "Application filed"),
        (EventKind.APPLICATION, "changed"): Bilingual("Demande modifiée", "Application changed"),
        (EventKind.APPLICATION, "closed"): Bilingual("Demande close", "Application closed"),
        (EventKind.NOTICE, "changed"): Bilingual("Avis au public modifié", "Public notice amended"),
        (EventKind.GRANT, "opened"): Bilingual("Titre enregistré", "Title registered"),
        (EventKind.GRANT, "transformed"): Bilingual("Titre transformé", "Title transformed"),
        (EventKind.ZONE, "opened"): Bilingual(
            "Zone d’exploitation artisanale instituée", "Artisanal mining zone instituted"
        ),
        (EventKind.ZONE, "closed"): Bilingual(
            "Zone d’exploitation artisanale close", "Artisanal mining zone closed"
        ),
        (EventKind.ALLOCATION, "opened"): Bilingual("Allocation inscrite", "Allocation registered"),
        (EventKind.ALLOCATION, "closed"): Bilingual("Allocation terminée", "Allocation ended"),
        (EventKind.ATTRIBUTION, "opened"): Bilingual("Portion attribuée", "Portion attributed"),
        (EventKind.ATTRIBUTION, "closed"): Bilingual("Attribution terminée", "Attribution ended"),
        (EventKind.RESTRICTED_AREA, "opened"): Bilingual(
            "Zone de restriction inscrite", "Restricted area registered"
        ),
        (EventKind.RESTRICTED_AREA, "closed"): Bilingual(
            "Zone de restriction levée", "Restricted area lifted"
        ),
    }
)
_SEEN = {
    "visit": Bilingual("Site visité", "Site visited"),
    "detection": Bilingual("Activité détectée", "Activity detected"),
}
_NOT_STATED = Bilingual("non indiqué", "not stated")
_NO_VERDICT = Bilingual(
    "Une observation n’accuse personne, et un terrain sans observation n’est pas un terrain sans "
    "activité.",
    "An observation accuses nobody, and ground without an observation is not ground without "
    "activity.",
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return the text without what XML cannot hold and no reader should be sent.

    >>> clean("Kalonda\\x00 \\x1b[31mMining")
    'Kalonda [31mMining'
    """
    return _CONTROL.sub("", text)


def heading(told: Told) -> Bilingual:
    """Return what happened and to what, in a few words.

    An observation is named by its site, a title by its code; without one, by its number.
    """
    what = _SEEN.get(str(told.facts.get("seen")))
    word = what or _CHANGES.get((told.kind, str(told.facts.get("change")))) or KINDS[told.kind]
    named = clean(_named(told))
    return Bilingual(f"{word.fr} : {named}", f"{word.en}: {named}")


def summary(told: Told) -> Bilingual:
    """Return what is known of it, in sentences."""
    parts = [_parties(told), _ground(told), _of_kind(told), _nearness(told)]
    said = [part for part in parts if part is not None]
    if not said:
        return heading(told)
    return Bilingual(
        clean(" ".join(part.fr for part in said)), clean(" ".join(part.en for part in said))
    )


def _named(told: Told) -> str:
    facts = told.facts
    if told.kind is EventKind.ACTIVITY:
        return str(facts.get("name") or facts.get("site") or facts.get("source_name") or "")
    code = facts.get("code")
    if code:
        return str(code)
    table, _, number = told.subject.partition(":")
    right = str(facts.get("right") or "")
    return f"{right} n° {number}".strip() if table in ("title", "notice") else f"n° {number}"


def _parties(told: Told) -> Bilingual | None:
    if not told.names:
        return None
    withheld = Bilingual("nom non publié", "name not published")
    if told.kind is EventKind.TRANSFER:
        now = int(told.facts.get("now", len(told.names)))
        after, before = told.names[:now], told.names[now:]
        french = ", ".join(name or withheld.fr for name in after) or _NOT_STATED.fr
        english = ", ".join(name or withheld.en for name in after) or _NOT_STATED.en
        was_fr = ", ".join(name or withheld.fr for name in before)
        was_en = ", ".join(name or withheld.en for name in before)
        return Bilingual(
            f"Titulaire : {french}" + (f" (avant : {was_fr})." if before else "."),
            f"Holder: {english}" + (f" (before: {was_en})." if before else "."),
        )
    return Bilingual(
        f"Parties : {', '.join(name or withheld.fr for name in told.names)}.",
        f"Parties: {', '.join(name or withheld.en for name in told.names)}.",
    )


def _ground(told: Told) -> Bilingual | None:
    cells = told.facts.get("cells")
    if cells is None:
        return None
    area = str(told.facts.get("legal_area_ha", ""))
    many = "s" if int(cells) > 1 else ""
    return Bilingual(
        f"Périmètre : {cells} carré{many}, {area.replace('.', ',')} ha de superficie légale.",
        f"Perimeter: {cells} carré{many}, {area} ha of legal area.",
    )


def _of_kind(told: Told) -> Bilingual | None:
    facts = told.facts
    if told.kind is EventKind.BOUNDARY:
        before, after = facts["cells_before"], facts["cells_after"]
        return Bilingual(
            f"{before} carrés avant, {after} après.", f"{before} carrés before, {after} after."
        )
    if told.kind is EventKind.ALERT:
        return _alert(told)
    if told.kind in (EventKind.STATE, EventKind.CONFLICT):
        was, state = facts.get("was"), facts.get("state")
        return Bilingual(f"État : {was} → {state}.", f"State: {was} → {state}.")
    if told.kind is EventKind.NOTICE:
        last = facts["closes_on"]
        return Bilingual(
            f"Toute personne peut faire opposition, sans compte, jusqu’au {last} inclus.",
            f"Anybody may object, without an account, up to and including {last}.",
        )
    if told.kind is EventKind.OBJECTION:
        count = facts["so_far"]
        return Bilingual(f"Reçues à ce jour : {count}.", f"Received so far: {count}.")
    if told.kind is EventKind.ACTIVITY:
        return _seen(told)
    return None


_DIRECTIONS = {
    "leaves_area": Bilingual("hors de la zone artisanale", "beyond the artisanal area"),
    "enters_permit": Bilingual("dans le permis", "inside the permit"),
    "enters_protected": Bilingual("dans l’aire protégée", "inside the protected area"),
    "enters_strip": Bilingual("dans la bande d’exclusion", "inside the exclusion strip"),
}


def _alert(told: Told) -> Bilingual:
    facts = told.facts
    where = _DIRECTIONS.get(str(facts["direction"])) or Bilingual(*[str(facts["direction"])] * 2)
    name, month, since = facts["name"], str(facts["month"])[:7], facts.get("since")
    hectares = f"{float(facts['new_ha']):.2f}"
    return Bilingual(
        f"{name} : activité nouvelle {where.fr}, mois {month} "
        f"(regard précédent : {str(since)[:7] if since else 'aucun'}) ; "
        f"{hectares.replace('.', ',')} ha, {facts['places']} sites. {_NO_VERDICT.fr}",
        f"{name}: new activity {where.en}, month {month} "
        f"(last look before: {str(since)[:7] if since else 'none'}); "
        f"{hectares} ha, {facts['places']} sites. {_NO_VERDICT.en}",
    )


def _seen(told: Told) -> Bilingual:
    facts = told.facts
    first, after = facts.get("first_day"), facts.get("day_after")
    days_fr = f"du {first} à avant le {after}" if first and after else first or _NOT_STATED.fr
    days_en = f"from {first} to before {after}" if first and after else first or _NOT_STATED.en
    minerals = ", ".join(facts.get("minerals") or [])
    sure = facts.get("confidence")
    return Bilingual(
        f"Source : {facts.get('source_name')}. Jours : {days_fr}. "
        f"Substances : {minerals or 'non indiquées'}. "
        f"Confiance : {'non indiquée' if sure is None else sure}. {_NO_VERDICT.fr}",
        f"Source: {facts.get('source_name')}. Days: {days_en}. "
        f"Substances: {minerals or _NOT_STATED.en}. "
        f"Confidence: {_NOT_STATED.en if sure is None else sure}. {_NO_VERDICT.en}",
    )


def _nearness(told: Told) -> Bilingual | None:
    if told.meets != "near":
        return None
    reach = told.facts.get("uncertainty_m")
    return Bilingual(
        f"Position donnée hors de la zone surveillée ; à {reach} m près, elle peut s’y trouver.",
        f"The position given is outside the watched area; within {reach} m it may lie inside.",
    )
