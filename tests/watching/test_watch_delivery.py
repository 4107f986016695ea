"""Webhooks to a real server on loopback: signed, sent once, tried again, paused, ended."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from loopback import Hook, hook_server
from sample_register import granted, square
from sqlalchemy import Engine, text
from standardwebhooks import Webhook, WebhookVerificationError
from watch_ground import Clock, Watchers, settle

from api.delivery.courier import Courier, courier_beside
from api.settings import Settings
from geo.casework.watching.areas import area_of_runs
from geo.casework.watching.channels import (
    ask_test,
    deliveries_of,
    end_webhook,
    resume_webhook,
    set_webhook,
)
from geo.casework.watching.deliveries import CLAIM, GIVEN_UP_AFTER, claim_parcels, delay_before
from geo.casework.watching.watches import watch_of
from geo.errors import NotFound
from geo.register.connection import UnitOfWork

AREA = area_of_runs([[-1280, 3000, 3100]])


class Scene:
    """A watch with a webhook, the other side, and the courier with a clock of the test's."""

    def __init__(self, engine: Engine, hook: Hook, data_dir: Path) -> None:
        self.engine, self.hook = engine, hook
        self.people: Watchers = settle(engine)
        self.clock = Clock(datetime.now(UTC))
        environ = {"MABELE_DATA_DIR": str(data_dir), "MABELE_WEBHOOK_ALLOW": "127.0.0.0/8"}
        self.courier = Courier(engine, Settings.load(environ), self.clock, lambda: 0.0)
        self.watch = self.people.watch("officer", AREA)
        self.salt = uuid4()
        self.set_url(hook.url)
        self.granted = 0

    def set_url(self, url: str) -> None:
        with self.people.acting("officer") as unit:
            set_webhook(unit.connection, self.watch, url, self.salt)

    def happens(self, times: int = 1) -> None:
        """Something inside the watched ground, as often."""
        for _ in range(times):
            self.granted += 1
            granted(self.engine, f"PR {self.granted}", square(3000 + 4 * self.granted, -1280))

    def deliveries(self) -> list[Any]:
        with self.people.acting("officer") as unit:
            return deliveries_of(unit.connection, self.watch, 100)

    def states(self) -> list[str]:
        return [row.state for row in self.deliveries()]

    def webhook(self) -> Any:
        with self.people.acting("officer") as unit:
            return watch_of(unit.connection, self.watch).webhook

    @property
    def secret(self) -> str:
        return self.courier.keys.webhook_secret(self.salt)


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Iterator[Scene]:
    with hook_server() as hook:
        yield Scene(engine, hook, tmp_path)


def test_a_message_is_signed_and_arrives_once(scene: Scene) -> None:
    scene.happens()
    for _ in range(3):
        scene.courier.round()
    assert len(scene.hook.received) == 1
    headers, body = scene.hook.received[0]
    sent = Webhook(scene.secret).verify(body, headers)
    assert sent["type"] == "mabele.grant"
    assert sent["data"]["facts"]["code"] == "PR 1"
    assert sent["data"]["heading"]["fr"] == "Titre enregistré : PR 1"
    assert sent["data"]["link"] is None
    assert scene.states() == ["delivered"]


def test_a_changed_message_or_another_secret_is_found(scene: Scene) -> None:
    scene.happens()
    scene.courier.round()
    headers, body = scene.hook.received[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(scene.secret).verify(body.replace(b"PR 1", b"PR 2"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(scene.courier.keys.webhook_secret(uuid4())).verify(body, headers)


def test_what_did_not_arrive_is_sent_again_under_the_same_id(scene: Scene) -> None:
    scene.hook.answers = [(500, {}), (503, {})]
    scene.happens()
    scene.courier.round()
    scene.courier.round()
    assert len(scene.hook.received) == 1, "the second attempt is not due yet"
    scene.clock.later(seconds=59)
    scene.courier.round()
    assert len(scene.hook.received) == 1
    scene.clock.later(seconds=2)
    scene.courier.round()
    scene.clock.later(minutes=4, seconds=1)
    scene.courier.round()
    assert len(scene.hook.received) == 3
    assert len(set(scene.hook.ids)) == 1
    stamps = [headers["webhook-timestamp"] for headers, _ in scene.hook.received]
    assert len(set(stamps)) == 3
    (row,) = scene.deliveries()
    assert (row.state, row.attempts, row.last_status) == ("delivered", 3, 204)


def test_delays_grow_to_a_day_and_are_drawn_out_by_a_fifth_at_most() -> None:
    """1 min, then four times as long each, never over 24 h: 1, 4, 16, 64, 256, 1024, 1440 min."""
    minutes = [delay_before(attempt, 0) / timedelta(minutes=1) for attempt in range(1, 9)]
    assert minutes == [1, 4, 16, 64, 256, 1024, 1440, 1440]
    assert delay_before(1, 0.999) < timedelta(seconds=72)
    assert delay_before(10_000, 0) == timedelta(days=1)


def test_after_three_days_the_webhook_is_paused_with_its_reason_and_taken_up_again(
    scene: Scene,
) -> None:
    scene.hook.answers = [(500, {})] * 100
    scene.happens()
    begun = scene.clock()
    while scene.webhook().state == "active":
        scene.courier.round()
        scene.clock.later(hours=6)
        assert scene.clock() - begun < GIVEN_UP_AFTER + timedelta(days=2)
    assert scene.clock() - begun >= GIVEN_UP_AFTER
    assert "the last error: answered 500" in scene.webhook().reason
    assert scene.states() == ["failed"]
    scene.hook.answers.clear()
    came = len(scene.hook.received)
    scene.happens()
    scene.courier.round()
    assert (len(scene.hook.received), scene.states()) == (came, ["waiting", "failed"])
    with scene.people.acting("officer") as unit:
        resume_webhook(unit.connection, scene.watch, scene.clock())
    scene.courier.round()
    assert scene.states() == ["delivered", "failed"]
    assert scene.webhook().reason is None


def test_gone_ends_it(scene: Scene) -> None:
    scene.hook.answers = [(410, {})]
    scene.happens(2)
    scene.courier.round()
    assert len(scene.hook.received) == 1
    assert scene.webhook().state == "ended"
    assert scene.states() == ["dropped", "dropped"]
    scene.happens()
    scene.courier.round()
    assert len(scene.deliveries()) == 2
    with scene.people.acting("officer") as unit, pytest.raises(NotFound):
        resume_webhook(unit.connection, scene.watch, scene.clock())


def test_no_redirect_is_followed(scene: Scene) -> None:
    scene.hook.answers = [(307, {"Location": scene.hook.url})]
    scene.happens()
    scene.courier.round()
    assert len(scene.hook.received) == 1
    (row,) = scene.deliveries()
    assert (row.state, row.last_status, row.last_error) == ("waiting", 307, "answered 307")


def test_a_proxy_of_the_environment_is_not_used(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    scene.happens()
    assert scene.courier.round().sent == 1


def test_an_address_that_is_not_public_is_not_even_connected_to(scene: Scene) -> None:
    """Without the administrator's word loopback is refused, whatever name leads there."""
    strict = replace(scene.courier.settings, webhook_allow=())
    scene.set_url("https://hooks.example.org/x")
    scene.courier = Courier(
        scene.engine, strict, scene.clock, lambda: 0.0, lambda _host, _port: ["127.0.0.1"]
    )
    scene.happens()
    assert scene.courier.round().failed == 1
    assert scene.hook.received == []
    (row,) = scene.deliveries()
    assert "not at a public address" in row.last_error


def test_a_test_message_is_sent_when_asked(scene: Scene) -> None:
    with scene.people.acting("officer") as unit:
        assert ask_test(unit.connection, scene.watch, scene.clock())
        assert ask_test(unit.connection, scene.watch, scene.clock()) is None
    scene.courier.round()
    sent = json.loads(scene.hook.received[0][1])
    assert sent["type"] == "mabele.test"
    assert scene.deliveries()[0].test is True


def test_a_machine_that_is_away_is_told_as_such(scene: Scene) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        scene.set_url(f"http://127.0.0.1:{taken.getsockname()[1]}/x")
        scene.happens()
        scene.courier.round()
    (row,) = scene.deliveries()
    assert (row.state, row.last_status) == ("waiting", None)
    assert row.last_error.startswith("ConnectError")


def test_removing_a_webhook_drops_what_waits(scene: Scene) -> None:
    scene.hook.answers = [(500, {})]
    scene.happens()
    scene.courier.round()
    with scene.people.acting("officer") as unit:
        end_webhook(unit.connection, scene.watch, scene.clock())
    assert scene.states() == ["dropped"]
    scene.clock.later(days=1)
    assert scene.courier.round().sent == 0


def test_a_courier_that_died_leaves_its_message_to_the_next(scene: Scene) -> None:
    scene.happens()
    scene.people.collect()
    with UnitOfWork(scene.engine, "mabele_courier", "courier", "claim") as unit:
        claimed = claim_parcels(unit.connection, scene.clock(), 8)
        unit.commit()
    assert len(claimed) == 1
    assert scene.courier.round().sent == 0, "claimed by the one that died"
    scene.clock.later(seconds=CLAIM.total_seconds() + 1)
    assert scene.courier.round().sent == 1


def test_two_couriers_at_once_claim_each_message_once(scene: Scene) -> None:
    scene.happens()
    scene.people.collect()
    with (
        UnitOfWork(scene.engine, "mabele_courier", "a", "claim") as one,
        UnitOfWork(scene.engine, "mabele_courier", "b", "claim") as other,
    ):
        first = claim_parcels(one.connection, scene.clock(), 8)
        second = claim_parcels(other.connection, scene.clock(), 8)
        one.commit()
        other.commit()
    assert (len(first), len(second)) == (1, 0)


def test_one_event_makes_one_item_though_the_cursor_is_set_back(
    scene: Scene, fresh_database: Any
) -> None:
    """As after a crash between reading and moving it: nothing is told twice."""
    scene.happens(2)
    scene.courier.round()
    with UnitOfWork(scene.engine, "mabele_courier", "courier", "test") as unit:
        unit.connection.execute(text("update watching.cursor set revision = 0"))
        unit.commit()
    assert scene.courier.round().items == 0
    assert len(scene.people.items("officer", scene.watch)) == 2
    assert len(scene.hook.received) == 2


def test_messages_come_in_the_order_of_events(scene: Scene) -> None:
    scene.happens(5)
    scene.courier.round()
    codes = [json.loads(body)["data"]["facts"]["code"] for _, body in scene.hook.received]
    assert codes == ["PR 1", "PR 2", "PR 3", "PR 4", "PR 5"]


def test_the_thread_beside_the_page_begins_and_ends(scene: Scene) -> None:
    scene.happens()
    with courier_beside(scene.courier, pause_s=0.01):
        for _ in range(1000):
            if scene.hook.received:
                break
            scene.courier.ending.wait(0.01)
    assert scene.courier.ending.is_set()
    assert len(scene.hook.received) == 1


def test_an_address_kept_before_that_no_client_takes_ends_nothing(scene: Scene) -> None:
    """One that raw SQL or an earlier version kept: refused by its form, the round goes on."""
    scene.set_url("http://127.0.0.1:9/\x01")
    scene.happens()
    scene.courier.round()
    (delivery,) = scene.deliveries()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    assert "too long or not plain" in delivery.last_error


def test_a_fault_of_one_round_does_not_end_those_to_come(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []

    def breaks() -> None:
        rounds.append(1)
        raise RuntimeError("a fault that nobody foresaw")

    monkeypatch.setattr(scene.courier, "round", breaks)
    with courier_beside(scene.courier, pause_s=0.01):
        for _ in range(500):
            if len(rounds) > 1:
                break
            scene.courier.ending.wait(0.01)
    assert len(rounds) > 1


def _tls_for(name: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate of its own for one name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "server.crt", folder / "server.key"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return context, file


@pytest.mark.parametrize(("name", "arrives"), [("hooks.test", True), ("other.test", False)])
def test_over_tls_the_number_answers_under_the_name(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, arrives: bool
) -> None:
    """Connected to by its number, its certificate must be of the name that was asked for."""
    context, certificate = _tls_for("hooks.test", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with hook_server(context) as hook:
        scene = Scene(engine, hook, tmp_path)
        scene.set_url(f"https://{name}:{hook.port}/x")
        settings = replace(scene.courier.settings, webhook_allow=(name,))
        scene.courier = Courier(
            engine, settings, scene.clock, lambda: 0.0, lambda _host, _port: ["127.0.0.1"]
        )
        scene.happens()
        assert scene.courier.round().sent == int(arrives)
    if arrives:
        assert hook.received[0][0]["host"] == f"{name}:{hook.port}"
    else:
        assert "certificate" in scene.deliveries()[0].last_error.lower()
