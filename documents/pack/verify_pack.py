#!/usr/bin/env python3
"""核验证据包：是否有任何一个字节被改动，流转记录是否前后衔接，由谁签名。

用法：python3 verify_pack.py 证据包.zip [--sha256 系统页面上的值] [--root 根证书.pem] [--seals 封存记录.jsonl]

只用 Python 3.9 以上的标准库，不联网，不解压，不改动任何文件；核验签名时调用本机的 openssl。
请使用单独取得的本程序，不要使用被核验的压缩包里的那一份。

退出状态：0  没有发现改动，并且来源已经证明（签名有效，或者整个文件的 SHA-256 与系统页面一致）
1  发现改动或者不一致
2  内部一致，但来源没有证明（没有签名也没有给出 SHA-256，或者有签名而没有核验），或者没有核验完
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import mmap
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union

FORMAT = "urn:ordos-direct-dialogue:evidence-pack:1"
MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.p7s", "SHA256SUMS"
Bytes = Union[bytes, bytearray, mmap.mmap]  # noqa: UP007  # Python 3.9 has no | at run time
EVENT_KEYS = {
    "v", "prev", "subject", "seq", "at", "effective_at", "action", "from", "to", "actor", "policy", "calendar",
    "payload_sha256",
}  # fmt: skip


class Broken(Exception):
    """The file cannot be read on; its text is the sentence to print."""


@dataclass
class Report:
    """What was found: faults, what is good, and what there was to check and could not be."""

    faults: list[str] = field(default_factory=list)
    good: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    proven: bool = False  # by a signature, or by the hash of the whole file

    @property
    def status(self) -> int:
        if self.faults:
            return 1
        return 0 if self.proven and not self.unchecked else 2


def verify(data: Bytes, expected: str = "", root: str = "", seals: list[str] | None = None) -> Report:
    """The report on the bytes of a pack; `seals` are the lines of the auditor's own copy of the seals."""
    report = Report()
    try:
        check_whole(data, expected, report)
        members = read_container(data)
        manifest = check_manifest(members, report)
        digests = check_chain(members, manifest, report)
        check_documents(members, manifest, report)
        check_attachments(members, report)
        check_seal(members, manifest, digests, seals, report)
        check_signature(members, manifest, root, report)
    except Broken as broken:
        report.faults.append(str(broken))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        report.faults.append(f"内容不合格式，无法继续核验（{type(error).__name__}: {error}）")
    return report


# --- the container: a ZIP file that could be written in one way alone -------------------------------------------------


def local_header(name: bytes, crc: int, size: int) -> bytes:
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0x21, crc, size, size, len(name), 0) + name


def directory_entry(name: bytes, crc: int, size: int, offset: int) -> bytes:
    fields = (3 << 8 | 20, 20, 0, 0, 0, 0x21, crc, size, size, len(name), 0, 0, 0, 0, 0o100644 << 16, offset)
    return struct.pack("<4s6H3L5H2L", b"PK\1\2", *fields) + name


def end_record(count: int, length: int, offset: int) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, length, offset, 0)


def read_container(pack: Bytes) -> dict[str, memoryview]:
    """The members by name, in their order. Every byte around them is compared with what it must be."""
    data, at = memoryview(pack), 0
    members: dict[str, memoryview] = {}
    directory: list[bytes] = []
    while bytes(data[at : at + 4]) == b"PK\3\4":
        if at + 30 > len(data):
            raise Broken("压缩包不完整")
        crc, size, _again, length = struct.unpack_from("<3LH", data, at + 14)
        name = bytes(data[at + 30 : at + 30 + length])
        if bytes(data[at : at + 30 + length]) != local_header(name, crc, size):
            raise Broken(f"压缩包第 {len(members) + 1} 个文件的文件头被改动")
        begin = at + 30 + length
        content = data[begin : begin + size]
        if len(content) != size or zlib.crc32(content) != crc:
            raise Broken(f"文件 {name.decode('ascii', 'replace')} 的内容被改动或者不完整")
        if not re.fullmatch(rb"[A-Za-z0-9_]+([./-][A-Za-z0-9_]+)*", name) or name.decode() in members:
            raise Broken(f"文件名不合格式或者重复：{name.decode('ascii', 'replace')}")
        members[name.decode()] = content
        directory.append(directory_entry(name, crc, size, at))
        at = begin + size
    whole = b"".join(directory)
    if bytes(data[at:]) != whole + end_record(len(directory), len(whole), at):
        raise Broken("压缩包的目录被改动、不完整，或者前后有多余的内容")
    return members


# --- the manifest ---------------------------------------------------------------------------------------------------


def sha256(data: Bytes | memoryview) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no blanks (RFC 8785)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_json(text: str) -> Any:
    """The value of a text that is its one canonical JSON."""
    value = json.loads(text)
    if canonical(value) != text:
        raise Broken("有一段 JSON 不是规范形式")
    return value


def text_of(members: dict[str, memoryview], name: str) -> str:
    if name not in members:
        raise Broken(f"缺少文件 {name}")
    return bytes(members[name]).decode("utf-8")


def check_whole(data: Bytes, expected: str, report: Report) -> None:
    if not expected:
        return
    found = sha256(data)
    if found != expected.strip().lower():
        report.faults.append(f"整个文件的 SHA-256 是 {found}，与给出的值不符")
    else:
        report.good.append("整个文件的 SHA-256 与给出的值一致")
        report.proven = True


def check_manifest(members: dict[str, memoryview], report: Report) -> Any:
    """The manifest, after every member was compared with it: none missing, none added, none in another place."""
    manifest = read_json(text_of(members, MANIFEST))
    if manifest["format"] != FORMAT:
        raise Broken(f"不认识的格式：{manifest['format']}")
    listed = [one["path"] for one in manifest["members"]]
    tail = [MANIFEST, SIGNATURE] if manifest["signer"] else [MANIFEST]
    if list(members) != listed + tail or listed != [*sorted(listed[:-1]), SUMS]:
        there, wanted = set(members), {*listed, *tail}
        words = [*(f"多出 {n}" for n in sorted(there - wanted)), *(f"缺少 {n}" for n in sorted(wanted - there))]
        names = "；".join(words)
        raise Broken(f"压缩包里的文件与清单不符：{names or '次序被改动'}")
    for one in manifest["members"]:
        content = members[one["path"]]
        if len(content) != one["size"] or sha256(content) != one["sha256"]:
            report.faults.append(f"文件 {one['path']} 与清单中的 SHA-256 不符")
    sums = "".join(f"{one['sha256']}  {one['path']}\n" for one in manifest["members"][:-1])
    if text_of(members, SUMS) != sums:
        report.faults.append(f"{SUMS} 与清单不符")
    if not report.faults:
        report.good.append(f"{len(members)} 个文件与清单一致，压缩包没有其他内容")
    return manifest


# --- the chain of events, format v1 (docs/how-to/check-the-ledger.md) -------------------------------------------------


def check_chain(members: dict[str, memoryview], manifest: Any, report: Report) -> dict[int, str]:
    """The digests of the events by number, each computed anew from what the event says."""
    chain, previous = manifest["chain"], ""
    digests: dict[int, str] = {}
    for line in text_of(members, "events.jsonl").splitlines():
        row, number = read_json(line), len(digests) + 1
        event, wrong = row["event"], []
        if set(event) != EVENT_KEYS or event["v"] != 1:
            raise Broken(f"第 {number} 个事件的格式不认识")
        if (event["subject"], event["seq"]) != (chain["subject"], number):
            wrong.append("不属于本件或者次序不对")
        if event["prev"] != previous:
            wrong.append("与前一事件不衔接")
        if sha256(canonical(event).encode()) != row["digest"]:
            wrong.append("内容与摘要不符")
        if ("body" in row) == ("erased" in row):
            raise Broken(f"第 {number} 个事件的正文既没有保留也没有登记销毁")
        body = sha256(canonical(row["body"]).encode()) if "body" in row else row["erased"]["body_sha256"]
        if sha256(canonical({"body": body, "facts": row["facts"]}).encode()) != event["payload_sha256"]:
            wrong.append("事实或者正文与摘要不符")
        report.faults += [f"第 {number} 个事件：{words}" for words in wrong]
        previous = digests[number] = row["digest"]
    if (len(digests), previous) != (chain["head_seq"], chain["head_hash"]):
        report.faults.append("流转记录的最后一个事件与清单不符：末尾有事件被去掉或者补入")
    elif not report.faults:
        report.good.append(f"{len(digests)} 个事件的流转记录前后衔接，链头 {previous}")
    return digests


def bodies(members: dict[str, memoryview]) -> dict[int, Any]:
    """The words of each event by number; those that were erased are missing."""
    rows = [json.loads(line) for line in text_of(members, "events.jsonl").splitlines()]
    return {row["event"]["seq"]: row["body"] for row in rows if "body" in row}


# --- documents and attachments, against the chain ---------------------------------------------------------------------


def check_documents(members: dict[str, memoryview], manifest: Any, report: Report) -> None:
    """Each document is the one that the last event names, and says in its PDF what it says beside it."""
    register, before = read_json(text_of(members, "documents/register.json")), len(report.faults)
    used, words = {"documents/register.json"}, bodies(members)
    for one in register:
        name = f"{one['number']}（第 {one['version']} 版）"
        content = members[one["content_path"]]
        used.add(one["content_path"])
        if sha256(content) != one["content_sha256"]:
            report.faults.append(f"文书 {name} 的机器可读内容与登记的哈希不符")
        if one["path"]:
            used.add(one["path"])
            file = members[one["path"]]
            if sha256(file) != one["file_sha256"]:
                report.faults.append(f"文书 {name} 的文件与登记的哈希不符")
            if not embeds(bytes(file), bytes(content)):
                report.faults.append(f"文书 {name} 的 PDF 里没有与登记一致的机器可读内容")
    named = [{key: one[key] for key in ("number", "version", "content_sha256")} for one in register]
    if words.get(manifest["chain"]["head_seq"], {}).get("documents") != named:
        report.faults.append("文书登记与最后一个事件记下的文书不符")
    check_all_used(members, "documents/", used, report)
    if len(report.faults) == before:
        report.good.append(f"{len(register)} 份文书与登记、与流转记录一致")


def embeds(pdf: bytes, content: bytes) -> bool:
    """Whether one of the streams of a PDF is exactly this content, compressed or not."""
    for start in re.finditer(rb"stream\r?\n", pdf):
        if pdf.startswith(content, start.end()):
            return True
        unpack = zlib.decompressobj()
        try:
            found = unpack.decompress(pdf[start.end() :], len(content) + 1)
        except zlib.error:
            continue
        if found == content:
            return True
    return False


def check_attachments(members: dict[str, memoryview], report: Report) -> None:
    """The list has exactly the files that the events say were added, and each is there or said why it is not."""
    listed, before = read_json(text_of(members, "attachments/list.json")), len(report.faults)
    used, words = {"attachments/list.json"}, bodies(members)
    for one in listed:
        if one["path"]:
            used.add(one["path"])
            if (len(members[one["path"]]), sha256(members[one["path"]])) != (one["size"], one["sha256"]):
                report.faults.append(f"附件 {one['name']} 与登记的哈希不符")
        elif not one["missing"]:
            report.faults.append(f"附件 {one['name']} 没有内容，也没有说明原因")
    told = sorted((s, f["name"], f["sha256"], f["size"]) for s, body in words.items() for f in body.get("files", []))
    here = sorted((one["seq"], one["name"], one["sha256"], one["size"]) for one in listed if one["seq"] in words)
    if told != here:
        report.faults.append("附件清单与流转记录中添加的附件不符")
    check_all_used(members, "attachments/", used, report)
    if len(report.faults) == before:
        there = sum(1 for one in listed if one["path"])
        report.good.append(f"{len(listed)} 个附件与流转记录一致，其中 {there} 个内容在包内")


def check_all_used(members: dict[str, memoryview], folder: str, used: set[str], report: Report) -> None:
    for name in members:
        if name.startswith(folder) and name not in used:
            report.faults.append(f"文件 {name} 没有登记")


# --- what others hold: the daily seal, the signature ------------------------------------------------------------------


def check_seal(
    members: dict[str, memoryview], manifest: Any, digests: dict[int, str], seals: list[str] | None, report: Report
) -> None:
    """The chain stands under a daily seal: its leaf and the hashes beside it give the root that the seal has."""
    if "seal.json" not in members:
        report.good.append("本包不含每日封存的证明（生成时本件还没有被封存）")
        return
    proof = read_json(text_of(members, "seal.json"))
    seal, leaf = proof["seal"], proof["leaf"]
    node = hashlib.sha256(b"\0" + canonical(leaf).encode()).digest()
    for step in proof["path"]:
        other = bytes.fromhex(step["hash"])
        pair = other + node if step["side"] == "left" else node + other
        node = hashlib.sha256(b"\1" + pair).digest()
    rest = {key: value for key, value in seal.items() if key != "hash"}
    if leaf["subject"] != manifest["chain"]["subject"] or digests.get(leaf["seq"]) != leaf["digest"]:
        report.faults.append("封存证明说的不是本件的事件")
    elif node.hex() != seal["heads_root"] or sha256(canonical(rest).encode()) != seal["hash"]:
        report.faults.append("封存证明与封存记录不符")
    elif seals is None:
        report.good.append(
            f"前 {leaf['seq']} 个事件属于 {seal['day']} 第 {seal['number']} 号封存 {seal['hash']}，"
            "请与审计留存的封存记录比对"
        )
    elif canonical(seal) not in [line.strip() for line in seals]:
        report.faults.append(f"第 {seal['number']} 号封存不在给出的封存记录中")
    else:
        report.good.append(f"前 {leaf['seq']} 个事件属于给出的封存记录中的第 {seal['number']} 号封存")


def check_signature(members: dict[str, memoryview], manifest: Any, root: str, report: Report) -> None:
    """The manifest was signed with a key whose certificate leads to the root; asked of openssl."""
    if SIGNATURE not in members:
        if root:
            report.faults.append("给出了根证书，但本包没有签名")
        else:
            report.good.append("本包没有签名")
        return
    if not root:
        report.unchecked.append(f"本包由“{manifest['signer']}”签名，但没有核验：没有用 --root 给出根证书")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in (MANIFEST, SIGNATURE):
            Path(folder, name).write_bytes(members[name])
        moment = str(manifest["made_at_unix"])  # a certificate that has ended since was good at that time
        verified = ["cms", "-verify", "-binary", "-inform", "DER", "-in", SIGNATURE, "-content", MANIFEST]
        verified += ["-CAfile", str(Path(root).resolve()), "-purpose", "any", "-attime", moment]
        try:
            done = openssl(folder, *verified, "-signer", "signer.pem", "-out", "content")
            named = openssl(
                folder, "x509", "-noout", "-subject", "-nameopt", "utf8,sep_comma_plus", "-in", "signer.pem"
            )
        except OSError as error:
            report.unchecked.append(f"本包由“{manifest['signer']}”签名，但没有核验：不能运行 openssl（{error}）")
            return
    if done.returncode != 0:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        report.faults.append(f"签名无效，或者不出自给出的根证书：{why[-1] if why else ''}")
    else:
        report.good.append(f"清单的签名有效，签名者 {named.stdout.decode('utf-8', 'replace').strip()}")
        report.proven = True


def openssl(folder: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", help="证据包")
    parser.add_argument("--sha256", default="", help="系统页面上的 SHA-256")
    parser.add_argument("--root", default="", help="签名所用的根证书（PEM）")
    parser.add_argument("--seals", default="", help="审计留存的封存记录（seals.jsonl）")
    given = parser.parse_args(arguments)
    try:
        with open(given.pack, "rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        seals = Path(given.seals).read_text(encoding="utf-8").splitlines() if given.seals else None
        if given.root:
            Path(given.root).read_bytes()
    except (OSError, ValueError) as error:
        print(f"读不出文件：{error}")
        return 2
    report = verify(data, expected=given.sha256, root=given.root, seals=seals)
    for sentence in report.good:
        print(f"　　 {sentence}")
    for sentence in report.unchecked:
        print(f"未核验 {sentence}")
    for sentence in report.faults:
        print(f"不符 {sentence}")
    print(CONCLUSION[report.status])
    if report.status == 2 and not report.unchecked:
        print(UNPROVEN)
    return report.status


CONCLUSION = {
    0: "结论：没有发现改动，来源已经证明。",
    1: "结论：本包被改动过，或者不一致。不能作为依据。",
    2: "结论：内部一致，但来源没有证明。",
}
UNPROVEN = (
    "能重写整个压缩包的人，也能把里面的哈希一起重算。请用 --sha256 给出系统页面上的值，"
    "或者用 --seals 与审计留存的封存记录比对，再下结论。"
)

if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever a Windows console takes itself for
    sys.exit(main())
