"""Filings on paper: entered afterwards by two officials, with the instant of their receipt."""

from __future__ import annotations

from geo.casework.displaced import displaced_by
from geo.casework.effects.titles import require_application
from geo.casework.work import Work
from geo.errors import StepRefused


def require_paper(work: Work) -> None:
    """Refuse to enter a filing on paper that was not received, or is received after now."""
    received = work.file.paper_received_at
    if received is None:
        raise StepRefused(
            "only a filing on paper is entered so. The applicant files this one.",
            "seul un dépôt sur papier se saisit ainsi. Le demandeur dépose celui-ci.",
        )
    if received > work.at:
        raise StepRefused(
            f"the paper would be received at {received.isoformat()}, after now.",
            f"le papier serait reçu le {received.isoformat()}, après maintenant.",
        )
    require_application(work)


def require_displaced_seen(work: Work) -> None:
    """Refuse to confirm a filing on paper before the files that it comes before were looked at.

    The order's payload repeats their numbers: ``{"displaced": ["D-2026-00012", …]}``.
    """
    require_paper(work)
    found = displaced_by(work.unit, work.file, work.version)
    seen = work.order.payload.get("displaced", [])
    unseen = [one for one in found if not isinstance(seen, list) or one.number not in seen]
    if unseen:
        still = ", ".join(one.number for one in unseen if not one.decided)
        decided = ", ".join(one.number for one in unseen if one.decided)
        raise StepRefused(
            "this filing comes before others on the same ground."
            + (f" Open: {still}." if still else "")
            + (f" Decided already, and not undone by it: {decided}." if decided else "")
            + " Confirm with their numbers: {“displaced”: […]}.",
            "ce dépôt précède d’autres demandes sur le même terrain."
            + (f" En cours : {still}." if still else "")
            + (f" Déjà décidées, et non remises en cause : {decided}." if decided else "")
            + " Confirmez avec leurs numéros : {« displaced » : […]}.",
        )
