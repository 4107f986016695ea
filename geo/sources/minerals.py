"""Minerals (substances): symbols, French and English names read to one code each.

Chemical elements keep their symbol (``Au``); everything else is a plain English word
(``diamond``, ``coltan``, ``sand``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from geo.sources.text import key_of

_SYMBOLS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb "
    "Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U"
)
ELEMENTS = frozenset(_SYMBOLS.split())

_NAMES = {
    "Ag": "argent|silver",
    "Al": "aluminium|aluminum",
    "Au": "or|gold|aurum",
    "Be": "beryllium",
    "Bi": "bismuth",
    "Cd": "cadmium",
    "Ce": "cerium",
    "Co": "cobalt",
    "Cr": "chrome|chromium",
    "Cu": "cuivre|copper",
    "Fe": "fer|iron|iron ore|minerai de fer",
    "Ge": "germanium",
    "Hg": "mercure|mercury",
    "In": "indium",
    "Li": "lithium",
    "Mg": "magnesium",
    "Mn": "manganese",
    "Mo": "molybdene|molybdenum",
    "Nb": "niobium|columbium",
    "Ni": "nickel",
    "P": "phosphore|phosphorus",
    "Pb": "plomb|lead",
    "Pd": "palladium",
    "Pt": "platine|platinum",
    "S": "soufre|sulphur|sulfur",
    "Sb": "antimoine|antimony",
    "Sn": "etain|tin",
    "Ta": "tantale|tantalum",
    "Ti": "titane|titanium",
    "U": "uranium",
    "V": "vanadium",
    "W": "wolfram|tungstene|tungsten",
    "Zn": "zinc",
    "Zr": "zirconium",
    "amethyst": "amethyste|amethystes|amethyst",
    "andalusite": "andalousite|andalusite",
    "apatite": "apatite",
    "basalt": "basalte|basaltes|basalt|roches basaltiques",
    "base_metals": "mb|metaux de base|base metals",
    "bauxite": "bauxite",
    "bitumen": "bitume|bitumen",
    "calcium_carbonate": "caco3|carbonate de calcium|calcium carbonate",
    "cassiterite": "sno2|cassiterite",
    "clay": "argile|argiles|clay",
    "coal": "charbon|houille|coal",
    "coltan": "nb ta|ta nb|coltan|columbite tantalite|colombite tantalite",
    "cordierite": "cordierite|coridierite",
    "corundum": "corindon|corundum",
    "diamond": "diamant|diamants|diamond|diamonds",
    "diopside": "diopside",
    "dolomite": "dolomie|dolomies|dolomite",
    "emerald": "emeraude|emeraudes|emerald|emeralds",
    "epidote": "epidote",
    "fluorite": "caf2|fluorine|fluorite",
    "garnet": "grenat|grenats|garnet|garnets",
    "granite": "granit|granite|granites",
    "graphite": "graphite",
    "gravel": "gravier|graviers|gravel|caillasse",
    "gypsum": "gypse|gypsum",
    "laterite": "laterite|laterites",
    "limestone": "calcaire|calcaires|limestone|pierres a chaux|pierre a chaux",
    "malachite": "malachite",
    "marble": "marbre|marbres|marble",
    "mica": "mica|micas",
    "monazite": "monazite",
    "platinum_group": "groupe de platine|groupe du platine|platinum group|platinoides|pgm|pge",
    "potash": "potasse|potash",
    "precious_metals": "mp|metaux precieux|precious metals",
    "precious_stones": "pp|pierres precieuses|precious stones",
    "pyrite": "fes2|pyrite",
    "pyrochlore": "pyrochlore",
    "quartz": "quartz",
    "quartzite": "quartzite|quartzites",
    "rare_earths": "tr|terres rares|rare earths|rare earth elements|ree",
    "rock_salt": "sel gemme|rock salt",
    "rubble_stone": "moellon|moellons|moelon|moelons",
    "ruby": "rubis|ruby|rubies",
    "sand": "sable|sables|sand",
    "sandstone": "gres|sandstone",
    "sapphire": "saphir|saphirs|sapphire|sapphires",
    "semi_precious_stones": "psp|pierres semi precieuses|semi precious stones",
    "silica": "sio2|silice|silica",
    "topaz": "topaze|topazes|topaz",
    "tourmaline": "tourmaline|tourmalines",
    "verdite": "verdite",
    "wolframite": "wolframite",
}
_BY_NAME = {name: code for code, names in _NAMES.items() for name in names.split("|")}
_SEPARATORS = re.compile(r"[,;/|+&\n\r]|\s(?:et|and)\s", re.IGNORECASE)


@lru_cache(maxsize=8192)
def read_minerals(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes that a list of minerals names, in its order, and the words not understood.

    Examples
    --------
    >>> read_minerals(", Au, Diamant, Nb-Ta, SnO2, Xyz")
    (('Au', 'diamond', 'coltan', 'cassiterite'), ('Xyz',))
    """
    codes: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for word in filter(None, (part.strip() for part in _SEPARATORS.split(text))):
        code = _code_of(word)
        (unknown if code is None else codes)[code or word] = None
    return tuple(codes), tuple(unknown)


def _code_of(word: str) -> str | None:
    """Return the code of one word; symbols keep their case, or « co » would be a formula's end."""
    if word in ELEMENTS:
        return word
    key = key_of(word)
    if key in _BY_NAME:
        return _BY_NAME[key]
    symbol, _, name = key.partition(" ")
    named = _BY_NAME.get(name)
    return named if named and symbol.capitalize() in (named, named.capitalize()) else None
