"""How dues, payments and lists are said: French first, then English, one table for each code."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from geo.casework.money.lists import Candidate, Cause
from geo.casework.money.standing import Standing
from maps.escape import csv_text
from maps.style import Label, Language

STANDINGS: Mapping[Standing, Label] = MappingProxyType(
    {
        Standing.PAID: Label("payé", "paid"),
        Standing.OVERPAID: Label("trop-perçu", "overpaid"),
        Standing.PARTLY_PAID: Label("payé en partie", "partly paid"),
        Standing.UNPAID: Label("impayé", "unpaid"),
        Standing.EXEMPT: Label("exempté", "exempt"),
        Standing.UNDETERMINED: Label("indéterminé", "undetermined"),
    }
)

CAUSES: Mapping[Cause, Label] = MappingProxyType(
    {
        Cause.FEE_UNPAID: Label(
            "droits superficiaires non acquittés à l’échéance", "surface fee not paid when due"
        ),
        Cause.FIRST_FEE_UNPAID: Label(
            "premiers droits superficiaires non acquittés dans les 30 jours de la décision",
            "first surface fee not paid within 30 days of the decision",
        ),
        Cause.WORKS_NOT_STARTED: Label(
            "travaux non commencés à l’échéance", "works not started by the deadline"
        ),
        Cause.WORKS_STARTED_LATE: Label(
            "travaux commencés après l’échéance", "works started after the deadline"
        ),
    }
)

REASONS: Mapping[str, Label] = MappingProxyType(
    {
        "not_found": Label("taux ou délai non trouvé", "rate or term not found"),
        "entry_into_force_unsure": Label(
            "date d’entrée en vigueur incertaine", "first day in force unsure"
        ),
        "no_legal_basis": Label("sans base légale ce jour", "no legal basis on that day"),
        "repealed": Label("abrogé", "repealed"),
        "exempt": Label("exempté", "exempt"),
        "grant_day_unknown": Label("jour de l’octroi inconnu", "day of the grant unknown"),
        "kind_changed_in_year": Label(
            "le type du titre a changé dans l’année", "the kind of the title changed in the year"
        ),
        "after_expiry": Label(
            "après le terme du titre, sans libération inscrite",
            "after the term of the title, no release recorded",
        ),
        "off_lattice": Label(
            "terrain hors grille : carrés non comptables",
            "ground off the lattice: its carrés cannot be counted",
        ),
        "ground_unknown": Label("carrés tenus inconnus", "carrés held unknown"),
        "ground_changed_before_due_day": Label(
            "les carrés ont changé avant l’échéance", "the carrés changed before the due day"
        ),
        "period_changes_in_year": Label(
            "une période de recherche finit dans l’année", "a period of research ends in the year"
        ),
        "share_of_year_not_found": Label(
            "règle pour une partie d’année non trouvée", "rule for a part of a year not found"
        ),
        "no_due_for_kind": Label("aucun droit pour ce type", "no due for this kind"),
        "not_granted": Label("titre non octroyé", "title not granted"),
        "not_yet_granted": Label("octroyé plus tard", "granted later"),
        "ended": Label("titre éteint avant cette année", "title ended before that year"),
    }
)
"""Why there is no amount, or none to pay."""

CANDIDATES_ONLY = Label(
    "Liste de titres à examiner. Aucune caducité ni déchéance n’en résulte sans décision.",
    "A list of titles to examine. No title lapses or is forfeited without a decision.",
)


def amount_text(candidate: Candidate, language: Language) -> str:
    """Return the amount due, or that it is undetermined and why."""
    if candidate.amount_due is not None:
        return str(candidate.amount_due)
    if candidate.standing is None:
        return REASONS[candidate.reason].text(language) if candidate.reason else ""
    unknown = STANDINGS[Standing.UNDETERMINED].text(language)
    colon = " : " if language == "fr" else ": "
    return f"{unknown}{colon}{REASONS[candidate.reason].text(language)}"


_COLUMNS = (
    *("list", "cause", "title_id", "code", "kind", "state", "holders", "year", "standing"),
    *("amount_due_usd", "paid_usd", "balance_usd", "due_on", "days_late", "article"),
    *("notice_until", "defence_until"),
)


def candidates_csv(candidates: Iterable[Candidate], language: Language = "fr") -> str:
    """Return a list as CSV (UTF-8, comma): text that looks like a formula stays text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in candidates:
        writer.writerow([_cell(value) for value in _line(one, language)])
    return out.getvalue()


def _line(one: Candidate, language: Language) -> tuple[object, ...]:
    standing = STANDINGS[one.standing].text(language) if one.standing else None
    return (
        one.list.value,
        CAUSES[one.cause].text(language),
        one.title_id,
        one.code if one.part is None else f"{one.code}/{one.part}",
        one.kind,
        one.state,
        one.holders,
        one.year,
        standing,
        amount_text(one, language) if one.amount_due is None else one.amount_due,
        one.paid,
        one.balance,
        one.due_on,
        one.days_late,
        one.article,
        one.notice_until,
        one.defence_until,
    )


def _cell(value: object) -> object:
    """Return a cell: numbers stay numbers, all other text is escaped."""
    if value is None:
        return ""
    return csv_text(value) if isinstance(value, str) else value
