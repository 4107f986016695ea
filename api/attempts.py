"""Failed sign-ins, counted so that passwords cannot be guessed by trying."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from api.problems import TooManyAttempts

WINDOW_S = 300.0
PER_ACCOUNT_AND_ADDRESS = 5
PER_ADDRESS = 30
PER_ACCOUNT = 100
REMEMBERED = 10_000


class Attempts:
    """Failures of the last minutes by account and address, in the memory of this process.

    The limits for an account alone and an address alone are wide: the first so that a stranger
    cannot lock an officer out at little cost, the second because offices share an address.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[tuple[str, ...], deque[float]] = {}

    def allow(self, login: str, address: str) -> None:
        """Let a sign-in be tried.

        Raises: TooManyAttempts where a limit is reached; it says how long to wait.
        """
        with self._lock:
            waits = [self._wait(key, limit) for key, limit in _limits(login, address)]
        longest = max(waits)
        if longest > 0:
            raise TooManyAttempts(math.ceil(longest))

    def failed(self, login: str, address: str) -> None:
        """Count a failure."""
        with self._lock:
            if len(self._failures) > REMEMBERED:
                self._forget_old()
            for key, _ in _limits(login, address):
                self._failures.setdefault(key, deque()).append(self._clock())

    def succeeded(self, login: str, address: str) -> None:
        """Forget the failures of this account from this address."""
        with self._lock:
            self._failures.pop(("both", login, address), None)

    def _wait(self, key: tuple[str, ...], limit: int) -> float:
        failures = self._failures.get(key)
        if not failures:
            return 0.0
        while failures and failures[0] <= self._clock() - WINDOW_S:
            failures.popleft()
        if len(failures) < limit:
            return 0.0
        return failures[len(failures) - limit] + WINDOW_S - self._clock()

    def _forget_old(self) -> None:
        horizon = self._clock() - WINDOW_S
        self._failures = {key: f for key, f in self._failures.items() if f and f[-1] > horizon}


def _limits(login: str, address: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    return (
        (("both", login, address), PER_ACCOUNT_AND_ADDRESS),
        (("address", address), PER_ADDRESS),
        (("account", login), PER_ACCOUNT),
    )
