"""Every machine of the casework, by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from geo.casework.machine import Machine
from geo.casework.machines.allocation import ALLOCATION
from geo.casework.machines.allocation_life import ALLOCATION_LIFE
from geo.casework.machines.attribution import ATTRIBUTION
from geo.casework.machines.conflict import CONFLICT
from geo.casework.machines.correction import CORRECTION
from geo.casework.machines.dealing import DEALING
from geo.casework.machines.ending import ENDING
from geo.casework.machines.operation import OPERATION
from geo.casework.machines.suspension import SUSPENSION
from geo.casework.machines.title import TITLE
from geo.casework.machines.zone import ZONE

MACHINES: Mapping[str, Machine] = MappingProxyType(
    {
        machine.code: machine
        for machine in (
            *(TITLE, DEALING, ENDING, SUSPENSION, CORRECTION, ZONE),
            *(ALLOCATION, ALLOCATION_LIFE, ATTRIBUTION, OPERATION),
            CONFLICT,
        )
    }
)
