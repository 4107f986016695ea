"""Conflicts over ground as cases: what is kept beside a file of the machine ``conflict``."""
