"""Letters by a real mail server on loopback: asked for twice, sent together, ended by a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email import message_from_string, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from loopback import Post, mail_post
from sample_register import act, facts, square
from story_house import COL, ROW, House, open_house

from api.delivery.courier import Courier
from api.mail_settings import mail_server
from api.settings import Settings
from geo.errors import SetupError
from geo.register.connection import REGISTER, UnitOfWork
from geo.register.writer import grant

HERE = {"name": "Notre colline", "runs": [[ROW + 20, COL, COL + 100]]}
NUMBERS = count(1)
"""Of grants in the register that the tests of this module share."""


class Letters:
    """A house with a mail server, and the courier that goes between."""

    def __init__(self, house: House, post: Post, data_dir: Path) -> None:
        self.house, self.post = house, post
        self.home = str(house.company.client.base_url).rstrip("/")
        environ = {
            "MABELE_DATA_DIR": str(data_dir),
            "MABELE_PUBLIC_URL": self.home,
            "MABELE_SMTP_HOST": "127.0.0.1",
            "MABELE_SMTP_PORT": str(post.port),
            "MABELE_SMTP_SECURITY": "none",
            "MABELE_MAIL_FROM": "Cadastre <veille@cadastre.example>",
        }
        self.settings = Settings.load(environ)
        watching = house.app.state.watching
        watching.settings = self.settings
        self.courier = Courier(house.engine, self.settings, house.clock, lambda: 0.0)

    def watch(self, address: str, login: str = "company") -> str:
        """Keep a watch whose items shall go to an address; its path."""
        made = self.house.people[login].send("/watches", json=HERE)
        path = f"/watches/{made['id']}"
        order = {"address": address}
        self.house.people[login].send(f"{path}/mail", 202, method="PUT", json=order)
        return path

    def happens(self) -> None:
        """A grant inside the watched ground."""
        number = next(NUMBERS)
        code = f"PR 9{number}"
        ground = square(COL + 4 * number, ROW + 20, 1, 1)
        with UnitOfWork(self.house.engine, REGISTER, "officer", "test") as unit:
            grant(unit, facts(code, holder=f"S{code} SARL"), ground, act())
            unit.commit()

    def to(self, address: str) -> list[EmailMessage]:
        """Letters that came to an address."""
        return [
            message_from_string(text, policy=policy.default)  # type: ignore[misc]
            for to, text in self.post.letters
            if to == address
        ]

    def press(self, link: str, where: str = "") -> Any:
        """Press a button of the page behind a link."""
        path = link.removeprefix(self.home).replace("/mail?", f"/mail{where}?")
        person = self.house.people["public"]
        return person.client.post(path, headers=person.home)


@pytest.fixture(scope="module")
def house(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(database, tmp_path_factory.mktemp("data"), date(2026, 3, 2)) as house:
        yield house


@pytest.fixture
def letters(house: House, tmp_path: Path) -> Iterator[Letters]:
    with mail_post() as post:
        yield Letters(house, post, house.app.state.watching.settings.data_dir)


def link_in(letter: EmailMessage) -> str:
    """The address in a letter's text."""
    found = re.search(r"http://\S+/feeds/mail\?key=\S+", letter.get_content())
    assert found is not None
    return found[0]


def test_nothing_is_sent_before_the_reader_confirms(letters: Letters) -> None:
    path = letters.watch("a@example.cd")
    letters.happens()
    letters.courier.round()
    (question,) = letters.to("a@example.cd")
    assert question["Subject"] == "Confirmer la veille « Notre colline »"
    assert "PR 9" not in question.get_content()
    letters.courier.round()
    assert len(letters.to("a@example.cd")) == 1
    link = link_in(question)
    page = letters.house.people["public"].client.get(link)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Receive news of the watch" in page.text
    assert letters.house.company.get(path)["mail"]["confirmed_at"] is None, "a look is no answer"
    assert letters.press(link, "/confirmation").status_code == 200
    assert letters.house.company.get(path)["mail"]["confirmed_at"] is not None
    letters.courier.round()
    assert len(letters.to("a@example.cd")) == 1, "what happened before is not sent"
    letters.happens()
    letters.happens()
    letters.courier.round()
    _, news = letters.to("a@example.cd")
    assert news["Subject"] == "Veille « Notre colline » : 2 nouvelles"
    assert news["From"] == "Cadastre <veille@cadastre.example>"
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert news["Auto-Submitted"] == "auto-generated"
    text = news.get_content()
    assert text.index("PR 92") < text.index("PR 93")
    letters.courier.round()
    assert len(letters.to("a@example.cd")) == 2


def test_leaving_ends_letters_and_erases_the_address(letters: Letters) -> None:
    path = letters.watch("b@example.cd")
    letters.courier.round()
    letters.press(link_in(letters.to("b@example.cd")[0]), "/confirmation")
    letters.happens()
    letters.courier.round()
    news = letters.to("b@example.cd")[1]
    link = news["List-Unsubscribe"].strip("<>")
    assert "Receive no more" in letters.house.people["public"].client.get(link).text
    one_click = letters.house.people["public"].client.post(
        link, data={"List-Unsubscribe": "One-Click"}
    )
    assert one_click.status_code == 200
    assert letters.house.company.get(path)["mail"] is None
    letters.happens()
    letters.courier.round()
    assert len(letters.to("b@example.cd")) == 2
    assert letters.house.people["public"].client.get(link).status_code == 404


def test_who_did_not_ask_says_no_and_hears_no_more(letters: Letters) -> None:
    path = letters.watch("c@example.cd")
    letters.courier.round()
    link = link_in(letters.to("c@example.cd")[0])
    assert letters.press(link).status_code == 200
    assert letters.house.company.get(path)["mail"] is None
    assert letters.press(link, "/confirmation").status_code == 404


def test_a_key_of_nobody_opens_nothing(letters: Letters) -> None:
    public = letters.house.people["public"]
    for key in ("A" * 43, "x", "A" * 200, "<script>aaaaaaaaaaaaaaaaa"):
        answer = public.client.get("/api/v1/feeds/mail", params={"key": key})
        assert answer.status_code in (400, 404)
    left = public.client.post("/api/v1/feeds/mail", params={"key": "A" * 43})
    assert left.status_code == 404


def test_a_mail_server_that_is_busy_is_asked_again(letters: Letters) -> None:
    letters.post.busy = True
    letters.watch("d@example.cd")
    letters.courier.round()
    assert letters.to("d@example.cd") == []
    letters.post.busy = False
    letters.courier.round()
    letters.press(link_in(letters.to("d@example.cd")[0]), "/confirmation")
    letters.post.busy = True
    letters.happens()
    letters.courier.round()
    letters.post.busy = False
    letters.courier.round()
    assert len(letters.to("d@example.cd")) == 1, "not due yet"
    now = letters.house.clock()
    letters.courier.clock = lambda: now.replace(minute=30)
    letters.courier.round()
    assert len(letters.to("d@example.cd")) == 2


@pytest.mark.parametrize(
    "address", ["no address", "a@b\r\nBcc: c@example.cd", "ab@", "<a@example.cd>", "é@example.cd"]
)
def test_what_is_no_address_is_refused(letters: Letters, address: str) -> None:
    made = letters.house.neighbour.send("/watches", json=HERE)
    path = f"/watches/{made['id']}/mail"
    order = {"address": address}
    refused = letters.house.neighbour.send(path, 422, method="PUT", json=order)
    assert refused["code"] == "watch_refused"


def test_an_account_asks_ten_times_a_day(letters: Letters) -> None:
    made = letters.house.egc.send("/watches", json=HERE)
    path = f"/watches/{made['id']}/mail"
    for number in range(10):
        order = {"address": f"n{number}@example.cd"}
        letters.house.egc.send(path, 202, method="PUT", json=order)
    order = {"address": "n10@example.cd"}
    assert letters.house.egc.send(path, 422, method="PUT", json=order)["code"] == "watch_refused"
    assert letters.house.egc.get(f"/watches/{made['id']}")["mail"]["address"] == "n9@example.cd"


def test_a_name_of_a_watch_writes_no_header(letters: Letters) -> None:
    order = {**HERE, "name": "x\r\nBcc: all@example.cd"}
    made = letters.house.legal.send("/watches", json=order)
    mail = {"address": "e@example.cd"}
    letters.house.legal.send(f"/watches/{made['id']}/mail", 202, method="PUT", json=mail)
    letters.courier.round()
    (question,) = letters.to("e@example.cd")
    assert question["Bcc"] is None
    assert "x Bcc: all@example.cd" in question["Subject"]


def test_a_server_without_a_mail_server_says_so(house: House, letters: Letters) -> None:
    house.app.state.watching.settings = Settings.load({})
    made = house.sgnc.send("/watches", json=HERE)
    order = {"address": "f@example.cd"}
    answer = house.sgnc.send(f"/watches/{made['id']}/mail", 422, method="PUT", json=order)
    assert "sends no letters" in answer["detail"]


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"MABELE_SMTP_SECURITY": "ssl"}, "starttls, tls or none"),
        ({"MABELE_SMTP_PORT": "0"}, "1 to 65535"),
        ({"MABELE_MAIL_FROM": "nobody"}, "Write an address"),
        ({"MABELE_SMTP_USER": "u"}, "or neither"),
        ({"MABELE_PUBLIC_URL": ""}, "MABELE_PUBLIC_URL"),
        (
            {"MABELE_SMTP_SECURITY": "none", "MABELE_SMTP_USER": "u"},
            "would travel unsealed",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_named(environ: dict[str, str], said: str) -> None:
    given = {
        "MABELE_SMTP_HOST": "mail.example.cd",
        "MABELE_MAIL_FROM": "veille@example.cd",
        "MABELE_PUBLIC_URL": "https://cadastre.example.cd",
    }
    assert mail_server(given) is not None
    with pytest.raises(SetupError, match=said):
        mail_server({**given, **environ})


def test_without_a_mail_server_nothing_is_sent() -> None:
    assert Settings.load({}).mail is None
