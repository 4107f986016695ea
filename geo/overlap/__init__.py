"""Overlaps (superpositions) of rights: exact on carrés, stated tolerance for other polygons."""
