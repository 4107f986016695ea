"""The law as dated data: the catalog reads it, the judges apply it to facts on a day."""

from geo.law.catalog import load_law
from geo.law.facts import RightFacts
from geo.law.pairs import PairFinding, PairFindings, judge_pair, judge_pairs
from geo.law.values import Confidence, Law, Message, Reason, Verdict

__all__ = [
    "Confidence",
    "Law",
    "Message",
    "PairFinding",
    "PairFindings",
    "Reason",
    "RightFacts",
    "Verdict",
    "judge_pair",
    "judge_pairs",
    "load_law",
]
