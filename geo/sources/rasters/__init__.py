"""Rasters of activity: polygons of what they show, hectares per carré and right, and change.

``open`` opens and refuses, ``layers`` says what of a raster counts, ``polygonise`` makes objects,
``hectares`` sums by ground, ``change`` compares two dates. Memory is bounded by the window, not by
the raster.
"""
