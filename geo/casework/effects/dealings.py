"""What the steps of a dealing with a title do: relinquishment, transfer, lease, force majeure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import text

from geo.casework.effects.inner import fates_in, require_fates
from geo.casework.effects.standing import (
    act_of_kind,
    due_in,
    require_act_of,
    require_act_since_filing,
    require_held_by_applicant,
    require_kind,
    require_over,
    require_standing,
    right_of,
    title_of,
)
from geo.casework.effects.titles import holders_of, link_both
from geo.casework.facts import held_perimeter, party_word
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.facts import RightFacts
from geo.law.host_events import HostEvent
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE
from geo.register.grounds import LEASE_KINDS
from geo.register.writer import end_lease, lease, release, set_state, shrink, transfer
from geo.sources.rows import State

_NEEDS_DEED = frozenset({"transfer", "lease"})
_SILENT = frozenset({"relinquishment", "partial_relinquishment"})
BY_THE_CADASTRE = frozenset({"lease", "end_of_lease"})
"""Dealings that the cadastre registers itself (Code minier art. 177 to 181)."""

_EVENTS = MappingProxyType(
    {
        "relinquishment": HostEvent.RELINQUISHMENT,
        "partial_relinquishment": HostEvent.PARTIAL_RELINQUISHMENT,
        "transfer": HostEvent.TRANSFER,
        "lease": HostEvent.LEASE,
    }
)
"""What a dealing is for what lies in the title."""

_HOST_HOLDERS = text(
    "select h.party_id from register.lease l join register.title_version v "
    "on v.title_id = l.host_title_id and upper_inf(v.known) and v.valid @> cast(:on as date) "
    "join register.holding h on h.title_version_id = v.id where l.title_id = :title "
    "and upper_inf(l.known) and l.valid @> cast(:on as date)"
)


def require_dealing(work: Work) -> None:
    """Refuse to file what lacks the title, the ground, the other party or the deed."""
    subject = work.file.subject
    right = right_of(work, title_of(work))
    if subject == "end_of_lease":
        _require_party_of_lease(work, right)
        return
    require_standing(right)
    require_held_by_applicant(work, right)
    require_kind(work, right)
    _require_state(subject, right.state)
    if subject in ("partial_relinquishment", "lease"):
        _require_ground(work, whole=subject == "lease")
    if subject in _NEEDS_DEED:
        _require_deed(work)


def _require_party_of_lease(work: Work, right: RightFacts) -> None:
    """Refuse the end of a lease by who is neither its lessee nor a holder of the leased title."""
    with work.unit.acting_as(CADASTRE):
        asked = {"title": title_of(work), "on": work.day}
        lessors = set(work.unit.connection.scalars(_HOST_HOLDERS, asked))
    if right.kind not in LEASE_KINDS:
        raise StepRefused("the title is no lease.", "le titre n’est pas une amodiation.")
    lessee = work.file.party_id is not None and party_word(work.file.party_id) in right.holders
    if not lessee and work.file.party_id not in lessors:
        raise StepRefused(
            "the applicant is no party of the lease.",
            "le demandeur n’est pas partie à l’amodiation.",
        )


def _require_state(subject: str, state: str) -> None:
    in_force_majeure = state == "force_majeure"
    if (subject == "end_of_force_majeure") != in_force_majeure and "force_majeure" in subject:
        raise StepRefused(
            f"the title is {state}: there is nothing to record.",
            f"le titre est « {state} » : la demande est sans objet.",
        )


def _require_ground(work: Work, *, whole: bool) -> None:
    """Refuse carrés that are not the title's, and all of them where only a part can be meant."""
    if whole and work.version.perimeter is None:
        return
    with work.unit.acting_as(CADASTRE):
        held = held_perimeter(work.unit, title_of(work), work.day)
    outside = work.ground - held
    if outside:
        raise StepRefused(
            f"{outside.count} carré(s) are not the title's.",
            f"{outside.count} carré(s) n’appartiennent pas au titre.",
        )
    if work.ground == held and not whole:
        raise StepRefused(
            "the title would keep no carré: relinquish it whole.",
            "le titre ne garderait aucun carré : renoncez au tout.",
        )


def _require_deed(work: Work) -> None:
    if not work.content.holders:
        raise StepRefused("name who receives it: holders.", "nommez le bénéficiaire : holders.")
    if work.file.subject == "lease" and len(work.content.holders) > 1:
        raise StepRefused("a lease has one lessee.", "une amodiation a un seul amodiataire.")
    if "deed" not in work.documents:
        raise StepRefused("the file lacks the deed.", "l’acte (deed) manque au dossier.")


def require_for_minister(work: Work) -> None:
    """Refuse to send to the Minister what the cadastre registers itself."""
    if work.file.subject in BY_THE_CADASTRE:
        raise StepRefused(
            "the cadastre registers a lease and its end itself (Code minier art. 177 to 181).",
            "le cadastre inscrit lui-même une amodiation et sa fin (Code minier, art. 177 à 181).",
        )


def require_for_cadastre(work: Work) -> None:
    """Refuse to accept for registration what the Minister decides on."""
    if work.file.subject not in BY_THE_CADASTRE:
        raise StepRefused("the Minister decides on it.", "le ministre en décide.")
    _require_fates(work)


def require_approvable(work: Work) -> None:
    """Refuse to approve by an older act, or what could not be registered then."""
    require_act_since_filing(work)
    _require_fates(work)


def _require_fates(work: Work) -> None:
    event = _EVENTS.get(work.file.subject)
    if event is None:
        return
    title, left = title_of(work), None
    if event is HostEvent.RELINQUISHMENT:
        left = Perimeter.empty()
    elif event is HostEvent.PARTIAL_RELINQUISHMENT:
        with work.unit.acting_as(CADASTRE):
            left = held_perimeter(work.unit, title, work.day) - work.ground
    require_fates(work, title, event, left)


def require_silence(work: Work) -> None:
    """Refuse effect by silence before the clock has run (Code minier arts 60 and 79: 3 months).

    It is counted from the day on which the file went to the Minister.
    """
    if work.file.subject not in _SILENT:
        raise StepRefused(
            "only a relinquishment takes effect by silence.",
            "seule une renonciation prend effet par silence.",
        )
    require_over(
        work, "with_minister", "the Minister may still answer", "le ministre peut encore répondre"
    )
    _require_fates(work)


def require_decided_act(work: Work) -> None:
    """Refuse to register by another act than the decision, or as of a day before the silence ended.

    What the cadastre registers itself rests on the deed, which may be older than the filing.
    """
    if work.file.subject in BY_THE_CADASTRE:
        return
    require_act_since_filing(work)
    require_act_of(work, "approve")
    due = due_in(work, "with_minister")
    if _was_silent(work) and due is not None and work.act.on_day <= due:
        raise StepRefused(
            f"it took effect by silence after {due}, not on {work.act.on_day}.",
            f"l’effet par silence est postérieur au {due}, non du {work.act.on_day}.",
        )


def _was_silent(work: Work) -> bool:
    asked = text(
        "select action = 'take_effect_by_silence' from casework.case_step where file_id = :file "
        "and to_state = 'decided' and from_state = 'with_minister' order by seq desc limit 1"
    )
    return bool(work.unit.connection.scalar(asked, {"file": work.file.id}))


def register_dealing(work: Work) -> None:
    """Enter the dealing in the register from the day of its act, with what lies in the title."""
    _REGISTERED[work.file.subject](work, title_of(work))


def _relinquish_part(work: Work, title: int) -> None:
    left = held_perimeter(work.unit, title, work.act.on_day) - work.ground
    fates = fates_in(work, title, HostEvent.PARTIAL_RELINQUISHMENT, left)
    act = act_of_kind(work, "relinquishment")
    shrink(work.unit, title, work.ground, act, together=fates.together)


def _relinquish(work: Work, title: int) -> None:
    fates = fates_in(work, title, HostEvent.RELINQUISHMENT, Perimeter.empty())
    release(work.unit, title, act_of_kind(work, "relinquishment"), together=fates.together)


def _transfer(work: Work, title: int) -> None:
    fates = fates_in(work, title, HostEvent.TRANSFER)
    transfer(work.unit, title, holders_of(work), act_of_kind(work, "transfer"))
    fates.carry_out(work)


def _lease(work: Work, title: int) -> None:
    fates = fates_in(work, title, HostEvent.LEASE)
    ends_on: date | None = work.content.ends_on
    lessee = holders_of(work)[0].name
    ground, act = work.version.perimeter, act_of_kind(work, "lease")
    made = lease(work.unit, title, lessee, ground, ends_on, act, code=work.file.number)
    fates.carry_out(work)
    link_both(work, made, title)


def _end_lease(work: Work, title: int) -> None:
    end_lease(work.unit, title, act_of_kind(work, "end_of_lease"))


def _force_majeure(work: Work, title: int) -> None:
    set_state(work.unit, title, State.FORCE_MAJEURE, act_of_kind(work, "force_majeure"))


def _end_force_majeure(work: Work, title: int) -> None:
    set_state(work.unit, title, State.GRANTED, act_of_kind(work, "end_of_force_majeure"))


_REGISTERED: Mapping[str, Callable[[Work, int], None]] = MappingProxyType(
    {
        "partial_relinquishment": _relinquish_part,
        "relinquishment": _relinquish,
        "transfer": _transfer,
        "lease": _lease,
        "end_of_lease": _end_lease,
        "force_majeure": _force_majeure,
        "end_of_force_majeure": _end_force_majeure,
    }
)
"""What each kind of dealing enters in the register."""
