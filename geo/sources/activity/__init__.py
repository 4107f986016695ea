"""Files of sites, visits and detections become typed rows and a log of issues."""

from geo.sources.activity.reading import read_activity
from geo.sources.activity.rows import ActivityReading, SeenRow

__all__ = ["ActivityReading", "SeenRow", "read_activity"]
