"""What the steps of an allocation inside a permit do: route A makes a zone, route B a charge."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, text

from geo.casework.consultation.notices import Route, length_asked, publish
from geo.casework.effects.titles import link_title
from geo.casework.reading import version_of
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.values import Law
from geo.register.connection import CADASTRE
from geo.register.orders import AllocationOrder, TitleFacts
from geo.register.writer import encumber, institute_zone
from geo.sources.rows import Holder, State

EGC = "ENTREPRISE GÉNÉRALE DU COBALT"

_INVOLVE = text("update casework.case_file set involves = :roles where id = :file")
_NOTICE = text(
    "select version_number, closes_on from casework.notice where file_id = :file "
    "and withdrawn_on is null order by id desc limit 1"
)


def require_proposal(work: Work) -> None:
    """Refuse to file what names no host, no ground, or lacks what its route needs."""
    if work.file.host_title_id is None or not work.ground:
        raise StepRefused("name the permit and draw the ground inside it.")
    if work.file.subject == "route_a":
        if "renunciation" not in work.documents:
            raise StepRefused(
                "route A needs the renunciation of the part, filed with the authorisation "
                "(Code minier 2018 art. 30 e)."
            )
        return
    content = work.content
    missing = [
        name
        for name in ("agreement_reference", "agreement_on", "starts_on", "ends_on")
        if getattr(content, name) is None
    ]
    if missing:
        raise StepRefused(f"route B rests on an agreement with EGC: state {', '.join(missing)}.")


def involve_egc(work: Work) -> None:
    """Open the file to EGC: by route B, and where a substance is strategic on the day."""
    if needs_egc(work):
        work.unit.connection.execute(_INVOLVE, {"roles": ["egc"], "file": work.file.id})


def needs_egc(work: Work) -> bool:
    """Whether EGC coordinates and countersigns: route B, or a substance strategic on the day."""
    if work.file.subject == "route_b":
        return True
    strategic = _strategic(work.office.law, work)
    return work.content.substances is None or bool(strategic & set(work.content.substances))


def _strategic(law: Law, work: Work) -> frozenset[str]:
    dated = law.parameters["strategic.substances"].timeline.on(work.day)
    return dated.value if dated and isinstance(dated.value, frozenset) else frozenset()


def require_without_egc(work: Work) -> None:
    """Refuse to pass EGC by where it coordinates."""
    if needs_egc(work):
        raise StepRefused("EGC coordinates this file: its step comes first.")


def require_agreement(work: Work) -> None:
    """Refuse EGC's coordination of route B without the agreement in the file."""
    if work.file.subject == "route_b" and "egc_agreement" not in work.documents:
        raise StepRefused("the file lacks the agreement with EGC: egc_agreement.")


def publish_notice(work: Work) -> None:
    """Publish the perimeter, the route, the substances and the parties, with a last day to object.

    The payload says until when and why (``days`` or ``closes_on``, ``length_basis``): no text was
    found that sets it.
    """
    length = length_asked(work.order.payload, work.day)
    route: Route = "A" if work.file.subject == "route_a" else "B"
    number, law = work.version.number, work.office.law
    publish(work.unit, work.file.id, number, work.day, length, law=law, route=route)


def require_notice_over(work: Work) -> None:
    """Refuse to close a consultation on or before its last day."""
    closes_on = _notice(work).closes_on
    if work.day <= closes_on:
        raise StepRefused(f"the consultation is open until {closes_on}.")


def _notice(work: Work) -> Row[Any]:
    with work.unit.acting_as(CADASTRE):
        found = work.unit.connection.execute(_NOTICE, {"file": work.file.id}).one_or_none()
    if found is None:
        raise StepRefused("no notice of this file was published.")
    return found


def require_smaller(work: Work) -> None:
    """Refuse as a mere reduction what asks for a carré that was not published."""
    published = version_of(work.unit, work.file.id, _notice(work).version_number).perimeter
    added = work.ground - published if published else work.ground
    if added:
        raise StepRefused(
            f"{added.count} carré(s) were not in the published perimeter. Publish it again."
        )


def require_route(route: str) -> Any:
    """Return a check that the file is of a route."""

    def check(work: Work) -> None:
        if work.file.subject != route:
            raise StepRefused(f"this step is for {route}; the file is {work.file.subject}.")

    return check


def register_allocation(work: Work) -> None:
    """Enter the allocation in the register from the day of its act.

    Route A: the host is shrunk and the zone takes the ground, in one revision. Route B: the host
    keeps every carré, and the agreement is a charge on part of them.
    """
    if work.file.subject == "route_a":
        link_title(work, _institute(work))
    else:
        link_title(work, _encumber(work))


def _institute(work: Work) -> int:
    facts = TitleFacts(
        code=_code(work),
        kind="ZEA",
        state=State.GRANTED,
        minerals=work.content.substances or (),
        granted_on=work.act.on_day,
    )
    return institute_zone(
        work.unit, facts, work.ground, work.act, name=work.content.name, host=_host(work)
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
        raise StepRefused("the agreement's reference, days and terms are not complete.")
    order = AllocationOrder(
        code=_code(work),
        host_title_id=_host(work),
        holders=(Holder(EGC, None),),
        minerals=content.substances or (),
        agreement_reference=content.agreement_reference,
        agreement_on=content.agreement_on,
        starts_on=content.starts_on,
        ends_on=content.ends_on,
        transfers_rights=False,
    )
    return encumber(work.unit, order, work.ground, work.act)


def _host(work: Work) -> int:
    if work.file.host_title_id is None:
        raise StepRefused("the file names no permit.")
    return work.file.host_title_id


def _code(work: Work) -> str:
    code = work.order.payload.get("code") or work.file.number
    if not isinstance(code, str) or not code.strip() or len(code) > 40:
        raise StepRefused("give a code of at most 40 characters: {“code”: …}.")
    return code.strip()
