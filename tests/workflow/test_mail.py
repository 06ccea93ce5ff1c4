"""Mail through a real SMTP conversation: at least once, the same Message-ID every time, and nothing injected."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from config.email_url import email_settings
from parties.models import User
from tests.factories import NOW, later, user
from tests.smtp import MailServer, mail_server
from workflow.models import OutboxMessage
from workflow.notices import MAIL, new_message_id
from workflow.outbox import attempt, queue

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as one:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", one.port
        settings.EMAIL_TIMEOUT = 5
        yield one


def letter(person: User, **more: Any) -> OutboxMessage:
    payload = {
        "user": person.pk,
        "number": "150602-2026-000001",
        "message_id": new_message_id(),
        "subject": "【政企直通】轮到您办理：诉求 150602-2026-000001",
        "body": "市能源局：\n\n诉求 150602-2026-000001 轮到您办理。\n.\n",
    } | more
    with transaction.atomic():
        queue(MAIL, key=f"mail:{payload['message_id']}", payload=payload, at=NOW)
    return OutboxMessage.objects.get(key=f"mail:{payload['message_id']}")


def go(message: OutboxMessage, at: Any = NOW) -> OutboxMessage:
    attempt(str(message.public_id), clock=lambda: at)
    message.refresh_from_db()
    return message


def test_a_mail_arrives_in_chinese_from_the_product(db: None, server: MailServer) -> None:
    message = go(letter(user(email="zhang@example.org")))
    assert message.state == "SENT", message.last_error
    [mail] = server.mails
    assert mail["Subject"].strip() == "【政企直通】轮到您办理：诉求 150602-2026-000001"
    assert mail["From"].addresses[0].display_name == "政企直通"
    assert mail["To"] == "zhang@example.org"
    assert mail["Message-ID"] == message.payload["message_id"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "text/plain"
    assert "市能源局：\n\n诉求" in mail.get_content().replace("\r\n", "\n")


def test_a_server_that_hangs_up_with_the_mail_in_hand_gets_it_again_under_the_same_id(
    db: None, server: MailServer
) -> None:
    server.answers = [("DATA", "")]
    message = go(letter(user(email="zhang@example.org")))
    assert (message.state, message.last_error) == ("WAITING", "SMTPServerDisconnected")
    message = go(message, message.next_at)
    assert message.state == "SENT"
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"] == message.payload["message_id"]
    assert server.raw[0] == server.raw[1]


@pytest.mark.parametrize(
    ("command", "reply", "state", "error"),
    [
        ("RCPT", "550 5.1.1 <zhang@example.org> no such user", "DEAD", "recipient refused 550"),
        ("RCPT", "450 4.2.1 mailbox busy", "WAITING", "SMTPRecipientsRefused"),
        ("DATA", "554 5.7.1 rejected", "DEAD", "mail refused 554"),
        ("DATA", "451 4.3.0 try again", "WAITING", "SMTPDataError 451"),
        ("MAIL", "530 5.7.0 authenticate first", "WAITING", "SMTPSenderRefused 530"),
    ],
)
def test_what_the_server_refuses_for_good_is_dead_and_the_rest_waits(
    db: None, server: MailServer, command: str, reply: str, state: str, error: str
) -> None:
    server.answers = [(command, reply)]
    message = go(letter(user(email="zhang@example.org")))
    assert (message.state, message.last_error) == (state, error)
    assert "example.org" not in message.tries.get().error
    assert server.raw == []


def test_without_a_server_the_mail_waits(db: None, server: MailServer, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    message = go(letter(user(email="zhang@example.org")))
    assert (message.state, message.last_error) == ("WAITING", "ConnectionRefusedError 111")


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("", "no mail address"),
        ("not an address", "bad mail address"),
        ("zhang@example.org\nBcc: everybody@example.org", "bad mail address"),
    ],
)
def test_a_bad_address_is_dead_at_once_and_the_server_is_not_asked(
    db: None, server: MailServer, address: str, error: str
) -> None:
    message = go(letter(user(email=address)))
    assert (message.state, message.last_error) == ("DEAD", error)
    assert server.recipients == []


def test_somebody_who_may_no_longer_sign_in_has_no_mail(db: None, server: MailServer) -> None:
    message = go(letter(user(email="zhang@example.org", is_active=False)))
    assert (message.state, message.last_error) == ("DEAD", "no mail address")


def test_the_address_is_the_one_the_person_has_when_it_is_sent(db: None, server: MailServer) -> None:
    person = user(email="old@example.org")
    message = letter(person)
    User.objects.filter(pk=person.pk).update(email="new@example.org")
    go(message, later(hours=1))
    assert server.mails[0]["To"] == "new@example.org"


def test_a_line_break_in_a_header_is_dead_and_sends_nothing(db: None, server: MailServer) -> None:
    message = go(letter(user(email="zhang@example.org"), subject="a\nBcc: everybody@example.org"))
    assert (message.state, message.last_error) == ("DEAD", "line break in a header")
    assert server.raw == []


def test_two_mails_never_have_the_same_id(db: None, settings: Any) -> None:
    settings.SITE_URL = "https://direct.example.org"
    ids = {new_message_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(name.startswith("<") and name.endswith("@direct.example.org>") for name in ids)


# --- the setting ---


def test_without_an_address_mails_are_files() -> None:
    found = email_settings("", folder=Path("/var/mail"))
    assert found["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    assert found["EMAIL_FILE_PATH"] == "/var/mail"


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+tls://me%40x:p%3Aw@mail.example.org", 587, True, False),
        ("smtps://mail.example.org:4650", 4650, False, True),
    ],
)
def test_an_address_says_server_account_and_encryption(url: str, port: int, tls: bool, ssl: bool) -> None:
    found = email_settings(url, folder=Path("mail"))
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (found.get("EMAIL_USE_TLS", False), found.get("EMAIL_USE_SSL", False)) == (tls, ssl)
    if "%40" in url:
        assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me@x", "p:w")


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_any_other_address_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        email_settings(url, folder=Path("mail"))
