"""The words of messages: what they may name, the version in force, and the shipped text it falls back to.

A message carries number, kind, due date and the way to the subject (interface.md, “Messages”): never its content, its
title or a firm's name, whoever edits the words. So there is no placeholder for those, and none is ever added.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import Changed, NotVisible, NotYours, Refused
from parties.models import Organisation
from parties.roles import Role
from workflow import registry
from workflow.actor import Actor
from workflow.models import MessageTemplate
from workflow.models.notices import TemplateChannel
from workflow.time_left import date_text

MAIL_LANGUAGE = "zh-hans"  # mail is Chinese whoever reads it; a notice speaks the language of its reader

# name → what it stands for
PLACEHOLDERS = {
    "number": gettext_lazy("编号"),
    "kind": gettext_lazy("事由"),
    "due": gettext_lazy("到期时间"),
    "link": gettext_lazy("链接"),
    "organisation": gettext_lazy("收件人的单位（企业只写“贵企业”）"),
}
LONGEST_SUBJECT = 60  # characters, before anything is filled in
LONGEST_BODY = 1000


@dataclass(frozen=True)
class Words:
    """The text of one kind on one channel, with placeholders. `version` 0 is the shipped text."""

    subject: str
    body: str
    version: int = 0


def shipped(kind: str, channel: str) -> Words:
    """The words the product comes with: of a notice, one line in the active language, and of mail in Chinese."""
    found = registry.message_kind(kind)
    if channel == TemplateChannel.NOTICE:
        return Words(str(found.notice), "")
    with translation.override(MAIL_LANGUAGE):
        return Words(str(found.subject), str(found.body))


def in_force(kinds: Iterable[str]) -> dict[tuple[str, str], Words]:
    """The versions an administrator has set for these kinds, by (kind, channel); one statement."""
    rows = MessageTemplate.objects.filter(kind__in=list(kinds), active=True)
    return {(row.kind, row.channel): Words(row.subject, row.body, row.version) for row in rows}


def values(
    *, number: str, kind: str, due_at: datetime | None, address: str, organisation: Organisation, now: datetime
) -> dict[str, str]:
    """What the placeholders stand for, for one reader, in the active language."""
    firm = organisation.kind == Organisation.Kind.ENTERPRISE
    return {
        "number": number,
        "kind": str(registry.message_kind(kind).label),
        "due": date_text(due_at, now) if due_at else _("没有时限"),
        "link": f"{settings.SITE_URL}{address}",
        "organisation": _("贵企业") if firm else organisation.name,
    }


def fill(text: str, given: Mapping[str, str]) -> str:
    """The text with its placeholders filled in. Not str.format: that would follow attributes and formats."""
    return "".join(words + (given[name] if name else "") for words, name, _spec, _conversion in Formatter().parse(text))


def fill_line(text: str, given: Mapping[str, str]) -> str:
    """The same as one line: no line break can get into a header."""
    return " ".join(fill(text, given).split())


def check(field: str, text: str, *, most: int) -> None:
    """Refuse words that are empty, too long, or name what no message may carry; the sentence names it."""
    if not text.strip():
        raise Refused(field, _("请填写这一项"))
    if len(text) > most:
        raise Refused(field, _("内容太长，最多 %(n)s 个字") % {"n": most})
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise Refused(field, _("花括号要成对；只能写成 {number} 这样的占位符")) from error
    unknown = [
        "{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
        for _words, name, spec, conversion in parts
        if name is not None and (name not in PLACEHOLDERS or spec or conversion)
    ]
    if unknown:
        raise Refused(
            field,
            _("不能使用的占位符：%(unknown)s。可以使用：%(known)s")
            % {"unknown": " ".join(unknown), "known": " ".join(f"{{{name}}}" for name in PLACEHOLDERS)},
        )


def for_administrator(actor: Actor) -> None:
    """Refuse whoever does not look after the installation."""
    if actor.role != Role.SYSTEM_ADMIN:
        raise NotYours(_("只有系统管理员可以查看和修改"))


def known_kind(code: str) -> registry.MessageKind:
    """The kind of this code. Raises NotVisible."""
    try:
        return registry.message_kind(code)
    except KeyError as error:
        raise NotVisible(_("没有这种消息")) from error


def set_words(kind: str, channel: str, *, subject: str, body: str, by: Actor) -> MessageTemplate:
    """A new version of the words is in force from now on; the old one is kept.

    Raises NotYours, NotVisible, Refused, and Changed when somebody else was faster.
    """
    for_administrator(by)
    known_kind(kind)
    if "\n" in subject.strip() or "\r" in subject.strip():
        raise Refused("subject", _("标题只能有一行"))
    check("subject", subject, most=LONGEST_SUBJECT)
    if channel == TemplateChannel.MAIL:
        check("body", body, most=LONGEST_BODY)
    try:
        with transaction.atomic():
            newest = _retire(kind, channel)
            return MessageTemplate.objects.create(
                kind=kind,
                channel=channel,
                version=newest + 1,
                subject=subject.strip(),
                body=body.strip().replace("\r\n", "\n") if channel == TemplateChannel.MAIL else "",
                by_id=by.user_id,
                created_at=by.now,
            )
    except IntegrityError as error:
        raise Changed(_("刚刚有人改过这条消息的措辞，请看过再改")) from error


def reset_words(kind: str, channel: str, *, by: Actor) -> None:
    """The shipped words are in force again; the versions that were set are kept. Raises NotYours, NotVisible."""
    for_administrator(by)
    known_kind(kind)
    with transaction.atomic():
        _retire(kind, channel)


def _retire(kind: str, channel: str) -> int:
    """No version is active; the number of the newest."""
    rows = MessageTemplate.objects.filter(kind=kind, channel=channel)
    list(rows.select_for_update(of=("self",)).filter(active=True))
    rows.filter(active=True).update(active=False)
    return rows.aggregate(newest=Max("version"))["newest"] or 0
