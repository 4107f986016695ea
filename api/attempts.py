"""Failed sign-ins, counted so that passwords cannot be guessed by trying."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from api.problems import SignInFailed, TooManyAttempts

WINDOW_S = 300.0
PER_ACCOUNT_AND_ADDRESS = 5
PER_ADDRESS = 30
PER_ACCOUNT = 100
REMEMBERED = 10_000


class Attempts:
    """Tries of the last minutes by account and address, in the memory of this process.

    A try is counted before the password is verified, so that many at once are no more than many
    in turn.

    The limits for an account alone and an address alone are wide: the first so that a stranger
    cannot lock an officer out at little cost, the second because offices share an address.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: dict[tuple[str, ...], deque[float]] = {}

    @contextmanager
    def trying(self, login: str, address: str) -> Iterator[None]:
        """Let one sign-in be tried; it counts from its beginning, and only failing keeps it.

        Success forgets the failures of this account from this address.

        Raises: TooManyAttempts where a limit is reached; it says how long to wait.
        """
        begun = self._begin(login, address)
        try:
            yield
        except SignInFailed:
            raise
        except BaseException:
            self._take_back(login, address, begun)
            raise
        self._take_back(login, address, begun)
        with self._lock:
            self._tries.pop(("both", login, address), None)

    def _begin(self, login: str, address: str) -> float:
        with self._lock:
            longest = max(self._wait(key, limit) for key, limit in _limits(login, address))
            if longest > 0:
                raise TooManyAttempts(math.ceil(longest))
            if len(self._tries) > REMEMBERED:
                self._forget_old()
            begun = self._clock()
            for key, _ in _limits(login, address):
                self._tries.setdefault(key, deque()).append(begun)
        return begun

    def _take_back(self, login: str, address: str, begun: float) -> None:
        with self._lock:
            for key, _ in _limits(login, address):
                with suppress(KeyError, ValueError):  # forgotten in the meantime
                    self._tries[key].remove(begun)

    def _wait(self, key: tuple[str, ...], limit: int) -> float:
        tries = self._tries.get(key)
        if not tries:
            return 0.0
        while tries and tries[0] <= self._clock() - WINDOW_S:
            tries.popleft()
        if len(tries) < limit:
            return 0.0
        return tries[len(tries) - limit] + WINDOW_S - self._clock()

    def _forget_old(self) -> None:
        horizon = self._clock() - WINDOW_S
        self._tries = {key: t for key, t in self._tries.items() if t and t[-1] > horizon}


def _limits(login: str, address: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    return (
        (("both", login, address), PER_ACCOUNT_AND_ADDRESS),
        (("address", address), PER_ADDRESS),
        (("account", login), PER_ACCOUNT),
    )
