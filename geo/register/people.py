"""Who acts on the register and on case files: roles, and the database role behind each.

Conventions 20 and 26: what a role may do is granted to its database role by the migrations alone.
An :class:`Actor` says who asks; it opens nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from geo.register.connection import ADMIN, CADASTRE, PUBLIC


class Role(StrEnum):
    """What a person may be in this register; the value is its name on the wire."""

    PUBLIC = "public"
    COMPANY = "company"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    EGC = "egc"
    OPINION = "opinion"
    MINISTER = "minister"
    INSPECTOR = "inspector"
    LEGAL = "legal"
    ADMINISTRATOR = "administrator"


DATABASE_ROLE: Mapping[Role, str] = MappingProxyType(
    {
        Role.PUBLIC: PUBLIC,
        Role.COMPANY: "mabele_company",
        Role.OFFICER: CADASTRE,
        Role.SUPERVISOR: "mabele_supervisor",
        Role.EGC: "mabele_egc",
        Role.OPINION: "mabele_opinion",
        Role.MINISTER: "mabele_minister",
        Role.INSPECTOR: "mabele_inspector",
        Role.LEGAL: "mabele_legal",
        Role.ADMINISTRATOR: ADMIN,
    }
)
"""The role under which the database answers. Supervisor and administrator have what an officer has
besides their own; every role has what the public has."""

ROLE_OF: Mapping[str, Role] = MappingProxyType({name: role for role, name in DATABASE_ROLE.items()})

OF_THE_CADASTRE = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Cadastre minier (CAMI): those who read the whole register."""


class Authority(StrEnum):
    """Whom an opinion giver speaks for."""

    SGNC = "sgnc"
    PROVINCE = "province"
    DIVISION_MINES = "division_mines"
    LOCAL_ENTITIES = "local_entities"
    SAEMAPE = "saemape"
    ENVIRONMENT = "environment"
    MINES_DIRECTORATE = "mines_directorate"
    GOVERNOR = "governor"
    ARECOMS = "arecoms"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: under which login and role, for whom, and where.

    Parameters
    ----------
    parties : the holders for which a company account prepares files; empty for all other roles.
    signs_for : those of them for which it also signs.
    authority, province : of an opinion giver; no province means the whole country.
    """

    login: str
    role: Role
    account_id: int | None = None
    parties: frozenset[int] = frozenset()
    authority: str | None = None
    province: str | None = None
    signs_for: frozenset[int] = frozenset()

    @property
    def database_role(self) -> str:
        """The role under which the database answers."""
        return DATABASE_ROLE[self.role]

    @property
    def of_the_cadastre(self) -> bool:
        """Whether what is the cadastre's alone may be shown."""
        return self.role in OF_THE_CADASTRE
