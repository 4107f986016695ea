"""The law as dated data: the catalog reads it, the judges apply it to facts on a day."""

from geo.law.catalog import load_law
from geo.law.facts import RightFacts
from geo.law.host_events import EventEffect, HostEffect, HostEvent, effect_of
from geo.law.pairs import PairFinding, PairFindings, judge_pair, judge_pairs
from geo.law.rulings import Ruling, Settled, SettledFinding, settle
from geo.law.values import Confidence, Law, Message, Reason, Verdict

__all__ = [
    "Confidence",
    "EventEffect",
    "HostEffect",
    "HostEvent",
    "Law",
    "Message",
    "PairFinding",
    "PairFindings",
    "Reason",
    "RightFacts",
    "Ruling",
    "Settled",
    "SettledFinding",
    "Verdict",
    "effect_of",
    "judge_pair",
    "judge_pairs",
    "load_law",
    "settle",
]
