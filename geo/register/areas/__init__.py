"""Restricted layers: what they cover, the areas in them, and their changes by two people."""
