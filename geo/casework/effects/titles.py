"""What the steps of a title application do: claim the ground, end the claim, grant the title."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import text

from geo.casework.content import Content
from geo.casework.displaced import displaced_by
from geo.casework.office import legal_day
from geo.casework.opinions import ask_opinions, require_opinions
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.calendar import months_after
from geo.register.orders import ActOrder, TitleFacts
from geo.register.people import Authority
from geo.register.writer import claim, end_claim, grant, renew, transform
from geo.sources.rows import Holder, State

_NAMES = text("select id, name from register.party where id = any(:parties)")
_LINK = text("update casework.case_file set title_id = :title where id = :file")

NEEDS_MORE_OPINIONS = frozenset({"PE", "PEPM", "AECP"})
"""Kinds on which a technical and an environmental opinion are given before the decision."""


def holders_of(work: Work) -> tuple[Holder, ...]:
    """Return who shall hold, by the names that the register has for them.

    Raises
    ------
    StepRefused : one is no party of the register.
    """
    wanted: list[int | None] = [share.party_id for share in work.content.holders]
    wanted = wanted or [work.file.party_id]
    rows = work.unit.connection.execute(_NAMES, {"parties": [w for w in wanted if w]})
    names: dict[int, str] = {row.id: row.name for row in rows}
    shares = {share.party_id: share.share for share in work.content.holders}
    missing = [party for party in wanted if party not in names]
    if missing:
        raise StepRefused(f"party {missing[0]} is not in the register.")
    return tuple(Holder(names[party], shares.get(party)) for party in wanted if party)


def link_title(work: Work, title_id: int) -> None:
    """Say in the file which title it made."""
    work.unit.connection.execute(_LINK, {"title": title_id, "file": work.file.id})


def facts_for(work: Work, state: State, **more: date | str | None) -> TitleFacts:
    """Return the attributes of the title that a file asks for."""
    content: Content = work.content
    return TitleFacts(
        code=more.pop("code", None) or work.file.number,  # type: ignore[arg-type]
        kind=content.kind,
        state=state,
        holders=holders_of(work),
        minerals=content.substances or (),
        declared_cells=content.declared_cells,
        **more,  # type: ignore[arg-type]
    )


def require_ground(work: Work) -> None:
    """Refuse to file an application without a carré, a kind of right, or a party who asks."""
    if not work.ground or work.file.party_id is None:
        raise StepRefused("an application names its ground and who asks for it.")
    if work.file.subject != "new" and work.file.title_id is None:
        raise StepRefused("name the title that is renewed or transformed.")


def require_displaced_seen(work: Work) -> None:
    """Refuse to confirm a filing on paper before the files that it displaces were looked at.

    The order's payload repeats their numbers: ``{"displaced": ["D-2026-00012", …]}``.
    """
    require_ground(work)
    if work.file.paper_received_at is None:
        raise StepRefused("only a filing on paper is confirmed. File this one.")
    known = {one.number for one in displaced_by(work.unit, work.file, work.version)}
    seen = work.order.payload.get("displaced", [])
    if not isinstance(seen, list) or known - set(seen):
        raise StepRefused(
            "this filing comes before others on the same ground: "
            f"{', '.join(sorted(known))}. Confirm with their numbers."
        )


def open_claim(work: Work) -> None:
    """Hold the ground as a claim from the day of filing (RM art. 101); a renewal holds it."""
    if work.file.subject == "renewal":
        return
    filed_at = work.file.paper_received_at or work.at
    facts = facts_for(work, State.APPLICATION, filed_on=legal_day(filed_at))
    title_id = claim(work.unit, facts, work.ground, legal_day(filed_at))
    if work.file.subject == "new":
        link_title(work, title_id)


def end_of_application(work: Work) -> None:
    """End the claim: the application was withdrawn, or refused for good."""
    if work.file.subject == "new" and work.file.title_id is not None:
        rejected = work.transition.act_kind == "rejection"
        act = ActOrder("rejection" if rejected else "withdrawal", _reference(work), work.day)
        state = State.REJECTED if rejected else State.WITHDRAWN
        end_claim(work.unit, work.file.title_id, act, state)


def _reference(work: Work) -> str:
    return work.order.act.reference if work.order.act else f"{work.file.number}"


def ask_for_opinions(work: Work) -> None:
    """Ask for the technical and the environmental opinion, where the kind of title needs them."""
    if work.content.kind in NEEDS_MORE_OPINIONS:
        ask_opinions(work, (Authority.MINES_DIRECTORATE, Authority.ENVIRONMENT))


def require_ready_for_decision(work: Work) -> None:
    """Refuse to send a file to the Minister while an opinion is missing (Code minier art. 76)."""
    require_opinions(work)


def register_title(work: Work) -> None:
    """Enter the title in the register, from the day of its act."""
    facts = facts_for(
        work,
        State.GRANTED,
        code=_new_code(work),
        filed_on=None if work.file.filed_at is None else legal_day(work.file.filed_at),
        granted_on=work.act.on_day,
        expires_on=_expiry(work),
    )
    act = work.act
    if work.file.subject == "new":
        grant(work.unit, facts, work.ground, act, application=work.file.title_id)
    elif work.file.subject == "renewal":
        renew(work.unit, _title(work), _required_expiry(work), act)
    else:
        link_title(work, transform(work.unit, _title(work), facts, work.ground, act))


def _title(work: Work) -> int:
    if work.file.title_id is None:
        raise StepRefused("the file names no title.")
    return work.file.title_id


def _new_code(work: Work) -> str:
    code = work.order.payload.get("code")
    if not isinstance(code, str) or not code.strip() or len(code) > 40:
        raise StepRefused("give the number of the permit: {“code”: …}, at most 40 characters.")
    return code.strip()


def _expiry(work: Work) -> date | None:
    """Return the day on which the term asked for ends, counted from the act; None: not stated."""
    years: Decimal | None = work.content.term_years
    return None if years is None else months_after(work.act.on_day, int(years * 12))


def _required_expiry(work: Work) -> date:
    expiry = _expiry(work)
    if expiry is None:
        raise StepRefused("a renewal states its term in years. Amend the file.")
    return expiry
