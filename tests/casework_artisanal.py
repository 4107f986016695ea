"""Files of artisanal ground, told in steps: who acts, on which day, with which paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from casework_town import COL, HOLDER, ROW, Town, rectangle
from sqlalchemy import text

from geo.casework.content import Content
from geo.casework.documents import Paper, add_document
from geo.casework.files import Draft, StepTaken, open_draft, revise, take_step
from geo.casework.opinions import asked_of, give_opinion
from geo.casework.reading import file_of
from geo.casework.rulings import RulingOrder, decide_ruling, propose_ruling
from geo.casework.work import CaseFile, StepOrder
from geo.perimeter import Perimeter
from geo.register.accounts import create_account
from geo.register.connection import ADMIN, UnitOfWork
from geo.register.orders import ActKind, ActOrder
from geo.register.people import DATABASE_ROLE, Actor, Role
from geo.register.reader import Reader

PDF = b"%PDF-1.4 scan"
NOTICE = {"days": 30, "length_basis": "réunion des villages"}
LAYERS = ("restricted_block", "restricted_hold", "restricted_ban", "restricted_consent")
"""Provisions that a register without layers leaves open."""
OPEN_B = (*LAYERS, "host_fee_paid", "third_parties")
OPEN_A = (*OPEN_B, "egc_opinion")
DECIDED = date(2025, 4, 4)


class Case:
    """One file of a town, and how many steps it has had."""

    def __init__(self, town: Town, login: str, draft: Draft) -> None:
        self.town, self.steps = town, 0
        self.id = open_draft(town.office, town[login], draft)

    def step(self, login: str, action: str, **order: Any) -> StepTaken:
        """Take a step; it counts only where it is taken."""
        office, actor = self.town.office, self.town[login]
        taken = take_step(
            office, actor, self.id, action, StepOrder(**order), expected_steps=self.steps
        )
        self.steps = taken.seq
        return taken

    def papers(self, login: str, *kinds: str) -> None:
        """Add documents."""
        for kind in kinds:
            paper = Paper(kind, f"{kind}.pdf", PDF)
            add_document(self.town.office, self.town[login], self.id, paper)

    def revise(self, login: str, content: Content, ground: Perimeter | None, version: int) -> int:
        """Write another version."""
        return revise(self.town.office, self.town[login], self.id, content, ground, version)

    def rule(self, *codes: str, answer: str = "permitted", rule: str | None = None) -> None:
        """Have questions settled: one adviser proposes, another puts in force."""
        for code in codes:
            self.decide(self.propose(code, answer, rule))

    def propose(self, code: str, answer: str = "permitted", rule: str | None = None) -> int:
        """Propose a ruling for this file; it settles nothing yet."""
        today = self.town.office.today
        order = RulingOrder(
            code, rule, answer, "avis d’essai", f"AJ {code}", "Me Essai", today, today,
            file_id=self.id, content=PDF,
        )  # fmt: skip
        return propose_ruling(self.town.office, self.town["legal"], order)

    def decide(self, ruling: int) -> None:
        """Put a ruling in force by the second adviser."""
        decide_ruling(self.town.office, self.town["legal2"], ruling, "in_force")

    def opinions(self, answer: str = "favourable") -> list[str]:
        """Have every authority that was asked answer; return which were asked."""
        given = []
        for authority in authorities_of(self.town, self.id):
            actor = authority_of(self.town, authority)
            for row in asked_of(self.town.office, actor):
                if row.file_id == self.id and row.answer is None:
                    give_opinion(self.town.office, actor, row.id, answer, "motifs")
                    given.append(authority)
        return given

    @property
    def file(self) -> CaseFile:
        """The file as the cadastre sees it."""
        with self.town.official() as unit:
            return file_of(unit, self.id)


def authorities_of(town: Town, file_id: int) -> list[str]:
    """Which authorities were asked for an opinion on a file."""
    asked = text("select authority from casework.opinion_request where file_id = :f order by 1")
    with town.official() as unit:
        return list(unit.connection.scalars(asked, {"f": file_id}))


def authority_of(town: Town, authority: str) -> Actor:
    """An account of an authority, made when it is first asked for."""
    return _person(town, authority, Role.OPINION, authority=authority)


def company_of(town: Town, login: str, party: str, *, signs: bool = True) -> Actor:
    """An account that acts for a party."""
    actor = _person(town, login, Role.COMPANY)
    mandate = text(
        "insert into register.account_party (account_id, party_id, may_sign) "
        "values (:a, :p, :s) on conflict do nothing"
    )
    party_id = party_of(town, party)
    with UnitOfWork(town.engine, ADMIN, "admin", "mandate") as unit:
        unit.connection.execute(mandate, {"a": actor.account_id, "p": party_id, "s": signs})
        unit.commit()
    own = frozenset({party_id})
    town.actors[login] = Actor(
        login, Role.COMPANY, actor.account_id, own, signs_for=own if signs else frozenset()
    )
    return town.actors[login]


def party_of(town: Town, name: str) -> int:
    """A party by its name, made when it is first asked for."""
    asked = {"name": name}
    with UnitOfWork(town.engine, ADMIN, "admin", "party") as unit:
        found = unit.connection.scalar(
            text("select id from register.party where name = :name"), asked
        )
        if found is None:
            make = "insert into register.party (name, kind) values (:name, 'legal') returning id"
            found = unit.connection.scalar(text(make), asked)
        unit.commit()
    return int(found)


def _person(town: Town, login: str, role: Role, authority: str | None = None) -> Actor:
    if login not in town.actors:
        hashed = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"
        with UnitOfWork(town.engine, ADMIN, "admin", "account") as unit:
            account = create_account(
                unit, login, f"M. {login}", DATABASE_ROLE[role], hashed, authority=authority
            )
            unit.commit()
        town.actors[login] = Actor(login, role, account, authority=authority)
    return town.actors[login]


def act(kind: ActKind, day: date, reference: str = "Arrêté d’essai 7") -> ActOrder:
    """An act of a day."""
    return ActOrder(kind, reference, day)


def route_b(cells: int = 12, **more: Any) -> Content:
    """What a proposal by route B states."""
    said: dict[str, Any] = {
        "kind": "EGC",
        "substances": ("Co", "Cu"),
        "declared_cells": cells,
        "agreement_reference": "Accord d’essai 1",
        "agreement_on": date(2025, 2, 28),
        "starts_on": date(2025, 3, 1),
        "ends_on": date(2030, 6, 1),
        "transfers_rights": False,
    }
    return Content(**{**said, **more})


def route_a(cells: int = 12, **more: Any) -> Content:
    """What a proposal by route A states."""
    return Content(**{"kind": "ZEA", "substances": ("Co", "Cu"), "declared_cells": cells, **more})


def proposal(
    town: Town,
    route: str = "route_b",
    ground: Perimeter | None = None,
    login: str = "company",
    party: str = HOLDER,
    papers: Iterable[str] = ("consent", "egc_agreement", "renunciation"),
    **more: Any,
) -> Case:
    """A draft for twelve carrés inside PE 525, with its papers."""
    asked = rectangle(COL, ROW, 4, 3) if ground is None else ground
    make = route_a if route == "route_a" else route_b
    content = make(asked.count, **more)
    draft = Draft(
        "allocation", route, content, asked, town.parties.get(party) or party_of(town, party),
        host_title_id=town.titles["PE 525"], province="Lualaba",
    )  # fmt: skip
    case = Case(town, login, draft)
    case.papers(login, *papers)
    return case


def until_minister(case: Case, closes: date) -> None:
    """Take a filed proposal through EGC, the notice and the review, by two officers."""
    if case.file.involves:
        case.step("egc", "coordinate", reason="d’accord")
    else:
        case.step("agent", "go_on_without_egc")
    case.step("agent", "publish_notice", payload=NOTICE)
    case.opinions()
    case.town.clock.go_to(closes)
    case.step("agent", "close_consultation")
    case.step("agent", "propose_favourable")
    case.step("agent2", "confirm_favourable")


def registered(town: Town, title_id: int, on: date, known: int | None = None):
    """A title as of a day, as it was known."""
    with town.official() as unit:
        return Reader(unit.connection).title(title_id, on=on, as_known_on=known)


def revision(town: Town) -> int:
    """The last revision of the register."""
    with town.official() as unit:
        return int(unit.connection.scalar(text("select max(id) from register.revision")))


def decided_b(town: Town, **more: Any) -> Case:
    """A proposal by route B, approved on 4 April 2025."""
    case = proposal(town, **more)
    case.step("company", "file")
    until_minister(case, DECIDED)
    case.papers("minister", "ministerial_act", "arecoms_approval")
    case.rule(*OPEN_B)
    case.step("minister", "approve", act=act("agreement", DECIDED))
    return case


def decided_a(town: Town, **more: Any) -> Case:
    """A proposal by route A, instituted on 4 April 2025."""
    case = proposal(town, "route_a", **more)
    case.step("company", "file")
    until_minister(case, DECIDED)
    case.papers("minister", "act")
    case.rule(*OPEN_A)
    case.step("minister", "institute", act=act("institution", DECIDED))
    return case


def registered_b(town: Town, **more: Any) -> Case:
    """A proposal by route B in the register."""
    case = decided_b(town, **more)
    case.step("egc", "countersign")
    case.step("agent", "prepare_registration")
    case.step("agent2", "register_agreement", act=act("agreement", DECIDED))
    return case


def registered_a(town: Town, **more: Any) -> Case:
    """A proposal by route A in the register."""
    case = decided_a(town, **more)
    case.step("egc", "countersign")
    case.step("agent", "prepare_registration")
    case.step("agent2", "register_zone", act=act("institution", DECIDED))
    return case
