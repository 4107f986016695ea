"""The courier: makes events and items of what was recorded, and sends what waits.

One round: collect, send webhooks, send letters. Any number of couriers may run: the cursor's lock
lets one collect, and each message is claimed by one of them. Rounds come every few seconds in the
process that serves the page, or by ``mabele deliver``.
"""

from __future__ import annotations

import itertools
import logging
import random
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.clock import now
from api.delivery.addresses import Resolve, resolve
from api.delivery.keys import WatchKeys, watch_keys
from api.delivery.mail import MOST_ITEMS, news_letter, question_letter, send_letter
from api.delivery.webhook import Sent, send_all
from api.mail_settings import MailServer
from api.settings import Settings
from geo.casework.watching.collecting import collect
from geo.casework.watching.deliveries import (
    COURIER,
    Parcel,
    Question,
    ask_again,
    claim_letter,
    claim_parcels,
    claim_questions,
    delivered,
    failed,
    gone_webhook,
    pause_webhook,
)
from geo.errors import MabeleError
from geo.register.connection import UnitOfWork

PAUSE_S = 10.0
"""Between two rounds of the courier beside the page."""
PATIENCE_S = 4.0
"""How long the end waits for a message under way."""
AT_ONCE = 8
"""Messages sent at the same time, each to another webhook."""
MOST_BATCHES = 50
"""Of one round, so that a round ends and what was recorded meanwhile is read."""

log = logging.getLogger("mabele.courier")


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    events: int = 0
    items: int = 0
    sent: int = 0
    failed: int = 0
    letters: int = 0


@dataclass
class Courier:
    """Collects and sends. ``clock``, ``chance`` and ``resolve`` are those of the world."""

    engine: Engine
    settings: Settings
    clock: Callable[[], datetime] = now
    chance: Callable[[], float] = field(default=random.random)
    resolve: Resolve = resolve
    ending: threading.Event = field(default_factory=threading.Event)
    """Set by whoever wants the round under way to end after the message under way."""

    @cached_property
    def keys(self) -> WatchKeys:
        """The keys of the watches."""
        return watch_keys(self.settings, self.clock)

    def round(self) -> Round:
        """Do all that is due now and return what it was."""
        events, items = self._collect()
        sent, missed = self._send_parcels()
        letters = self._send_letters() if self.settings.mail else 0
        return Round(events, items, sent, missed, letters)

    def _unit(self, reason: str) -> UnitOfWork:
        return UnitOfWork(self.engine, COURIER, "courier", reason)

    def _batches(self) -> Iterator[int]:
        return itertools.takewhile(lambda _: not self.ending.is_set(), range(MOST_BATCHES))

    def _collect(self) -> tuple[int, int]:
        events = items = 0
        for _ in self._batches():
            with self._unit("collect") as unit:
                made = collect(unit, self.clock())
                unit.commit()
            events, items = events + made.events, items + made.items
            if not made.more:
                break
        return events, items

    def _send_parcels(self) -> tuple[int, int]:
        arrived = missed = 0
        for _ in self._batches():
            with self._unit("claim") as unit:
                parcels = claim_parcels(unit.connection, self.clock(), AT_ONCE)
                unit.commit()
            if not parcels:
                break
            base, allow = self.settings.people_url, self.settings.webhook_allow
            answers = send_all(parcels, self.keys, allow, base, self.clock(), self.resolve)
            for parcel, answer in zip(parcels, answers, strict=True):
                self._record(parcel, answer)
                arrived, missed = arrived + answer.arrived, missed + (not answer.arrived)
        return arrived, missed

    def _record(self, parcel: Parcel, answer: Sent) -> None:
        at, ids = self.clock(), [parcel.delivery_id]
        with self._unit("record") as unit:
            connection = unit.connection
            if answer.arrived:
                delivered(connection, ids, at, answer.status)
            elif answer.is_gone:
                gone_webhook(connection, parcel.watch_id, at, "410: the other side wants no more")
            else:
                why = answer.error or "no answer"
                if failed(connection, parcel, ids, at, answer.status, why, self.chance()):
                    reason = f"no message arrived for three days; the last error: {why}"
                    pause_webhook(connection, parcel.watch_id, reason)
            unit.commit()

    def _send_letters(self) -> int:
        server = self.settings.mail
        if server is None:
            return 0
        with self._unit("claim") as unit:
            questions = claim_questions(unit.connection, self.clock(), AT_ONCE)
            unit.commit()
        sent = sum(self._ask(question, server) for question in questions)
        for _ in self._batches():
            going = self._send_letter(server)
            if going is None:
                break
            sent += going
        return sent

    def _ask(self, question: Question, server: MailServer) -> bool:
        base = self.settings.people_url
        try:
            send_letter(question_letter(question, self.keys, server, base, self.clock()), server)
        except smtplib.SMTPRecipientsRefused:
            log.warning("the question of watch %s was refused", question.watch_id)
            return False
        except (smtplib.SMTPException, MessageError, OSError, ValueError) as error:
            log.warning("the question of watch %s did not leave: %s", question.watch_id, error)
            with self._unit("record") as unit:
                ask_again(unit.connection, question.watch_id)
                unit.commit()
            return False
        return True

    def _send_letter(self, server: MailServer) -> bool | None:
        """Send one letter; None where none is due."""
        with self._unit("claim") as unit:
            letter = claim_letter(unit.connection, self.clock(), MOST_ITEMS)
            unit.commit()
        if letter is None:
            return None
        error = ""
        try:
            made = news_letter(letter, self.keys, server, self.settings.people_url, self.clock())
            send_letter(made, server)
        except (smtplib.SMTPException, MessageError, OSError, ValueError) as caught:
            error = f"{type(caught).__name__}: {caught}"
        with self._unit("record") as unit:
            at, ids = self.clock(), letter.delivery_ids
            if error:
                failed(unit.connection, letter, ids, at, None, error, self.chance())
            else:
                delivered(unit.connection, ids, at, None)
            unit.commit()
        return not error


@contextmanager
def courier_beside(courier: Courier, pause_s: float = PAUSE_S) -> Iterator[None]:
    """Have rounds done in a thread until the block ends.

    It ends after the message under way, and is not waited for beyond ``PATIENCE_S``: what was
    claimed and not recorded is sent again under the same id. A database that is away is waited for,
    and a fault is written to the log: the next round comes all the same.
    Its connections are closed at the end, so that a private database can be stopped.
    """
    thread = threading.Thread(target=_rounds, args=(courier, pause_s), name="courier", daemon=True)
    thread.start()
    try:
        yield
    finally:
        courier.ending.set()
        thread.join(PATIENCE_S)
        courier.engine.dispose()


def _rounds(courier: Courier, pause_s: float) -> None:
    while not courier.ending.is_set():
        try:
            courier.round()
        except (MabeleError, SQLAlchemyError) as error:
            log.warning("the courier's round ended early: %s", error)
        except Exception:  # what one watch holds must not end the news of all others
            log.exception("the courier's round ended early")
        courier.ending.wait(pause_s)
