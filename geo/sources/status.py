"""Status strings: the right's state and the procedure under way, told apart.

Registers write both in one string: « Actif-En Renouvellement » is a granted right under renewal.
A string is read as a head (actif, demande, droit octroyé…) and a tail that names the procedure.
What is not understood whole is unknown, never active.
"""

from __future__ import annotations

import re
from functools import lru_cache

from geo.sources.kinds import read_kind
from geo.sources.rows import Procedure, State
from geo.sources.text import key_of

Status = tuple[State, Procedure]

UNKNOWN: Status = (State.UNKNOWN, Procedure.UNKNOWN)
NOT_STATED: Status = (State.NOT_STATED, Procedure.UNKNOWN)

_WHOLE: dict[str, Status] = {
    "radiation en cours": (State.BEING_STRUCK_OFF, Procedure.NONE),
    "en radiation": (State.BEING_STRUCK_OFF, Procedure.NONE),
    "en cours radiation": (State.BEING_STRUCK_OFF, Procedure.NONE),
    "droit dechu": (State.FORFEITED, Procedure.NONE),
    "dechu": (State.FORFEITED, Procedure.NONE),
    "forfeited": (State.FORFEITED, Procedure.NONE),
    "a dechoir": (State.GRANTED, Procedure.FORFEITURE),
    "a dechoir pour non paiement": (State.GRANTED, Procedure.FORFEITURE),
    "renouvellement octroi": (State.GRANTED, Procedure.RENEWAL),
    "renouvellement octroye": (State.GRANTED, Procedure.NONE),
    "en renouvellement": (State.GRANTED, Procedure.RENEWAL),
    "under renewal": (State.GRANTED, Procedure.RENEWAL),
    "force majeure": (State.FORCE_MAJEURE, Procedure.NONE),
    "en force majeure": (State.FORCE_MAJEURE, Procedure.NONE),
    "expire": (State.EXPIRED, Procedure.NONE),
    "expired": (State.EXPIRED, Procedure.NONE),
    "caduc": (State.EXPIRED, Procedure.NONE),
    "caduque": (State.EXPIRED, Procedure.NONE),
    "lapsed": (State.EXPIRED, Procedure.NONE),
    "revoque": (State.FORFEITED, Procedure.NONE),
    "revoked": (State.FORFEITED, Procedure.NONE),
    "suspendu": (State.SUSPENDED, Procedure.NONE),
    "suspended": (State.SUSPENDED, Procedure.NONE),
    "rejete": (State.REJECTED, Procedure.NONE),
    "refuse": (State.REJECTED, Procedure.NONE),
    "rejected": (State.REJECTED, Procedure.NONE),
    "refused": (State.REJECTED, Procedure.NONE),
    "demande rejete": (State.REJECTED, Procedure.NONE),
    "demande refuse": (State.REJECTED, Procedure.NONE),
    "application rejected": (State.REJECTED, Procedure.NONE),
    "application refused": (State.REJECTED, Procedure.NONE),
}

_DROPPED = frozenset({"annule", "cancelled", "canceled", "retire", "withdrawn"})
"""Words that end an application for good; of a right they do not say who ended it, nor how."""

_ENDED = _DROPPED | {
    *("radie", "struck off", "renonce", "relinquished", "surrendered", "eteint", "extinguished"),
}
"""Words of an end that is neither term nor forfeiture: there is no state for it, so it is unknown.

« Radié » is what follows any end, « éteint » is any end, a surrender is the holder's own act.
"""

_DOUBT = frozenset("?!\u00bf\u00a1\uff1f\uff01\ufffd")

_HEADS: dict[str, State] = {
    "droit octroye": State.GRANTED,
    "actif": State.GRANTED,
    "active": State.GRANTED,
    "approuve": State.GRANTED,
    "approved": State.GRANTED,
    "octroye": State.GRANTED,
    "granted": State.GRANTED,
    "valide": State.GRANTED,
    "valid": State.GRANTED,
    "en vigueur": State.GRANTED,
    "in force": State.GRANTED,
    "demande en instance": State.APPLICATION,
    "demande en cours": State.APPLICATION,
    "demande approuve": State.APPLICATION,
    "nouvelle demande": State.APPLICATION,
    "new application": State.APPLICATION,
    "pending application": State.APPLICATION,
    "application pending": State.APPLICATION,
    "application approved": State.APPLICATION,
    "under application": State.APPLICATION,
    "demande": State.APPLICATION,
    "application": State.APPLICATION,
    "en instance": State.APPLICATION,
    "instance": State.APPLICATION,
    "en instruction": State.APPLICATION,
    "pending": State.APPLICATION,
}

_TAILS: dict[str, Procedure] = {
    "": Procedure.NONE,
    "en convention": Procedure.NONE,
    "renouvellement": Procedure.RENEWAL,
    "renewal": Procedure.RENEWAL,
    "under renewal": Procedure.RENEWAL,
    "pending renewal": Procedure.RENEWAL,
    "renewal pending": Procedure.RENEWAL,
    "transformation": Procedure.TRANSFORMATION,
    "transformation partielle": Procedure.PARTIAL_TRANSFORMATION,
    "transformation multiple": Procedure.SPLIT,
    "cession totale": Procedure.TOTAL_TRANSFER,
    "cession partielle": Procedure.PARTIAL_TRANSFER,
    "renonciation totale": Procedure.TOTAL_RELINQUISHMENT,
    "renonciation partielle": Procedure.PARTIAL_RELINQUISHMENT,
    "decheance": Procedure.FORFEITURE,
    "decheance nonpaiement": Procedure.FORFEITURE,
    "decheance non paiement": Procedure.FORFEITURE,
    "levee force majeure": Procedure.FORCE_MAJEURE_LIFTED,
}

_FEMININE = re.compile(
    r"\b(approuve|octroye|expire|rejete|refuse|dechu|valide|revoque|annule|retire|radie|renonce"
    r"|eteint)e?s?\b"
)
_BETWEEN = re.compile(r"\b(?:en cours|en|de|d)\b")
_FORCE_MAJEURE = frozenset({"force majeure", "under force majeure"})
_CHANGE_OF_KIND = re.compile(r"^transformation (\w+) (\w+)$")
_GRANTED_CHANGE = re.compile(r"^(\w+) (\w+)$")
_APPROVED_KIND = re.compile(r"^demande (\w+) approuve$")


@lru_cache(maxsize=4096)
def read_status(text: str, kind: str | None = None, application: bool = False) -> Status:
    """Return the state of the right and the procedure under way that a status string names.

    « Demande PEPM Approuvée » on a PR is the approved transformation of a granted PR; on a PEPM it
    is an approved application: hence ``kind``, the canonical kind of the row. « Annulé » ends an
    application (``application``: the kind says that the row is one) but leaves a right unknown.
    A question or exclamation mark is doubt, and leaves everything unknown.

    Examples
    --------
    >>> [part.value for part in read_status("Actif-En Renouvellement")]
    ['granted', 'renewal']
    >>> [part.value for part in read_status("Demande PEPM Approuvée", "PR")]
    ['granted', 'transformation']
    >>> read_status("Actif???Bidon") == UNKNOWN
    True
    """
    if _DOUBT & set(text):
        return UNKNOWN
    words = _spelled(key_of(text[:200]))
    if words in _WHOLE:
        return _WHOLE[words]
    if application and words in _DROPPED:
        return State.REJECTED, Procedure.NONE
    match = _APPROVED_KIND.match(words)
    asked = read_kind(match.group(1)) if match else None
    return _approved(asked.kind, kind) if asked else _head_and_tail(words)


def says_ended(text: str) -> bool:
    """Whether a status says that a right has ended in a way that has no state of its own."""
    return not _DOUBT & set(text) and _spelled(key_of(text[:200])) in _ENDED


def _spelled(words: str) -> str:
    """Return the words with the registers' spelling slips and feminine forms levelled."""
    words = re.sub(r"\brenouvell?e?ment\b", "renouvellement", words)
    return _FEMININE.sub(r"\1", words)


def _approved(asked: str, kind: str | None) -> Status:
    if kind is None or asked == kind:
        return State.APPLICATION, Procedure.NONE
    return State.GRANTED, Procedure.TRANSFORMATION


def _head_and_tail(words: str) -> Status:
    head = next((h for h in _HEADS_LONG_FIRST if words == h or words.startswith(h + " ")), None)
    if head is None:
        return UNKNOWN
    state, tail = _HEADS[head], words[len(head) :].strip()
    if tail in _TAILS:
        return state, _TAILS[tail]
    return _of_tail(state, head, " ".join(_BETWEEN.sub(" ", tail).split()))


def _of_tail(state: State, head: str, tail: str) -> Status:
    if tail in _FORCE_MAJEURE and state is State.GRANTED:
        return State.FORCE_MAJEURE, Procedure.NONE
    if tail in _TAILS:
        return state, _TAILS[tail]
    change = _CHANGE_OF_KIND.match(tail)
    if change and _are_kinds(change):
        return state, Procedure.TRANSFORMATION
    done = _GRANTED_CHANGE.match(tail)
    if head == "droit octroye" and done and _are_kinds(done):
        return state, Procedure.NONE
    return UNKNOWN


def _are_kinds(match: re.Match[str]) -> bool:
    return all(read_kind(word) is not None for word in match.groups())


_HEADS_LONG_FIRST = sorted(_HEADS, key=len, reverse=True)
