"""Overlaps (superpositions) of rights: exact on carrés, stated tolerance for other polygons."""

from geo.overlap.audit import Ground, Overlap, overlaps

__all__ = ["Ground", "Overlap", "overlaps"]
