"""Questions about the law itself, as a scenario asks them: a value, a deadline, a due…"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from geo.errors import InputError, NoLegalBasis
from geo.law.calendar import day_kind, deadline_after
from geo.law.fees import area_tax, surface_fee
from geo.law.host_events import effect_of
from geo.law.values import Law


def rule_asked(question: str) -> str:
    """Return the name of the rule that a question is about."""
    words = question.split()
    if words[0] == "host_event":
        return "/".join(words)
    names = {
        "parameter": words[-1],
        "restricted": f"restricted/{words[-1]}",
        "exclusive": f"exclusivity/{words[-1]}",
        "deadline": f"clock.{words[-1]}",
    }
    return names.get(words[0], question)


def answer_of(law: Law, question: str, day: date) -> str | None:
    """Return the answer to a question on a day, as text; None without legal basis.

    Raises
    ------
    InputError : the law data has nothing of that name.
    """
    subject, *words = question.split()
    try:
        return _ANSWERS[subject](law, words, day)
    except NoLegalBasis:
        return None
    except (KeyError, IndexError, ValueError):
        raise InputError(f"{question!r} asks of nothing that the law data has") from None


def _parameter(law: Law, words: list[str], day: date) -> str | None:
    value = law.parameters[words[0]].timeline.value_on(day)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _restricted(law: Law, words: list[str], day: date) -> str | None:
    found = law.restricted[words[0]]
    rule = found.rules.value_on(day)
    return f"{found.effect} {rule.limit} {rule.distance_m} m, {found.consent_of or 'nobody'}"


def _nominal(law: Law, words: list[str], day: date) -> str | None:
    return str(law.nominal_area_ha.value_on(day))


def _exclusive(law: Law, words: list[str], day: date) -> str | None:
    group = law.exclusive_groups(day).get(words[0])
    return " ".join(sorted(group)) if group else None


def _deadline(law: Law, words: list[str], day: date) -> str | None:
    deadline = deadline_after(words[0], day, law)
    if deadline is None:
        return "undetermined"
    days = sorted({deadline.earliest.isoformat(), deadline.latest.isoformat()})
    return " or ".join(days)


def _day(law: Law, words: list[str], day: date) -> str | None:
    return day_kind(day, law).value


def _surface_fee(law: Law, words: list[str], day: date) -> str | None:
    due = surface_fee(words[0], int(words[1]), int(words[2]), day, law)
    return due.reason if due.amount is None else str(due.amount)


def _area_tax(law: Law, words: list[str], day: date) -> str | None:
    due = area_tax(words[0], int(words[1]), int(words[2]), day, law)
    return due.reason if due.amount is None else str(due.amount)


def _host_event(law: Law, words: list[str], day: date) -> str | None:
    found = effect_of(words[1], "a" if words[0] == "a" else "b", day, law)
    if found.reason in ("no_legal_basis", "repealed"):
        return None
    return f"{found.effect}, default {found.default}" if found.default else str(found.effect)


_ANSWERS: Mapping[str, Callable[[Law, list[str], date], str | None]] = {
    "parameter": _parameter,
    "restricted": _restricted,
    "nominal_area_ha": _nominal,
    "exclusive": _exclusive,
    "deadline": _deadline,
    "day": _day,
    "surface_fee": _surface_fee,
    "area_tax": _area_tax,
    "host_event": _host_event,
}

SUBJECTS = tuple(_ANSWERS)
"""What a question may begin with."""
