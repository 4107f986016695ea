from __future__ import annotations

import pytest

from api.attempts import PER_ACCOUNT_AND_ADDRESS, PER_ADDRESS, WINDOW_S, Attempts
from api.problems import TooManyAttempts


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def failing(attempts: Attempts, times: int, login: str = "agent", address: str = "a") -> None:
    for _ in range(times):
        attempts.allow(login, address)
        attempts.failed(login, address)


def test_the_sixth_try_is_refused_and_says_how_long_to_wait() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    failing(attempts, PER_ACCOUNT_AND_ADDRESS)
    clock.time += 10
    with pytest.raises(TooManyAttempts) as refused:
        attempts.allow("agent", "a")
    assert refused.value.retry_after_s == WINDOW_S - 10


def test_failures_are_forgotten_after_the_window() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    failing(attempts, PER_ACCOUNT_AND_ADDRESS)
    clock.time += WINDOW_S
    attempts.allow("agent", "a")


def test_another_address_may_still_sign_in() -> None:
    attempts = Attempts(Clock())
    failing(attempts, PER_ACCOUNT_AND_ADDRESS, address="stranger")
    attempts.allow("agent", "office")


def test_an_address_that_tries_many_accounts_is_refused() -> None:
    attempts = Attempts(Clock())
    for number in range(PER_ADDRESS):
        failing(attempts, 1, login=f"name{number}")
    with pytest.raises(TooManyAttempts):
        attempts.allow("another", "a")


def test_success_forgets_the_failures_of_that_account() -> None:
    attempts = Attempts(Clock())
    failing(attempts, PER_ACCOUNT_AND_ADDRESS - 1)
    attempts.succeeded("agent", "a")
    failing(attempts, PER_ACCOUNT_AND_ADDRESS - 1)
    attempts.allow("agent", "a")
