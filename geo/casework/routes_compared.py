"""The two routes to artisanal ground inside a permit, side by side for one proposal.

From the register and the law data alone. None means undetermined: neither of them states it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from geo.casework.facts import held_perimeter
from geo.casework.money.effect import fee_effect_of
from geo.casework.office import Office, legal_day
from geo.casework.reading import last_version
from geo.casework.work import CaseFile
from geo.errors import RegisterError, StepRefused
from geo.law.fees import FeeEffect
from geo.law.host_events import HostEffect, HostEvent, Route, effect_of
from geo.law.values import Bilingual, Confidence, Law
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork

UNDETERMINED = Bilingual("indéterminé : aucun texte trouvé", "undetermined: no text found")
LABELS: Mapping[Route, Bilingual] = MappingProxyType(
    {
        "a": Bilingual(
            "voie A : zone (ZEA), avec renonciation (Code minier 2018, art. 30 e)",
            "route A: zone (ZEA), with renunciation (Code minier 2018 art. 30 e)",
        ),
        "b": Bilingual(
            "voie B : réforme de février 2025 (Décret 25/05 ; souvent dite modification du Code "
            "minier)",
            "route B: February 2025 reform (Décret 25/05; often described as an amendment of the "
            "Mining Code)",
        ),
    }
)
_PAYS = {
    True: Bilingual("plus le titulaire : le terrain quitte le titre", "no longer the holder"),
    False: Bilingual("le titulaire : le titre reste entier", "the holder: the title stays whole"),
}
_ENDS: Mapping[Route, Bilingual] = MappingProxyType(
    {
        "a": Bilingual(
            "par arrêté de fermeture (Code minier, art. 110)",
            "by an arrêté of closure (Code minier art. 110)",
        ),
        "b": Bilingual(
            "par l’inscription de sa fin ; la date de l’accord ne suffit pas",
            "when its end is recorded; the day in the agreement alone does not end it",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """Whether a route is there on a day: True, False (before its first day) or None (unsure)."""

    available: bool | None
    first_day: date
    article: str
    confidence: Confidence
    note: str | None


@dataclass(frozen=True, slots=True)
class RouteSide:
    """What one route does to the permit.

    Parameters
    ----------
    title_divided : whether the ground leaves the title; the three counts follow from it.
    fees : dues of a whole year before and after, the fee first; ``no_fees`` says why there is none.
    pays_fees, liable_for_work : who, in words; liability for the work is stated by no text found.
    ends : how it ends, in words. ``closure_days`` (route A) the time to leave, ``nominal_end``
        (route B) the agreement's day; ``consent_withdrawn`` what follows from that after the act.
    """

    route: Route
    label: Bilingual
    basis: LegalBasis
    title_divided: bool | None
    host_cells_after: int | None
    host_area_after_ha: Decimal | None
    encumbered_cells: int | None
    fees: tuple[FeeEffect, ...]
    no_fees: str
    pays_fees: Bilingual
    liable_for_work: Bilingual
    ends: Bilingual
    closure_days: int | None
    nominal_end: date | None
    consent_withdrawn: HostEffect


@dataclass(frozen=True, slots=True)
class RoutesCompared:
    """Both routes for the ground of one proposal, by the law of one day.

    ``cells`` are those asked for inside the permit, ``outside`` those beyond it, which no route
    gives. Legal areas are counts (carrés × nominal area), never measured.
    """

    on: date
    host_title_id: int
    host_cells: int
    cells: int
    outside: int
    legal_area_ha: Decimal
    a: RouteSide
    b: RouteSide


def routes_compared(office: Office, unit: UnitOfWork, file: CaseFile) -> RoutesCompared:
    """Return both routes for the ground that a file asks for, by the law of its filing.

    A draft is compared as of today. Whoever may see the file may see this.

    Raises
    ------
    StepRefused : the file names no permit or no ground, or the permit holds none on that day.
    """
    version, on = last_version(unit, file.id), legal_day(file.filed_at or office.clock())
    if file.host_title_id is None or not version.perimeter:
        raise StepRefused(
            "name the permit and draw the ground first.",
            "nommez d’abord le permis et dessinez le terrain.",
        )
    with unit.acting_as(CADASTRE):
        host = held_perimeter(unit, file.host_title_id, on)
        if not host:
            raise StepRefused(
                f"the permit holds no carré on {on}.", f"le permis n’a aucun carré le {on}."
            )
        inside = version.perimeter & host
        fees = _fees(unit, file.host_title_id, inside, on, office.law)
    nominal = office.law.nominal_area_ha.value_on(on)
    sides = {
        route: _side(route, office.law, on, host, inside, fees, nominal) for route in ("a", "b")
    }
    return RoutesCompared(
        on=on,
        host_title_id=file.host_title_id,
        host_cells=host.count,
        cells=inside.count,
        outside=(version.perimeter - host).count,
        legal_area_ha=inside.count * nominal,
        a=sides["a"],
        b=replace(sides["b"], nominal_end=version.content.ends_on),
    )


Fees = tuple[Mapping[Route, tuple[FeeEffect, ...]], str]


def _fees(unit: UnitOfWork, host: int, inside: Perimeter, on: date, law: Law) -> Fees:
    try:
        effect = fee_effect_of(unit, host, inside.count, "a", on, law)
    except RegisterError as error:
        return {}, str(error)
    return {"a": effect.route_a, "b": effect.route_b}, ""


def _side(
    route: Route,
    law: Law,
    on: date,
    host: Perimeter,
    inside: Perimeter,
    fees: Fees,
    nominal: Decimal,
) -> RouteSide:
    divided = _flag(law, f"route_{route}.title_divided", on)
    after = None if divided is None else (host.count - inside.count if divided else host.count)
    by_route, no_fees = fees
    return RouteSide(
        route=route,
        label=LABELS[route],
        basis=_basis(law, route, on),
        title_divided=divided,
        host_cells_after=after,
        host_area_after_ha=None if after is None else after * nominal,
        encumbered_cells=None if divided is None else (0 if divided else inside.count),
        fees=by_route.get(route, ()),
        no_fees=no_fees,
        pays_fees=UNDETERMINED if divided is None else _PAYS[divided],
        liable_for_work=UNDETERMINED,
        ends=_ENDS[route],
        closure_days=_closure_days(law, on) if route == "a" else None,
        nominal_end=None,
        consent_withdrawn=effect_of(HostEvent.CONSENT_WITHDRAWN, route, on, law),
    )


def _flag(law: Law, rule: str, on: date) -> bool | None:
    dated = law.parameters[rule].timeline.on(on)
    return dated.value if dated and isinstance(dated.value, bool) else None


def _basis(law: Law, route: Route, on: date) -> LegalBasis:
    timeline = law.parameters[f"route_{route}.consent_required"].timeline
    dated = timeline.on(on)
    cited = dated or timeline.values[0]
    settled = None if dated and not isinstance(dated.value, bool) else dated is not None
    told = cited.reference
    return LegalBasis(settled, timeline.first_day, told.article, told.confidence, told.note)


def _closure_days(law: Law, on: date) -> int | None:
    dated = law.parameters["clock.zone_closure"].timeline.on(on)
    return dated.value if dated and isinstance(dated.value, int) else None
