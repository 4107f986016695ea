"""How many objections may come, so that a flood ends and a village behind one address gets through.

A request is counted under a hash of its address with a salt of the hour. Both are in the memory of
this process alone and are dropped with the hour: neither the log nor the database ever has an
address. A whole village may share one telephone, and a country one gateway; so an address alone is
allowed 240 objections an hour (one each 15 seconds), a notice 1,000 and the service 3,000. Whoever
is refused is told when to try again, and sends the same objection under the same number.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from api.problems import TooManyAttempts

HOUR_S = 3600.0
Act = Literal["object", "follow", "attach"]

PER_ADDRESS: Mapping[Act, int] = MappingProxyType({"object": 240, "follow": 1200, "attach": 60})
PER_NOTICE = 1_000
IN_ALL: Mapping[Act, int] = MappingProxyType({"object": 3_000, "follow": 20_000, "attach": 240})


class TooManyObjections(TooManyAttempts):
    """A limit of the hour is reached; ``retry_after_s`` says when the next hour begins."""

    code = "too_many_objections"


class ObjectionLimits:
    """What came in this hour, by kind of request: from one address, to one notice, and in all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begin_hour()

    def admit(self, act: Act, address: str, notice_id: int | None = None) -> None:
        """Count a request.

        Raises: TooManyObjections where a limit of the hour is reached; it is not counted then.
        """
        with self._lock:
            if self._clock() >= self._ends:
                self._begin_hour()
            keys = self._keys(act, address, notice_id)
            if any(self._came[key] >= limit for key, limit in keys.items()):
                raise TooManyObjections(max(1, math.ceil(self._ends - self._clock())))
            self._came.update(keys.keys())

    def _begin_hour(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._came: Counter[tuple[object, ...]] = Counter()
        self._ends = self._clock() + HOUR_S

    def _keys(self, act: Act, address: str, notice_id: int | None) -> dict[tuple[object, ...], int]:
        who = hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()
        keys: dict[tuple[object, ...], int] = {
            (act, "address", who): PER_ADDRESS[act],
            (act, "all"): IN_ALL[act],
        }
        if notice_id is not None:
            keys[act, "notice", notice_id] = PER_NOTICE
        return keys
