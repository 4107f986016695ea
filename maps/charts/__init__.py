"""Charts of activity over time, drawn from figures that were reckoned in ``geo.activity``."""
