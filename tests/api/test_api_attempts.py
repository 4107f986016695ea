from __future__ import annotations

from contextlib import ExitStack

import pytest

from api.attempts import PER_ACCOUNT_AND_ADDRESS, PER_ADDRESS, WINDOW_S, Attempts
from api.problems import Overloaded, SignInFailed, TooManyAttempts


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def failing(attempts: Attempts, times: int, login: str = "agent", address: str = "a") -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed), attempts.trying(login, address):
            raise SignInFailed("wrong")


def succeeding(attempts: Attempts, login: str = "agent", address: str = "a") -> None:
    with attempts.trying(login, address):
        pass


def test_the_sixth_try_is_refused_and_says_how_long_to_wait() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    failing(attempts, PER_ACCOUNT_AND_ADDRESS)
    clock.time += 10
    with pytest.raises(TooManyAttempts) as refused:
        succeeding(attempts)
    assert refused.value.retry_after_s == WINDOW_S - 10


def test_failures_are_forgotten_after_the_window() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    failing(attempts, PER_ACCOUNT_AND_ADDRESS)
    clock.time += WINDOW_S
    succeeding(attempts)


def test_another_address_may_still_sign_in() -> None:
    attempts = Attempts(Clock())
    failing(attempts, PER_ACCOUNT_AND_ADDRESS, address="stranger")
    succeeding(attempts, address="office")


def test_an_address_that_tries_many_accounts_is_refused() -> None:
    attempts = Attempts(Clock())
    for number in range(PER_ADDRESS):
        failing(attempts, 1, login=f"name{number}")
    with pytest.raises(TooManyAttempts):
        succeeding(attempts, "another")


def test_success_forgets_the_failures_of_that_account() -> None:
    attempts = Attempts(Clock())
    failing(attempts, PER_ACCOUNT_AND_ADDRESS - 1)
    succeeding(attempts)
    failing(attempts, PER_ACCOUNT_AND_ADDRESS - 1)
    succeeding(attempts)


def test_tries_under_way_count() -> None:
    attempts = Attempts(Clock())
    with ExitStack() as under_way:
        for _ in range(PER_ACCOUNT_AND_ADDRESS):
            under_way.enter_context(attempts.trying("agent", "a"))
        with pytest.raises(TooManyAttempts):
            succeeding(attempts)
    succeeding(attempts)


def test_what_was_no_wrong_password_does_not_count() -> None:
    attempts = Attempts(Clock())
    for _ in range(PER_ADDRESS):
        with pytest.raises(Overloaded), attempts.trying("agent", "a"):
            raise Overloaded("the database is away")
        succeeding(attempts, "other")
    failing(attempts, PER_ACCOUNT_AND_ADDRESS)
