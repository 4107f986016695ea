"""What the steps of an allocation inside a permit do: route A makes a zone, route B a charge."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, text

from geo.casework.consents import require_consents
from geo.casework.consultation.notices import Route, length_asked, publish
from geo.casework.content import Content
from geo.casework.effects.areas import keep_area, open_zone_file
from geo.casework.effects.host import (
    host_of,
    name_co_holders,
    require_all_holders,
    require_ruling_for_lessee,
    require_who_may_propose,
)
from geo.casework.effects.standing import require_act_of, require_act_since_filing
from geo.casework.effects.titles import link_title
from geo.casework.effects.zones import ask_for_opinions, code_asked
from geo.casework.machine import Effect
from geo.casework.opinions import require_opinions
from geo.casework.reading import version_of
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.register.connection import CADASTRE
from geo.register.orders import AllocationOrder, TitleFacts
from geo.register.writer import encumber, institute_zone
from geo.sources.rows import Holder, State

EGC = "ENTREPRISE GÉNÉRALE DU COBALT"

_KIND = {"route_a": "ZEA", "route_b": "EGC"}
_TERMS = ("agreement_reference", "agreement_on", "starts_on", "ends_on")
_INVOLVE = text("update casework.case_file set involves = :roles where id = :file")
_NOTICE = text(
    "select version_number, closes_on from casework.notice where file_id = :file "
    "and withdrawn_on is null order by id desc limit 1"
)


def require_proposal(work: Work) -> None:
    """Refuse to file what names no host, no ground, or lacks what its route needs."""
    if work.file.host_title_id is None or not work.version.perimeter:
        raise StepRefused(
            "name the permit and draw the ground inside it.",
            "nommez le permis et dessinez le terrain à l’intérieur.",
        )
    asked = _KIND[work.file.subject]
    if work.content.kind != asked:
        raise StepRefused(
            f"a file of {work.file.subject} asks for {asked}, not {work.content.kind}.",
            f"un dossier {work.file.subject} demande {asked}, non {work.content.kind}.",
        )
    require_who_may_propose(work)
    if work.file.subject == "route_a":
        _require_renunciation(work)
    else:
        _require_terms(work)


def ask_co_holders(work: Work) -> None:
    """Open a draft to the other holders of the permit; checked as a proposal first."""
    require_proposal(work)
    name_co_holders(work)


def require_filing(work: Work) -> None:
    """Refuse to file without what the route needs, or without a holder of the permit."""
    require_proposal(work)
    require_all_holders(work)


def require_resubmission(work: Work) -> None:
    """Refuse to resubmit what its proposer does not sign, or a co-holder has not consented to."""
    require_filing(work)
    require_consents(work)


def _require_renunciation(work: Work) -> None:
    if "renunciation" not in work.documents:
        raise StepRefused(
            "route A needs the renunciation of the part, filed with the authorisation "
            "(Code minier 2018 art. 30 e).",
            "la voie A exige la renonciation à la partie, déposée avec l’autorisation "
            "(Code minier 2018, art. 30 e).",
        )


def _require_terms(work: Work) -> None:
    content = work.content
    missing = [name for name in _TERMS if getattr(content, name) is None]
    if missing:
        raise StepRefused(
            f"route B rests on an agreement with EGC: state {', '.join(missing)}.",
            f"la voie B repose sur un accord avec l’EGC : indiquez {', '.join(missing)}.",
        )
    if content.starts_on and content.ends_on and content.ends_on <= content.starts_on:
        raise StepRefused(
            f"the agreement ends on {content.ends_on}, not after its start.",
            f"l’accord prend fin le {content.ends_on}, non après son début.",
        )


def involve_egc(work: Work) -> None:
    """Open the file to EGC: by route B, and where a substance is strategic on the day."""
    if needs_egc(work):
        work.unit.connection.execute(_INVOLVE, {"roles": ["egc"], "file": work.file.id})


def needs_egc(work: Work) -> bool:
    """Whether EGC coordinates and countersigns: by route B, or for its substances on the day.

    By route A from 2019-11-05 (Décrets 19/15 and 19/16); before there was no EGC. Substances that
    are not stated may be strategic ones.
    """
    if work.file.subject == "route_b":
        return True
    dated = work.office.law.parameters["route_a.egc_required_substances"].timeline.on(work.day)
    strategic = dated.value if dated and isinstance(dated.value, frozenset) else frozenset()
    asked = work.content.substances
    return bool(strategic) and (asked is None or bool(strategic & set(asked)))


def require_without_egc(work: Work) -> None:
    """Refuse to pass EGC by where it coordinates."""
    if needs_egc(work):
        raise StepRefused(
            "EGC coordinates this file: its step comes first.",
            "l’EGC coordonne ce dossier : son étape vient d’abord.",
        )


def require_agreement(work: Work) -> None:
    """Refuse EGC's coordination of route B without the agreement in the file."""
    if work.file.subject == "route_b" and "egc_agreement" not in work.documents:
        raise StepRefused(
            "the file lacks the agreement with EGC: egc_agreement.",
            "l’accord avec l’EGC manque au dossier : egc_agreement.",
        )


def require_opinions_given(work: Work) -> None:
    """Refuse a favourable opinion on a zone while an authority's opinion is missing (art. 109)."""
    require_opinions(work)


def require_decision(work: Work) -> None:
    """Refuse to decide on a lessee's proposal without a ruling, or by an act before the filing."""
    require_act_since_filing(work)
    require_ruling_for_lessee(work)


def require_decided_act(work: Work) -> None:
    """Refuse to register by another act than the one that decided."""
    require_act_of(work, "institute", "approve")


def publish_notice(work: Work) -> None:
    """Publish the perimeter, the route, the substances and the parties, with a last day to object.

    By route A the opinions that a zone needs are asked for at the same time (art. 109).

    The payload says until when and why (``days`` or ``closes_on``, ``length_basis``): no text was
    found that sets it.
    """
    length = length_asked(work.order.payload, work.day)
    route: Route = "A" if work.file.subject == "route_a" else "B"
    number, law = work.version.number, work.office.law
    publish(work.unit, work.file.id, number, work.day, length, law=law, route=route)
    if route == "A":
        ask_for_opinions(work)


def require_notice_over(work: Work) -> None:
    """Refuse to close a consultation on or before its last day."""
    closes_on = _notice(work).closes_on
    if work.day <= closes_on:
        raise StepRefused(
            f"the consultation is open until {closes_on}.",
            f"la consultation est ouverte jusqu’au {closes_on}.",
        )


def _notice(work: Work) -> Row[Any]:
    with work.unit.acting_as(CADASTRE):
        found = work.unit.connection.execute(_NOTICE, {"file": work.file.id}).one_or_none()
    if found is None:
        raise StepRefused(
            "no notice of this file was published.", "aucun avis de ce dossier n’a été publié."
        )
    return found


def require_smaller(work: Work) -> None:
    """Refuse as a mere reduction what asks for a carré, or for anything, that was not published."""
    require_resubmission(work)
    published = version_of(work.unit, work.file.id, _notice(work).version_number)
    added = work.ground - published.perimeter if published.perimeter else work.ground
    if added:
        raise StepRefused(
            f"{added.count} carré(s) were not in the published perimeter. Publish it again.",
            f"{added.count} carré(s) n’étaient pas dans le périmètre publié. Publiez à nouveau.",
        )
    if _beside_count(published.content) != _beside_count(work.content):
        raise StepRefused(
            "more than the perimeter changed since the notice. Resubmit it for another notice.",
            "plus que le périmètre a changé depuis l’avis. Représentez-le pour un nouvel avis.",
        )


def _beside_count(content: Content) -> Content:
    """Return what is asked for beside the number of carrés, which a smaller ground changes."""
    return content.model_copy(update={"declared_cells": None})


def of_route(route: str, then: Effect) -> Effect:
    """Return a check that the file is of a route, and then another check."""

    def check(work: Work) -> None:
        if work.file.subject != route:
            raise StepRefused(
                f"this step is for {route}; the file is {work.file.subject}.",
                f"cette étape est pour {route} ; le dossier est {work.file.subject}.",
            )
        then(work)

    return check


def register_allocation(work: Work) -> None:
    """Enter the allocation in the register from the day of its act, and keep it as an ASM area.

    Route A: the host is shrunk and the zone takes the ground, in one revision; the zone gets a file
    of its own, to be suspended and closed in. Route B: the host keeps every carré, and the
    agreement is a charge on part of them.
    """
    if work.file.subject == "route_a":
        title = _institute(work)
        link_title(work, title)
        keep_area(work, title)
        open_zone_file(work, title)
    else:
        title = _encumber(work)
        link_title(work, title)
        keep_area(work, title, egc=EGC)


def _institute(work: Work) -> int:
    facts = TitleFacts(
        code=code_asked(work),
        kind="ZEA",
        state=State.GRANTED,
        minerals=work.content.substances or (),
        granted_on=work.act.on_day,
    )
    return institute_zone(
        work.unit, facts, work.ground, work.act, name=work.content.name, host=host_of(work)
    )


def _encumber(work: Work) -> int:
    content = work.content
    if not (
        content.agreement_reference
        and content.agreement_on
        and content.starts_on
        and content.ends_on
        and content.transfers_rights is False
    ):
        raise StepRefused(
            "the agreement's reference, days and terms are not complete.",
            "la référence, les dates et les clauses de l’accord ne sont pas complètes.",
        )
    order = AllocationOrder(
        code=code_asked(work),
        host_title_id=host_of(work),
        holders=(Holder(EGC, None),),
        minerals=content.substances or (),
        agreement_reference=content.agreement_reference,
        agreement_on=content.agreement_on,
        starts_on=content.starts_on,
        ends_on=content.ends_on,
        transfers_rights=False,
    )
    return encumber(work.unit, order, work.ground, work.act)
