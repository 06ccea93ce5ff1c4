"""Mail: at least once, and every time with the same Message-ID, so that the receiver's server can tell."""

import smtplib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage
from django.core.validators import validate_email

from parties.deputies import deputy_chains
from parties.models import Membership, User
from workflow import registry
from workflow.calendar import ZONE
from workflow.models import OutboxMessage
from workflow.outbox import Undeliverable

PERMANENT = range(500, 600)  # RFC 5321, 4.2.1: the same request will be refused again


def _still_theirs(facts: Mapping[str, Any], now: datetime) -> bool:
    """Whether the person still holds the post that was told, or stands in there, and neither they nor anybody they
    stand in for need keep out of what it was told of since."""
    day = now.astimezone(ZONE).date()
    posts: Any = Membership.objects.in_force(day).filter(pk=facts["membership"])
    held = posts.first()
    if held is None:
        return False
    people = {facts["user"]}
    if held.user_id != facts["user"]:
        people |= set(deputy_chains([held.pk], facts["user"], day).get(held.pk, ()))
        if held.user_id not in people:
            return False
        posts = Membership.objects.in_force(day).filter(user_id__in=people, organisation_id=held.organisation_id)
    if "about" in facts:
        kind, subject_id = facts["about"]
        posts = registry.but_kept_out(kind, posts, subject_id, now=now)
    return people <= set(posts.values_list("user_id", flat=True))


def send(message: OutboxMessage, now: datetime) -> None:
    """The mail of the message is with the mail server. Raises Undeliverable for what will never go through.

    The address is the one the person has now; it is never kept with the message.
    """
    facts = message.payload
    person = User.objects.filter(pk=facts["user"], is_active=True).only("email").first()
    if person is None or not person.email:
        raise Undeliverable("no mail address")
    if "membership" in facts and not _still_theirs(facts, now):
        raise Undeliverable("no longer in this post")
    try:
        validate_email(person.email)
    except ValidationError as error:
        raise Undeliverable("bad mail address") from error
    mail = EmailMessage(
        subject=facts["subject"],
        body=facts["body"],
        to=[person.email],
        headers={
            "Message-ID": facts["message_id"],
            "Date": format_datetime(message.created_at),
            "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday answers
        },
    )
    try:
        mail.send()
    except BadHeaderError as error:
        raise Undeliverable("line break in a header") from error
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        if all(code in PERMANENT for code in codes):
            raise Undeliverable(f"recipient refused {codes[0]}") from error
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code in PERMANENT:
            raise Undeliverable(f"mail refused {error.smtp_code}") from error
        raise
