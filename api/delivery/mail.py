"""Letters: the question whether somebody wants them, and what happened on watched ground.

Nothing but the question goes to an address before its reader answered it; each letter has a link
that ends them, and the headers by which mail programs offer the same (RFC 2369, RFC 8058).
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from api.delivery.keys import WatchKeys
from api.delivery.webhook import path_of
from api.mail_settings import MailServer
from geo.casework.watching.deliveries import Letter, Question
from geo.casework.watching.words import clean, heading, summary
from geo.law.values import Bilingual

TIMEOUT_S = 20.0
MOST_ITEMS = 200
"""Items that one letter tells; what is more waits for the next one."""
LONGEST_NAME = 80


def question_letter(
    question: Question, keys: WatchKeys, server: MailServer, base: str, at: datetime
) -> EmailMessage:
    """Return the letter that asks whether its reader wants to be told."""
    link = f"{base}/api/v1/feeds/mail?key={keys.link_secret('confirm', question.salt)}"
    name = _one_line(question.watch_name)
    french = question.language == "fr"
    subject = f"Confirmer la veille « {name} »" if french else f"Confirm the watch “{name}”"
    lines = (
        (
            f"Quelqu’un demande que les nouvelles de la veille « {name} » soient envoyées ici.",
            "Si c’est bien votre souhait, confirmez dans les sept jours :",
            link,
            "Sinon, ne faites rien : rien d’autre ne sera envoyé.",
        )
        if french
        else (
            f"Somebody asks that news of the watch “{name}” be sent here.",
            "If you want them, confirm within seven days:",
            link,
            "If not, do nothing: nothing else will be sent.",
        )
    )
    letter = _letter(question.address, server, subject, at)
    letter["Message-ID"] = f"<{keys.link_secret('leave', question.salt)[:22]}.q@{_domain(server)}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("\n\n".join(lines) + "\n")
    return letter


def news_letter(
    letter: Letter, keys: WatchKeys, server: MailServer, base: str, at: datetime
) -> EmailMessage:
    """Return the letter with all that waits for a watch, the oldest first."""
    link = f"{base}/api/v1/feeds/mail?key={keys.link_secret('leave', letter.salt)}"
    name = _one_line(letter.watch_name)
    count = len(letter.items)
    subject = Bilingual(
        f"Veille « {name} » : {count} nouvelle{'s' if count > 1 else ''}",
        f"Watch “{name}”: {count} new item{'s' if count > 1 else ''}",
    ).text(letter.language)
    made = _letter(letter.address, server, subject, at)
    made["Message-ID"] = f"<{letter.message_id.hex}@{_domain(server)}>"
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{link}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    end = Bilingual("Ne plus recevoir ces messages :", "Receive these letters no more:")
    made.set_content("\n".join([*_told(letter, base), "-- ", end.text(letter.language), link, ""]))
    return made


def send_letter(letter: EmailMessage, server: MailServer) -> None:
    """Hand a letter to the mail server.

    Raises: smtplib.SMTPException, OSError.
    """
    context = ssl.create_default_context()
    if server.security == "tls":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_S, context=context
        )
    else:
        opened = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    with opened as connection:
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
        connection.send_message(letter)


def _letter(to: str, server: MailServer, subject: str, at: datetime) -> EmailMessage:
    letter = EmailMessage()
    name, address = parseaddr(server.sender)
    letter["From"] = Address(name, addr_spec=address)
    letter["To"] = Address(addr_spec=to)
    letter["Subject"] = subject
    letter["Date"] = format_datetime(at)
    return letter


def _told(letter: Letter, base: str) -> Iterable[str]:
    for told in letter.items:
        yield heading(told).text(letter.language)
        yield summary(told).text(letter.language)
        yield f"{base}{path_of(told)}"
        yield ""


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())[:LONGEST_NAME]


def _domain(server: MailServer) -> str:
    return parseaddr(server.sender)[1].rpartition("@")[2]
