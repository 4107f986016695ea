"""State machines of the casework: states, and the explicit steps from one to another.

A machine is a value. The database holds the same tables (migration 0011) and refuses what is no row
of them; a test holds both equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from geo.law.values import Bilingual, Moment
from geo.register.orders import ActKind
from geo.register.people import DATABASE_ROLE, Role

if TYPE_CHECKING:
    from geo.casework.work import Work

Effect = Callable[["Work"], None]
"""What a step does beyond itself; runs in the step's transaction, after it is recorded."""

OPENING = "open"
"""In ``differs_from``: whoever opened the file."""


class Gate(StrEnum):
    """What the law must say before a step is taken."""

    NONE = "none"
    NO_BLOCK = "no_block"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class State:
    """A state of a file (état).

    ``with_role`` holds the file meanwhile; ``clock`` is the statutory clock (``clock.…`` of the law
    data) that runs from the step into this state, for files of ``clock_kinds`` and
    ``clock_subjects`` only where these are named; ``editable_by`` may change the content;
    ``public``: that the file is there may be told.
    """

    code: str
    label: Bilingual
    with_role: Role | None = None
    clock: str | None = None
    final: bool = False
    public: bool = False
    editable_by: tuple[Role, ...] = ()
    clock_kinds: tuple[str, ...] = ()
    clock_subjects: tuple[str, ...] = ()

    def clock_for(self, kind: str | None, subject: str | None) -> str | None:
        """Return the clock that runs for a file of a kind of right and a subject, if one does."""
        if self.clock_kinds and kind not in self.clock_kinds:
            return None
        if self.clock_subjects and subject not in self.clock_subjects:
            return None
        return self.clock


@dataclass(frozen=True, slots=True)
class Transition:
    """A step (étape) from any of ``sources`` to ``target``.

    Parameters
    ----------
    roles : who may take it. ``differs_from``: actions that the same person must not have taken.
    needs : kinds of document that must be in the file.
    needs_reason : the step says why.
    moment : the law is asked as of that moment, and its findings are stored. ``asks``: the
        provisions asked, all where none is named; ``asks_for``: those of one subject, where it has
        its own. ``gate``: what it must say.
    names_act : the step rests on an act, whose reference and day it names; ``act_kind`` says
        which, where the step alone decides it.
    no_open_objections : refused while an objection is without an answer.
    files : it files the application: number, instant, rank.
    before : checks the order, before anything is written. ``effect``: what it does.
    """

    action: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[Role, ...]
    label: Bilingual
    needs: tuple[str, ...] = ()
    needs_reason: bool = False
    differs_from: tuple[str, ...] = ()
    moment: Moment | None = None
    asks: tuple[str, ...] = ()
    asks_for: tuple[tuple[str, tuple[str, ...]], ...] = ()
    gate: Gate = Gate.NONE
    act_kind: ActKind | None = None
    names_act: bool = False
    no_open_objections: bool = False
    files: bool = False
    before: Effect | None = None
    effect: Effect | None = None

    @property
    def needs_act(self) -> bool:
        """Whether the step rests on an act."""
        return self.names_act or self.act_kind is not None

    def asked_of(self, subject: str) -> tuple[str, ...]:
        """Return the provisions that a file of a subject is asked, none for all of them."""
        return dict(self.asks_for).get(subject, self.asks)


@dataclass(frozen=True)
class Machine:
    """A kind of file and its life. ``prefix`` begins the numbers of its files.

    ``subjects`` are the variants that a file of it may have; ``reserved`` says which of them fewer
    roles open. The first state is ``draft``.
    """

    code: str
    prefix: str
    label: Bilingual
    subjects: Mapping[str, Bilingual]
    opened_by: tuple[Role, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    reserved: Mapping[str, tuple[Role, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        known = {state.code for state in self.states}
        named = {code for t in self.transitions for code in (*t.sources, t.target)}
        if self.states[0].code != "draft" or not named <= known:
            raise ValueError(f"machine {self.code}: unknown states {sorted(named - known)}")
        ways = [(t.action, source) for t in self.transitions for source in t.sources]
        if len(ways) != len(set(ways)):
            raise ValueError(f"machine {self.code}: an action leaves one state twice")

    @cached_property
    def by_state(self) -> Mapping[str, State]:
        """States by code."""
        return {state.code: state for state in self.states}

    def step(self, action: str, state: str) -> Transition | None:
        """Return the transition of an action from a state, None where there is none."""
        for transition in self.transitions:
            if transition.action == action and state in transition.sources:
                return transition
        return None

    def openers_of(self, subject: str) -> tuple[Role, ...]:
        """Return the roles that open a file of a subject."""
        return self.reserved.get(subject, self.opened_by)

    def next_asking(self, state: str, moment: Moment) -> Transition | None:
        """Return the nearest step from a state that asks the law at a moment, None if none does."""
        reached = [state]
        for here in reached:
            onward = [t for t in self.transitions if here in t.sources]
            for transition in onward:
                if transition.moment is moment:
                    return transition
            reached += [t.target for t in onward if t.target not in reached]
        return None

    def steps_from(self, state: str, role: Role) -> tuple[Transition, ...]:
        """Return what a role may do with a file in a state."""
        return tuple(t for t in self.transitions if state in t.sources and role in t.roles)


def label(fr: str, en: str) -> Bilingual:
    """Return a label, French first."""
    return Bilingual(fr, en)


def rows_of(machine: Machine) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the rows that the database holds of a machine, as (table, values)."""
    yield "machine", (machine.code, machine.prefix)
    for role in machine.opened_by:
        yield "machine_opener", (machine.code, DATABASE_ROLE[role])
    for state in machine.states:
        holder = None if state.with_role is None else DATABASE_ROLE[state.with_role]
        editors = [DATABASE_ROLE[role] for role in state.editable_by]
        values = (machine.code, state.code, holder, state.clock, state.final, state.public, editors)
        yield "machine_state", values
    for t in machine.transitions:
        for source in t.sources:
            for role in t.roles:
                way = (machine.code, t.action, source, t.target, DATABASE_ROLE[role])
                yield "transition", (*way, list(t.differs_from), t.files)
