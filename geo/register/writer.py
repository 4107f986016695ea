"""The only writer of the register. Each order is one revision: judge first, then lock, then write.

An order leaves the unit of work open: commit it to make it true. Raised while it runs or as the
unit closes: ``GroundTaken`` (carrés are held by another right), ``RegisterBusy`` (try again),
``NotPermitted`` (the role may not write), ``RegisterError`` (it would make something false).

The orders by subject: :mod:`~geo.register.holding` (claims, grants, zones),
:mod:`~geo.register.allocations`, :mod:`~geo.register.attributions`,
:mod:`~geo.register.dealings` (holders, states, terms, leases),
:mod:`~geo.register.transformations` and :mod:`~geo.register.endings`.
"""

from __future__ import annotations

from geo.register.accounts import create_account, set_password
from geo.register.allocations import change_allocation, encumber
from geo.register.attributions import attribute_ground
from geo.register.dealings import end_lease, lease, renew, set_state, transfer
from geo.register.endings import correct, end_claim, release, shrink
from geo.register.extracts import approve_report, record_reading, reject_report
from geo.register.findings import record_findings
from geo.register.holding import claim, grant, institute_zone
from geo.register.intake import ImportReport
from geo.register.transformations import transform

__all__ = [
    "ImportReport",
    "approve_report",
    "attribute_ground",
    "change_allocation",
    "claim",
    "correct",
    "create_account",
    "encumber",
    "end_claim",
    "end_lease",
    "grant",
    "institute_zone",
    "lease",
    "record_findings",
    "record_reading",
    "reject_report",
    "release",
    "renew",
    "set_password",
    "set_state",
    "shrink",
    "transfer",
    "transform",
]
