"""The daily seal goes to the audit administrators by mail: a copy then lies where no owner of the database writes."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from foundation.pulse import beat
from parties.models import Membership
from parties.roles import Role
from workflow.calendar import ZONE
from workflow.models import Seal
from workflow.notices import MAIL, MESSAGE_LANGUAGE, new_message_id
from workflow.outbox import queue
from workflow.seal_file import SealFileContradicts
from workflow.seals import line, seal_ledger

PULSE = "seal"


def mail_to_auditors(seal: Seal) -> None:
    """One mail to each audit administrator in office is queued with the seal: its line, as the file keeps it."""
    posts = Membership.objects.in_force(seal.at.astimezone(ZONE).date()).filter(role=Role.AUDIT_ADMIN)
    people = dict(posts.exclude(user__email="").order_by("-pk").values_list("user_id", "pk"))
    with translation.override(MESSAGE_LANGUAGE):
        subject = _("【政企直通】台账第 %(n)s 号封存") % {"n": seal.number}
        body = _(
            "台账第 %(n)s 号封存，%(day)s。请把下面这一行原样另存，"
            "日后用 manage.py verify_ledger --seals 比对。\n\n%(line)s"
        ) % {"n": seal.number, "day": seal.day.isoformat(), "line": line(seal)}
    for user, membership in people.items():
        queue(
            MAIL,
            key=f"seal:{seal.number}:{user}",
            payload={
                "user": user,
                "membership": membership,
                "message_id": new_message_id(),
                "subject": subject,
                "body": body,
            },
            at=seal.at,
        )


def seal_daily(now: datetime) -> str:
    """Today's seal is there and in the file, and the pulse says so. Raises what sealing raises, after the pulse."""
    try:
        seal = seal_ledger(now=now)
    except SealFileContradicts as fault:
        beat(PULSE, at=now, ok=False, detail=str(fault)[:200])
        raise
    newest = seal or Seal.objects.order_by("-number").first()
    number = newest.number if newest else 0
    beat(PULSE, at=now, detail=_("第 %(n)s 号") % {"n": number})
    return str(number)
