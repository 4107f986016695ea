"""The demonstration register: synthetic, seeded, and erring as real registers do.

It follows what was measured on a real register of 7,355 rows: kinds, sizes, outlines, dates and
words in their real proportions, and every kind of error. All of it is invented and says so; only
the outline of the country and the rough place of its mineral belts are real. The same number of
rights and seed give the same register, and the generator knows the true overlaps
(``DemoRegister.truth``) because it grows rights in at most two layers.
"""

from geo.demo.build import DEFAULT_RIGHTS, FEWEST_RIGHTS, generate
from geo.demo.files import FORMATS, driver_of, write_register
from geo.demo.later import generate_later
from geo.demo.protected import illustrative_areas, write_areas
from geo.demo.rights import FIRST_DAY, LATER_DAY, DemoRegister, DemoRight, Truth
from geo.demo.rows import SCHEMAS, Schema

__all__ = [
    "DEFAULT_RIGHTS",
    "FEWEST_RIGHTS",
    "FIRST_DAY",
    "FORMATS",
    "LATER_DAY",
    "SCHEMAS",
    "DemoRegister",
    "DemoRight",
    "Schema",
    "Truth",
    "driver_of",
    "generate",
    "generate_later",
    "illustrative_areas",
    "write_areas",
    "write_register",
]
