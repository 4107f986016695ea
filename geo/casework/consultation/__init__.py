"""Consultation (enquête publique): notices, objections without an account, and who answers them."""

from __future__ import annotations

from geo.casework.consultation.notices import NoticeLength, open_until, publish, withdraw
from geo.casework.consultation.objections import objected_cells, open_objections

__all__ = ["NoticeLength", "objected_cells", "open_objections", "open_until", "publish", "withdraw"]
