"""What befalls an allocation by agreement (route B): changed, ended, its ground returned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import text

from geo.casework.consultation.notices import length_asked, publish
from geo.casework.effects.host import parties_of
from geo.casework.effects.signing import require_proposer_signs
from geo.casework.effects.standing import (
    require_act_of,
    require_act_since_filing,
    require_signature,
)
from geo.casework.facts import held_perimeter
from geo.casework.rulings import HOST_EVENT, answering, rulings_for
from geo.casework.work import Work
from geo.errors import NeedsRuling, StepRefused
from geo.law.host_events import HostEvent, effect_of
from geo.law.values import Bilingual
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE
from geo.register.orders import ActKind, ActOrder, Ends, Keeps, Together
from geo.register.people import DATABASE_ROLE, Role
from geo.register.reader import Reader
from geo.register.writer import change_allocation, release, set_state
from geo.sources.rows import State

CHANGES = frozenset({"extension", "reduction", "renewal"})
ENDS: Mapping[str, ActKind] = MappingProxyType(
    {
        "end": "end_of_allocation",
        "withdrawal_of_consent": "consent_withdrawn",
        "breach": "breach",
    }
)

_HOST = text(
    "select host_title_id from register.allocation where title_id = :title and upper_inf(known) "
    "and valid @> cast(:on as date)"
)
_PARTIES = text(
    "insert into casework.case_party (file_id, party_id, part) select :file, h.party_id, "
    "'defendant' from register.title_version v join register.holding h "
    "on h.title_version_id = v.id where v.title_id = :host and upper_inf(v.known) "
    "and v.valid @> cast(:on as date) on conflict do nothing"
)
_HEARD = MappingProxyType(
    {Role.COMPANY: Bilingual("le titulaire", "the holder"), Role.EGC: Bilingual("l’EGC", "EGC")}
)
_FILED_BY = text(
    "select role from casework.case_step where file_id = :file and action = 'file' limit 1"
)
_ANSWERED = text(
    "select distinct role from casework.case_step where file_id = :file "
    "and action in ('file', 'answer')"
)
_LINK_HOST = text(
    "update casework.case_file set host_title_id = :host, involves = array['egc'] where id = :file"
)


def allocation_of(work: Work) -> int:
    """Return the allocation that the file is about.

    Raises
    ------
    StepRefused : the file names none.
    """
    if work.file.title_id is None:
        raise StepRefused("name the allocation.", "nommez l’allocation.")
    return work.file.title_id


def require_filing(work: Work) -> None:
    """Refuse to file by who is no party, or what is no change.

    An extension adds, a reduction takes, a renewal lasts. A company files as holder of the host.
    """
    host = host_of_allocation(work)
    if work.actor.role is Role.COMPANY and work.file.party_id not in parties_of(work, host).holders:
        raise StepRefused(
            "only a holder of the permit, EGC or the cadastre files this.",
            "seul un titulaire du permis, l’EGC ou le cadastre dépose ce dossier.",
        )
    if work.content.kind != "EGC":
        raise StepRefused("an allocation is of kind EGC.", "une allocation est de type EGC.")
    _require_change(work)


def _require_change(work: Work) -> None:
    with work.unit.acting_as(CADASTRE):
        held = held_perimeter(work.unit, allocation_of(work), work.day)
    if not held:
        raise StepRefused("it is no allocation in force.", "aucune allocation en vigueur.")
    subject, asked = work.file.subject, work.version.perimeter
    if subject == "extension" and not (asked and held <= asked and held != asked):
        raise StepRefused(
            "an extension keeps every carré and adds some.",
            "une extension garde tous les carrés et en ajoute.",
        )
    if subject == "reduction" and not (asked and asked <= held and asked != held):
        raise StepRefused(
            "a reduction keeps some of the carrés and adds none.",
            "une réduction garde une partie des carrés et n’en ajoute pas.",
        )
    if subject == "renewal" and work.content.ends_on is None:
        raise StepRefused("say until when: ends_on.", "dites jusqu’à quand : ends_on.")
    if subject not in ("extension", "reduction") and asked is not None and asked != held:
        raise StepRefused(
            "this file changes no carré: it draws none.",
            "ce dossier ne change aucun carré : il n’en dessine pas.",
        )


def host_of_allocation(work: Work) -> int:
    """Return the title on which the allocation is a charge.

    Raises
    ------
    StepRefused : it is no allocation in force.
    """
    asked = {"title": allocation_of(work), "on": work.day}
    with work.unit.acting_as(CADASTRE):
        host = work.unit.connection.scalar(_HOST, asked)
    if host is None:
        raise StepRefused("it is no allocation in force.", "aucune allocation en vigueur.")
    return int(host)


def call_parties(work: Work) -> None:
    """Open the file to EGC and to the holders of the host title, who are heard."""
    values = {"file": work.file.id, "host": host_of_allocation(work), "on": work.day}
    work.unit.connection.execute(_LINK_HOST, values)
    work.unit.connection.execute(_PARTIES, values)


def require_answer(work: Work) -> None:
    """Refuse an answer by an account that signs for no party that was called."""
    require_signature(work)


def require_own(work: Work) -> None:
    """Refuse that the party that is heard takes the other's file back."""
    require_proposer_signs(work)
    asked = {"file": work.file.id}
    if work.unit.connection.scalar(_FILED_BY, asked) != work.actor.database_role:
        raise StepRefused(
            "only who filed it takes it back.", "seul celui qui l’a déposé le retire."
        )


def require_heard(work: Work) -> None:
    """Refuse an opinion before the other party was heard, and an extension before its notice.

    A party that was called and does not answer is passed by with the reason: {"unheard": "…"}.
    """
    if work.file.subject == "extension" and work.file.state != "consulted":
        raise StepRefused(
            "an extension is published first: publish_notice, close_consultation.",
            "une extension est d’abord publiée : publish_notice, close_consultation.",
        )
    answered = set(work.unit.connection.scalars(_ANSWERED, {"file": work.file.id}))
    silent = [names for role, names in _HEARD.items() if DATABASE_ROLE[role] not in answered]
    unheard = work.order.payload.get("unheard")
    if silent and not (isinstance(unheard, str) and unheard.strip()):
        raise StepRefused(
            f"not heard yet: {', '.join(names.en for names in silent)}. Wait, or say why: "
            "{“unheard”: …}.",
            f"pas encore entendu : {', '.join(names.fr for names in silent)}. Attendez, ou dites "
            "pourquoi : {« unheard » : …}.",
        )


def require_change(work: Work) -> None:
    """Refuse to decide an end as a change, or by an act before the filing."""
    require_act_since_filing(work)
    if work.file.subject not in CHANGES:
        raise StepRefused("this file ends an allocation.", "ce dossier met fin à une allocation.")


def require_end(work: Work) -> None:
    """Refuse to decide a change as an end, or a consent taken back without a ruling."""
    require_act_since_filing(work)
    if work.file.subject not in ENDS:
        raise StepRefused("this file changes an allocation.", "ce dossier modifie une allocation.")
    require_ruling_on_withdrawal(work)


def require_decided_change(work: Work) -> None:
    """Refuse to register a change by another act than the one that decided it."""
    require_act_of(work, "decide_change")


def publish_extension(work: Work) -> None:
    """Publish the carrés of an extension, with a last day to object."""
    if work.file.subject != "extension":
        raise StepRefused(
            "only an extension is published: nothing is added here.",
            "seule une extension est publiée : rien n’est ajouté ici.",
        )
    length = length_asked(work.order.payload, work.day)
    number, law = work.version.number, work.office.law
    publish(work.unit, work.file.id, number, work.day, length, law=law, route="B")


def require_ruling_on_withdrawal(work: Work) -> None:
    """Refuse to end an allocation because a consent is taken back, unless a ruling permits it.

    Before the act a consent may be taken back; after it no text was found that says so.
    """
    if work.file.subject != "withdrawal_of_consent":
        return
    said = effect_of(HostEvent.CONSENT_WITHDRAWN, "b", work.day, work.office.law)
    rulings = rulings_for(work.unit, work.file.id, work.office.law)
    named = answering(rulings, HOST_EVENT, said.rule, None, work.act.on_day, work.day)
    if named is None:
        raise NeedsRuling(
            "no text was found on a consent taken back after the act. A legal ruling on "
            f"“{HOST_EVENT}”, rule “{said.rule}”, must settle it.",
            (),
            "aucun texte n’a été trouvé sur un consentement retiré après l’acte. Un avis "
            f"juridique sur « {HOST_EVENT} », règle « {said.rule} », doit le trancher.",
        )
    if named.answer == "refused":
        raise StepRefused(
            f"ruling {named.reference} does not permit it.",
            f"l’avis {named.reference} ne le permet pas.",
        )


def register_change(work: Work) -> None:
    """Enter an extension, a reduction or a renewal, from the day of its act."""
    allocation, subject = allocation_of(work), work.file.subject
    act = ActOrder("renewal" if subject == "renewal" else "agreement", *_of(work))
    if subject == "renewal":
        change_allocation(work.unit, allocation, act, ends_on=work.content.ends_on)
        return
    with_rest = _kept_inside(work, allocation, work.ground)
    change_allocation(work.unit, allocation, act, perimeter=work.ground, together=with_rest)


def _kept_inside(work: Work, allocation: int, left: Perimeter) -> tuple[Together, ...]:
    """Return what becomes of work areas: they keep what is left of them, or end with it."""
    said: list[Together] = []
    for area in Reader(work.unit.connection).attributions_in(allocation, work.act.on_day):
        kept = area.ground.perimeter & left
        if kept != area.ground.perimeter:
            said.append(Keeps(area.title_id, kept) if kept else Ends(area.title_id))
    return tuple(said)


def suspend_allocation(work: Work) -> None:
    """Stop work on the ground while it is rehabilitated; it stays encumbered meanwhile."""
    reference, on_day, note = _of(work)
    kind: ActKind = "breach" if work.file.subject == "breach" else "suspension"
    if work.file.subject == "withdrawal_of_consent":
        kind = "consent_withdrawn"
    set_state(
        work.unit, allocation_of(work), State.SUSPENDED, ActOrder(kind, reference, on_day, note)
    )


def return_ground(work: Work) -> None:
    """End the allocation: the ground is the holder's own again, free of the charge."""
    allocation = allocation_of(work)
    act = ActOrder(ENDS[work.file.subject], *_of(work))
    inner = Reader(work.unit.connection).attributions_in(allocation, work.act.on_day)
    ended = tuple(Ends(area.title_id) for area in inner)
    release(work.unit, allocation, act, together=ended)


def _of(work: Work) -> tuple[str, date, str | None]:
    return work.act.reference, work.act.on_day, work.act.note
