"""What an evidence pack of a demand holds, as it is at one moment: events, documents, attachments, the daily seal."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from django.utils.translation import gettext as _

from cases.demands import queries
from cases.demands.identity import contact_words, firm_words
from cases.demands.models import Attachment, Case, EvidencePack
from documents.models import Document
from documents.pack.container import PIECE
from documents.pack.writing import ContentChanged, Member, json_member, lines_member
from foundation.canonical import canonical
from foundation.errors import WrongMoment
from foundation.files.model import Scan, StoredFile
from foundation.files.storing import content
from workflow.actor import Actor
from workflow.chain import Written, utc_text, verify_chain
from workflow.models import Tombstone
from workflow.seal_proof import proof_of
from workflow.verify import read_chain


@dataclass(frozen=True)
class Gathered:
    """The rows of a pack, read at one moment; contents of files are read when they are written."""

    case: Case
    events: list[Written]
    tombstones: dict[int, Tombstone]
    documents: list[Document]
    attachments: list[Attachment]
    proof: dict[str, Any] | None

    @property
    def subject(self) -> str:
        return f"{Case.ledger_kind}:{self.case.pk}"


def gather(pack: EvidencePack) -> Gathered:
    """What the pack goes up to. Raises WrongMoment when the chain does not verify: then nothing is handed over."""
    case = queries.with_names(Case.objects.filter(pk=pack.case_id)).get()
    kind = Case.ledger_kind
    events = [event for event in read_chain(kind, case.pk) if event.seq <= pack.seq]
    found = Gathered(
        case=case,
        events=events,
        tombstones={
            row.event.seq: row
            for row in Tombstone.objects.filter(event__subject_kind=kind, event__subject_id=case.pk).select_related(
                "event"
            )
        },
        documents=list(_documents(case.pk, events)),
        attachments=list(
            case.attachments.filter(seq__lte=pack.seq).select_related("file", "organisation").order_by("pk")
        ),
        proof=proof_of(kind, case.pk, pack.seq),
    )
    if verify_chain(events, subject=found.subject, head_seq=pack.seq, head_hash=pack.head_hash):
        raise WrongMoment(_("本件的流转记录没有通过校验，不能生成证据包，请联系审计管理员"))
    return found


def _documents(case_id: int, events: list[Written]) -> Iterator[Document]:
    """The documents that the last event names."""
    body = json.loads(events[-1].body_text or "{}") if events else {}
    named = {(one["number"], one["content_sha256"]) for one in body.get("documents", [])}
    for document in queries.documents_of(case_id).select_related("file"):
        if (document.number, document.content_sha256) in named:
            yield document


def members(found: Gathered, by: Actor) -> list[Member]:
    """The files of the pack. Contents that are not there, or not what was stored, are listed with the reason."""
    return [
        json_member("subject.json", _subject(found.case, by)),
        lines_member("events.jsonl", (_event(one, found.tombstones.get(one.seq)) for one in found.events)),
        *([json_member("seal.json", found.proof)] if found.proof else []),
        *_document_members(found.documents),
        *_attachment_members(found.attachments),
    ]


def _subject(case: Case, by: Actor) -> dict[str, Any]:
    """The demand in words, as the office reads it."""
    moments = {name: getattr(case, name) for name in ("submitted_at", "closed_at", "ended_at", "archived_at")}
    return {
        "number": case.number,
        "title": case.title,
        "state": case.state,
        "state_text": str(case.get_state_display()),
        "enterprise": firm_words(case, by),
        "contact": " ".join(filter(None, contact_words(case, by))),
        "identity": str(case.get_identity_display()),
        "alias": case.alias,
        "office": case.office.name,
        "lead": case.lead.name if case.lead else "",
        "category": case.category.name if case.category else "",
        "class": str(case.get_klass_display()),
        "text": case.text,
        "wanted": case.wanted,
        **{name: utc_text(moment) if moment else "" for name, moment in moments.items()},
    }


def _event(one: Written, tombstone: Tombstone | None) -> dict[str, Any]:
    """One line: what the digest covers, the digest, the facts, and the body or what its tombstone keeps of it."""
    row: dict[str, Any] = {
        "event": {
            "v": one.v,
            "prev": one.prev,
            "subject": f"{one.subject_kind}:{one.subject_id}",
            "seq": one.seq,
            "at": one.at,
            "effective_at": one.effective_at,
            "action": one.action,
            "from": one.from_state,
            "to": one.to_state,
            "actor": _parsed(one.actor),
            "policy": one.policy,
            "calendar": one.calendar,
            "payload_sha256": one.payload_sha256,
        },
        "digest": one.digest,
        "facts": _parsed(one.facts),
    }
    if one.body_text is not None:
        row["body"] = _parsed(one.body_text)
    elif tombstone is not None:
        row["erased"] = {
            "body_sha256": tombstone.body_sha256,
            "at": utc_text(tombstone.at),
            "reason": tombstone.reason,
        }
    return row


def _parsed(text: str) -> Any:
    """The value of a canonical text, which the pack writes as the same text again."""
    value = json.loads(text)
    if canonical(value) != text:
        raise WrongMoment(_("本件的流转记录没有通过校验，不能生成证据包，请联系审计管理员"))
    return value


# --- files ------------------------------------------------------------------------------------------------------------


def _document_members(documents: list[Document]) -> Iterator[Member]:
    register = []
    for n, one in enumerate(documents, start=1):
        missing = _("文书的文件还没有做完") if one.file is None else _missing(one.file)
        path = "" if missing else f"documents/{n:03}.pdf"
        content_path = f"documents/{n:03}.json"
        yield Member(content_path, one.content.encode())
        if path:
            yield _of_file(path, one.file)
        register.append(
            {
                "number": one.number,
                "version": one.version,
                "kind": one.kind,
                "kind_text": str(one.get_kind_display()),
                "title": one.title,
                "issuer": one.issuer,
                "issued_on": one.issued_on.isoformat(),
                "audience": one.audience,
                "code": one.code,
                "status": one.status,
                "status_text": str(one.get_status_display()),
                "status_reason": one.status_reason,
                "pages": one.pages,
                "signer": one.signer,
                "content_sha256": one.content_sha256,
                "file_sha256": one.file_sha256,
                "content_path": content_path,
                "path": path,
                "missing": missing,
            }
        )
    yield json_member("documents/register.json", register)


def _attachment_members(attachments: list[Attachment]) -> Iterator[Member]:
    listed = []
    for n, one in enumerate(attachments, start=1):
        missing = _("已撤回") if one.withdrawn_at else _missing(one.file)
        path = "" if missing else f"attachments/{n:03}.{one.file.of_kind.extensions[0]}"
        if path:
            yield _of_file(path, one.file)
        listed.append(
            {
                "name": one.file.name,
                "kind": one.file.kind,
                "size": one.file.size,
                "sha256": one.file.sha256,
                "seq": one.seq,
                "at": utc_text(one.at),
                "side": one.side,
                "side_text": str(one.get_side_display()),
                "organisation": one.organisation.name,
                "public": one.public,
                "released_at": utc_text(one.released_at) if one.released_at else "",
                "description": one.description,
                "path": path,
                "missing": missing,
            }
        )
    yield json_member("attachments/list.json", listed)


def _missing(stored: StoredFile) -> str:
    """Why the content of a file is not in the pack; "" when it is there and what it was."""
    if stored.scan == Scan.INFECTED:
        return _("含有恶意内容，已经隔离")
    if stored.scan == Scan.WAITING:
        return _("等待安全检查")
    if not stored.key:
        return _("内容已按保存期限销毁")
    if (opened := content(stored)) is None:
        return _("内容读不出来")
    with opened:
        digest = hashlib.sha256()
        while piece := opened.read(PIECE):
            digest.update(piece)
    return "" if digest.hexdigest() == stored.sha256 else _("内容与登记的哈希不符")


def _of_file(path: str, stored: StoredFile) -> Member:
    return Member(path, partial(_opened, stored), stored.sha256)


@contextmanager
def _opened(stored: StoredFile) -> Iterator[IO[bytes]]:
    opened = content(stored)
    if opened is None:
        raise ContentChanged(str(stored.public_id))
    with opened:
        yield opened
