"""Every machine of the casework, by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from geo.casework.machine import Machine

MACHINES: Mapping[str, Machine] = MappingProxyType({})
