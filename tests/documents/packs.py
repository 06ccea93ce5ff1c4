"""A small evidence pack of a subject that lies in no database, and ways to forge it."""

import hashlib
import io
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from documents.pack import verify_pack
from documents.pack.container import Container
from documents.pack.writing import Member, json_member, lines_member, write_pack
from foundation.canonical import canonical, sha256
from workflow.chain import make_event, utc_text

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CONTENT = canonical({"schema": "urn:ordos-direct-dialogue:document:receipt:1", "content": {"title": "受理回执"}})
PDF = b"%PDF-1.7\n1 0 obj\nstream\n" + zlib.compress(CONTENT.encode()) + b"\nendstream\n%%EOF\n"
PICTURE = bytes(range(256))
Members = dict[str, bytes]


def hashed(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def row(event: Any, body_text: str, *, erased: bool = False) -> dict[str, Any]:
    """An event as a line of the pack tells it."""
    told = {
        "event": {
            "v": event.v,
            "prev": event.prev,
            "subject": event.subject_key,
            "seq": event.seq,
            "at": utc_text(event.at),
            "effective_at": utc_text(event.effective_at),
            "action": event.action,
            "from": event.from_state,
            "to": event.to_state,
            "actor": json.loads(event.actor),
            "policy": event.policy,
            "calendar": event.calendar,
            "payload_sha256": event.payload_sha256,
        },
        "digest": event.digest,
        "facts": json.loads(event.facts),
    }
    if erased:
        return told | {"erased": {"body_sha256": sha256(body_text), "at": utc_text(NOW), "reason": "保存期满"}}
    return told | {"body": json.loads(body_text)}


def events(bodies: list[Mapping[str, Any]], *, erased: int = 0) -> list[dict[str, Any]]:
    """A chain with these bodies; that of the event `erased` is gone."""
    rows, head = [], ""
    for n, body in enumerate(bodies, start=1):
        event, text = make_event(
            head_seq=n - 1,
            head_hash=head,
            subject_kind="case",
            subject_id=7,
            action="note_internal",
            from_state="ACCEPTED",
            to_state="ACCEPTED",
            actor={"organisation": "东胜区企业服务中心", "role": "INTAKE"},
            user_id=3,
            at=NOW + timedelta(minutes=n),
            effective_at=NOW + timedelta(minutes=n),
            policy="clocks/1",
            calendar="2026/2",
            facts={"round": 1},
            body=body,
            salt="00" * 16,
        )
        rows.append(row(event, text, erased=n == erased))
        head = event.digest
    return rows


def chain() -> list[dict[str, Any]]:
    document = {"number": "受理〔2026〕1号", "version": 1, "content_sha256": sha256(CONTENT)}
    file = {"name": "现场.png", "type": "PNG", "size": len(PICTURE), "sha256": hashed(PICTURE)}
    gone = {"name": "合同.pdf", "type": "PDF", "size": 9, "sha256": "ab" * 32}
    bodies = [{"text": "登记"}, {"files": [file, gone]}, {"text": "旧话"}, {"documents": [document]}]
    return events(bodies, erased=3)


def members(rows: list[dict[str, Any]]) -> list[Member]:
    attachments = [
        {"name": "现场.png", "size": len(PICTURE), "sha256": hashed(PICTURE), "seq": 2} | {"path": p, "missing": ""}
        for p in ["attachments/001.png"]
    ]
    attachments.append(
        {"name": "合同.pdf", "size": 9, "sha256": "ab" * 32, "seq": 2, "path": "", "missing": "内容已按保存期限销毁"}
    )
    register = {
        "number": "受理〔2026〕1号",
        "version": 1,
        "content_sha256": sha256(CONTENT),
        "file_sha256": hashed(PDF),
        "content_path": "documents/001.json",
        "path": "documents/001.pdf",
        "missing": "",
    }
    return [
        lines_member("events.jsonl", rows),
        json_member("subject.json", {"title": "用电增容"}),
        json_member("documents/register.json", [register]),
        Member("documents/001.json", CONTENT.encode()),
        Member("documents/001.pdf", PDF),
        json_member("attachments/list.json", attachments),
        Member("attachments/001.png", PICTURE),
    ]


def about(rows: list[dict[str, Any]], made_at: datetime = NOW) -> dict[str, Any]:
    head = {"subject": "case:7", "head_seq": len(rows), "head_hash": rows[-1]["digest"]}
    times = {"made_at": utc_text(made_at), "made_at_unix": int(made_at.timestamp())}
    return {"number": "150602-2026-000001-7", "title": "用电增容 {signature}", "chain": head, **times}


def pack(path: Path, *, made_at: datetime = NOW, also: Sequence[Member] = (), **options: Any) -> bytes:
    """A whole small pack."""
    rows = chain()
    write_pack(path, [*members(rows), *also], about=about(rows, made_at), **options)
    return path.read_bytes()


def opened(data: bytes) -> Members:
    return {name: bytes(content) for name, content in verify_pack.read_container(data).items()}


def closed(files: Members) -> bytes:
    """The members in a container again, in the order in which they stand."""
    file = io.BytesIO()
    container = Container(file)
    for name, content in files.items():
        container.add(name, io.BytesIO(content))
    container.close()
    return file.getvalue()


def rewritten(data: bytes, change: Callable[[Members], None], **manifest: Any) -> bytes:
    """What a forger makes who computes sums and manifest anew after `change`."""
    files = opened(data)
    told = json.loads(files["manifest.json"]) | manifest
    change(files)
    listed = sorted(set(files) - {"manifest.json", "manifest.p7s", "SHA256SUMS"})
    files["SHA256SUMS"] = "".join(f"{hashed(files[name])}  {name}\n" for name in listed).encode()
    told["members"] = [
        {"path": name, "size": len(files[name]), "sha256": hashed(files[name])} for name in [*listed, "SHA256SUMS"]
    ]
    files["manifest.json"] = canonical(told).encode()
    order = [*listed, "SHA256SUMS", "manifest.json", *(["manifest.p7s"] if "manifest.p7s" in files else [])]
    return closed({name: files[name] for name in order})
