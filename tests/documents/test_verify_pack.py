"""The verifier of evidence packs, which imports nothing of the product: no changed byte passes it."""

import ast
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st

from documents.pack import verify_pack
from documents.pack.verify_pack import verify
from documents.pack.writing import json_member
from documents.signing import sign_detached, signer_at
from foundation.canonical import canonical
from tests.documents.packs import Members, chain, closed, events, hashed, opened, pack, rewritten
from workflow.merkle import MerkleTree, inclusion

pytestmark = pytest.mark.every_page

PROGRAM = Path(verify_pack.__file__)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return pack(tmp_path_factory.mktemp("packs") / "small.zip")


def test_a_whole_pack_passes_and_says_what_it_does_not_prove(whole: bytes) -> None:
    report = verify(whole)
    assert (report.faults, report.unchecked, report.status) == ([], [], 2)
    assert report.good == [
        "11 个文件与清单一致，压缩包没有其他内容",
        f"4 个事件的流转记录前后衔接，链头 {chain()[-1]['digest']}",
        "1 份文书与登记、与流转记录一致",
        "2 个附件与流转记录一致，其中 1 个内容在包内",
        "本包不含每日封存的证明（生成时本件还没有被封存）",
        "本包没有签名",
    ]
    assert verify(whole, expected=hashlib.sha256(whole).hexdigest().upper()).status == 0
    assert verify(whole, expected="0" * 64).status == 1


def test_the_same_content_gives_the_same_bytes_and_any_zip_program_opens_them(whole: bytes, tmp_path: Path) -> None:
    assert pack(tmp_path / "again.zip") == whole
    with zipfile.ZipFile(tmp_path / "again.zip") as opened_by_others:
        assert opened_by_others.testzip() is None
        assert opened_by_others.namelist() == list(opened(whole))
        words = opened_by_others.read("README.txt").decode("utf-8-sig")
    assert "事项：用电增容 {signature}\r\n" in words  # what people wrote is no placeholder
    assert "本包没有签名。" in words


def test_no_changed_byte_passes(whole: bytes) -> None:
    forged = bytearray(whole)
    passed = []
    for place in range(len(whole)):
        forged[place] ^= 1 << place % 8
        if verify(forged).status != 1:
            passed.append(place)
        forged[place] ^= 1 << place % 8
    assert (passed, bytes(forged) == whole) == ([], True)


@of_hypothesis(max_examples=200, deadline=None)
@given(st.data())
def test_nothing_cut_out_put_in_or_exchanged_passes(whole: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 200)))
    piece = data.draw(st.binary(max_size=100))
    forged = whole[:start] + piece + whole[end:]
    assert forged == whole or verify(forged).status == 1


def test_what_is_cut_off_added_or_reordered_is_found(whole: bytes) -> None:
    files = opened(whole)
    reverse = dict(reversed(files.items()))
    without = {name: content for name, content in files.items() if name != "attachments/001.png"}
    swapped = files | {"documents/001.json": files["subject.json"], "subject.json": files["documents/001.json"]}
    forgeries = {
        "truncated": whole[:-1],
        "appended": whole + b"\0",
        "in front": b"PK" + whole,
        "empty": b"",
        "reordered": closed(reverse),
        "removed": closed(without),
        "added": closed({"a.txt": b"", **files}),
        "added behind": closed({**files, "z.txt": b""}),
        "renamed": closed({("attachments/002.png" if n == "attachments/001.png" else n): c for n, c in files.items()}),
        "swapped": closed(swapped),
        "a path out of the folder": closed({"../evil": b"", **files}),
    }
    assert {name: verify(forged).status for name, forged in forgeries.items()} == dict.fromkeys(forgeries, 1)
    with_comment = whole[:-2] + b"\2\0" + b"hi"
    assert verify(with_comment).faults == ["压缩包的目录被改动、不完整，或者前后有多余的内容"]
    assert verify(forgeries["removed"]).faults == ["压缩包里的文件与清单不符：缺少 attachments/001.png"]


def edit(files: Members, line: int, **changes: Any) -> None:
    lines = files["events.jsonl"].decode().splitlines()
    lines[line] = canonical(json.loads(lines[line]) | changes)
    files["events.jsonl"] = "".join(f"{one}\n" for one in lines).encode()


def body(files: Members) -> None:
    edit(files, 0, body={"salt": "00" * 16, "text": "改过"})


def facts(files: Members) -> None:
    edit(files, 2, facts={"round": 2})  # of an event whose words were erased


def at(files: Members) -> None:
    event = json.loads(files["events.jsonl"].splitlines()[1])["event"]
    edit(files, 1, event=event | {"at": "2020-01-01T00:00:00.000000Z"})


def last(files: Members) -> None:
    files["events.jsonl"] = b"".join(files["events.jsonl"].splitlines(keepends=True)[:-1])


def middle(files: Members) -> None:
    lines = files["events.jsonl"].splitlines(keepends=True)
    files["events.jsonl"] = b"".join([*lines[:1], *lines[2:]])


def document(files: Members) -> None:
    files["documents/001.json"] = b"{}"


def said(files: Members) -> None:
    register = json.loads(files["documents/register.json"])
    files["documents/001.json"] = b"{}"
    register[0]["content_sha256"] = hashed(b"{}")
    files["documents/register.json"] = canonical(register).encode()


def withheld_document(files: Members) -> None:
    for name in ("documents/001.json", "documents/001.pdf"):
        del files[name]
    files["documents/register.json"] = b"[]"


def other_pdf(files: Members) -> None:
    register = json.loads(files["documents/register.json"])
    files["documents/001.pdf"] = b"%PDF-1.7 stream\nnothing\nendstream"
    register[0]["file_sha256"] = hashed(files["documents/001.pdf"])
    files["documents/register.json"] = canonical(register).encode()


def attachment(files: Members) -> None:
    listed = json.loads(files["attachments/list.json"])
    files["attachments/001.png"] = b"another"
    listed[0] |= {"sha256": hashed(b"another"), "size": 7}
    files["attachments/list.json"] = canonical(listed).encode()


def withheld(files: Members) -> None:
    files["attachments/list.json"] = canonical(json.loads(files["attachments/list.json"])[:1]).encode()


def slipped_in(files: Members) -> None:
    files["attachments/002.png"] = b"new"


def not_canonical(files: Members) -> None:
    files["attachments/list.json"] = files["attachments/list.json"] + b" "


def test_a_manifest_computed_anew_does_not_help_who_changes_an_event_a_document_or_an_attachment(whole: bytes) -> None:
    for change, words in {
        body: ["第 1 个事件：事实或者正文与摘要不符"],
        facts: ["第 3 个事件：事实或者正文与摘要不符"],
        at: ["第 2 个事件：内容与摘要不符"],
        last: ["流转记录的最后一个事件与清单不符：末尾有事件被去掉或者补入"],
        middle: ["第 2 个事件：不属于本件或者次序不对", "第 2 个事件：与前一事件不衔接"],
        document: ["文书 受理〔2026〕1号（第 1 版） 的机器可读内容与登记的哈希不符"],
        said: ["文书 受理〔2026〕1号（第 1 版） 的 PDF 里没有与登记一致的机器可读内容"],
        withheld_document: ["文书登记与最后一个事件记下的文书不符"],
        other_pdf: ["文书 受理〔2026〕1号（第 1 版） 的 PDF 里没有与登记一致的机器可读内容"],
        attachment: ["附件清单与流转记录中添加的附件不符"],
        withheld: ["附件清单与流转记录中添加的附件不符"],
        slipped_in: ["文件 attachments/002.png 没有登记"],
        not_canonical: ["有一段 JSON 不是规范形式"],
    }.items():
        found = verify(rewritten(whole, change))
        assert (change.__name__, found.status) == (change.__name__, 1)
        assert (change.__name__, set(words) - set(found.faults)) == (change.__name__, set())


def test_who_computes_everything_anew_is_found_from_outside_alone(whole: bytes) -> None:
    """That is what a pack without a signature cannot prove, and what it says of itself."""
    rows = events([{"text": "从头编的"}, {"documents": []}])

    def all_of_it(files: Members) -> None:
        files["events.jsonl"] = "".join(f"{canonical(row)}\n" for row in rows).encode()
        files["documents/register.json"] = files["attachments/list.json"] = b"[]"
        for name in ("documents/001.json", "documents/001.pdf", "attachments/001.png"):
            del files[name]

    head = {"subject": "case:7", "head_seq": 2, "head_hash": rows[-1]["digest"]}
    forged = rewritten(whole, all_of_it, chain=head)
    assert (verify(forged).faults, verify(forged).status) == ([], 2)
    assert verify(forged, expected=hashed(whole)).status == 1
    assert verify(forged, root="root.pem").faults == ["给出了根证书，但本包没有签名"]


def run(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", PROGRAM, *arguments], capture_output=True, check=False)
    return done.returncode, done.stdout.decode()


def test_it_is_one_file_of_the_standard_library_that_speaks_chinese(whole: bytes, tmp_path: Path) -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names - sys.stdlib_module_names - {"__future__"} == set()
    assert opened(whole)["verify_pack.py"] == PROGRAM.read_bytes()
    path = tmp_path / "pack.zip"
    path.write_bytes(whole)
    status, words = run(path, "--sha256", hashed(whole))
    assert (status, words.splitlines()[-1]) == (0, "结论：没有发现改动，来源已经证明。")
    path.write_bytes(whole[:-1])
    status, words = run(path)
    assert (status, words.splitlines()[-1]) == (1, "结论：本包被改动过，或者不一致。不能作为依据。")
    assert run(tmp_path / "nowhere.zip")[0] == 2


# --- what others hold ---


def test_a_signature_is_checked_against_its_root_by_openssl(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ours", "another"):
        call_command("make_signing_authority", "东胜区企业服务中心", folder=tmp_path / name, stdout=io.StringIO())
    settings.SIGNING_KEY = str(tmp_path / "ours" / "office.p12")
    settings.SIGNING_PASSPHRASE_FILE = str(tmp_path / "ours" / "passphrase")
    root, another = (str(tmp_path / name / "root.pem") for name in ("ours", "another"))
    now = timezone.now()
    signer = signer_at(now)
    signed = pack(tmp_path / "signed.zip", made_at=now, sign=lambda data: sign_detached(data, at=now), signer=signer)
    report = verify(signed, root=root)
    assert (report.faults, report.status) == ([], 0)
    assert signer == "东胜区企业服务中心（测试）"
    assert report.good[-1].startswith("清单的签名有效，签名者 ")
    assert signer in report.good[-1]
    assert verify(signed, root=another).faults[0].startswith("签名无效，或者不出自给出的根证书")

    report = verify(signed)
    assert (report.faults, report.status) == ([], 2)
    assert report.unchecked == [f"本包由“{signer}”签名，但没有核验：没有用 --root 给出根证书"]
    assert verify(signed, expected=hashed(signed)).status == 2  # a signature is there and nobody has checked it

    again = rewritten(signed, lambda files: files.update({"subject.json": b"{}"}))
    assert (verify(again).status, verify(again, root=root).status) == (2, 1)
    bare = rewritten(signed, lambda files: files.pop("manifest.p7s") and None)
    assert verify(bare).faults == ["压缩包里的文件与清单不符：缺少 manifest.p7s"]

    monkeypatch.setenv("PATH", str(tmp_path))
    report = verify(signed, root=root)
    assert (report.status, len(report.unchecked)) == (2, 1)
    assert "不能运行 openssl" in report.unchecked[0]


def test_the_daily_seal_anchors_the_chain_in_what_the_auditor_keeps(whole: bytes, tmp_path: Path) -> None:
    head = chain()[1]
    leaf = {"subject": "case:7", "seq": 2, "digest": head["digest"]}
    for before, after in ((0, 0), (1, 0), (0, 1), (3, 2), (2, 5), (6, 0)):
        leaves = [f"a{n}" for n in range(before)] + [canonical(leaf)] + [f"b{n}" for n in range(after)]
        tree = MerkleTree()
        for one in leaves:
            tree.add(one)
        way = inclusion(iter(leaves), canonical(leaf))
        assert way is not None
        sealed = {"v": 1, "number": 4, "day": "2026-11-23", "heads_root": tree.root()}
        sealed["hash"] = hashed(canonical(sealed).encode())
        proof = {"seal": sealed, "leaf": leaf, "path": [{"side": side, "hash": other} for side, other in way]}
        data = pack(tmp_path / "sealed.zip", also=[json_member("seal.json", proof)])
        line = canonical(sealed)
        assert "前 2 个事件属于 2026-11-23 第 4 号封存" in " ".join(verify(data).good)
        assert verify(data, seals=["{}", line + "\n"]).faults == []
        assert verify(data, seals=["{}"]).faults == ["第 4 号封存不在给出的封存记录中"]

    def other_root(files: Members) -> None:
        """With the hash of the seal computed anew."""
        told = json.loads(files["seal.json"])
        seal = {key: value for key, value in told["seal"].items() if key != "hash"} | {"heads_root": "00" * 32}
        seal["hash"] = hashed(canonical(seal).encode())
        files["seal.json"] = canonical(told | {"seal": seal}).encode()

    def other_day(files: Members) -> None:
        told = json.loads(files["seal.json"])
        files["seal.json"] = canonical(told | {"seal": told["seal"] | {"day": "2020-01-01"}}).encode()

    def other_leaf(files: Members) -> None:
        told = json.loads(files["seal.json"])
        files["seal.json"] = canonical(told | {"leaf": leaf | {"seq": 1}}).encode()

    assert verify(rewritten(data, other_root)).faults == ["封存证明与封存记录不符"]
    assert verify(rewritten(data, other_day)).faults == ["封存证明与封存记录不符"]
    assert verify(rewritten(data, other_leaf)).faults == ["封存证明说的不是本件的事件"]
    assert inclusion(iter(["a", "b", "c"]), "d") is None
