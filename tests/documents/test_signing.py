"""A signed document: what it keeps, what it proves, and what a changed one no longer does."""

import asyncio
import subprocess
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from documents import signing
from documents.content.base import Imprint
from documents.content.minutes import Attendant, Minutes, Topic
from documents.engine.rendering import render
from documents.signing import authority, pades
from documents.signing.certificates import Identity, Unusable
from tests.documents.signing import Files, write

pytestmark = pytest.mark.every_page

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
OFFICE = "鄂尔多斯市政企直通办公室"


@pytest.fixture(scope="session")
def root() -> authority.Issued:
    return authority.root(at=AT)


@pytest.fixture(scope="session")
def files(root: authority.Issued, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write(tmp_path_factory.mktemp("signing"), authority.leaf(OFFICE, root, at=AT), root)


@pytest.fixture(scope="session")
def plain() -> bytes:
    minutes = Minutes(
        issuer=OFFICE,
        title="关于扩建项目用地有关问题的会议纪要",
        mark="政企对话会议纪要",
        held_at=AT,
        place="三楼第二会议室",
        host=Attendant(name="张建国"),
        opening=("会议听取汇报，逐项研究办理意见。",),
        topics=(Topic(title="一、关于项目用地", said=("会议明确，由市自然资源和规划局牵头办理。",)),),
        present=(Attendant(name="张建国", post="市政府"),),
        copies_to=("市委办公室",),
    )
    return render(
        minutes, Imprint(number="〔2026〕第12期", issued_on=date(2026, 11, 20), verify_at="https://x.test/")
    ).pdf


@pytest.fixture(scope="session")
def signed(plain: bytes, files: Files) -> bytes:
    with override_settings(SIGNING_KEY=str(files.key), SIGNING_PASSPHRASE_FILE=str(files.passphrase)):
        return signing.sign(plain, reason="发布文书", at=AT).pdf


@pytest.fixture
def signs(files: Files, settings: Any) -> Files:
    files.set(settings)
    return files


# --- what is signed ---


def test_without_a_certificate_the_bytes_stay_as_they_are(plain: bytes) -> None:
    assert signing.sign(plain, reason="发布文书", at=AT) == signing.Signed(plain, "")
    assert signing.sign_detached(plain, at=AT) is None


def test_a_signature_names_the_office_and_the_moment_it_was_told_and_is_good(signs: Files, signed: bytes) -> None:
    found = signing.check(signed)
    assert (found.intact, found.whole, found.trusted, found.good) == (True, True, True, True)
    assert (found.signer, found.signed_at) == (OFFICE, AT)
    assert found.sentence == f"签名有效：{OFFICE}，2026年11月23日 09:30，此后没有改动"


def test_the_same_bytes_signed_at_the_same_moment_are_the_same_again(signs: Files, plain: bytes, signed: bytes) -> None:
    assert signing.sign(plain, reason="发布文书", at=AT) == signing.Signed(signed, OFFICE)
    assert signing.sign(plain, reason="发布文书", at=AT + timedelta(seconds=1)).pdf != signed


def test_whoever_runs_an_event_loop_signs_and_checks_as_well(signs: Files, plain: bytes, signed: bytes) -> None:
    async def within() -> tuple[bytes, bytes | None, bool]:
        made = signing.sign(plain, reason="〔2026〕第3期", at=AT)
        return made.pdf, signing.sign_detached(plain, at=AT), signing.check(signed).good

    pdf, detached, good = asyncio.run(within())
    assert (signing.check(pdf).good, bool(detached), good) == (True, True, True)


def test_the_signature_is_appended_and_the_document_keeps_archive_format_metadata_and_attachment(
    plain: bytes, signed: bytes
) -> None:
    assert signed.startswith(plain)
    assert len(signed) - len(plain) < 10_000
    before, after = pikepdf.open(BytesIO(plain)), pikepdf.open(BytesIO(signed))
    assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
    assert after.open_metadata().pdfa_status == "3U"
    assert [(name, one.get_file().read_bytes()) for name, one in after.attachments.items()] == [
        (name, one.get_file().read_bytes()) for name, one in before.attachments.items()
    ]
    assert len(after.attachments) == 1
    assert (after.pdf_version, after.Root.get("/Version")) == (before.pdf_version, None)


def test_the_signature_allows_no_change_and_draws_nothing(signed: bytes) -> None:
    pdf = pikepdf.open(BytesIO(signed))
    root = pdf.Root
    (field,) = root.AcroForm.Fields
    signature = field.V
    assert root.Perms.DocMDP.objgen == signature.objgen
    assert signature.SubFilter == "/ETSI.CAdES.detached"
    assert int(signature.Reference[0].TransformParams.P) == 1  # ISO 32000-1, table 254: no changes
    assert str(signature.Reason) == "发布文书"
    # ISO 19005-3, 6.3.2 and 6.3.3: printed, never hidden; without an appearance only where it has no size.
    assert [int(number) for number in field.Rect] == [0, 0, 0, 0]
    assert int(field.F) & 0b100111 == 0b100
    # ISO 19005-3, 6.1.12: nothing but the transformation.
    assert not {"/DigestLocation", "/DigestMethod", "/DigestValue"} & set(signature.Reference[0].keys())


def test_certificates_between_the_office_and_the_authority_are_sent_along(
    plain: bytes, root: authority.Issued, tmp_path: Path, settings: Any
) -> None:
    between = authority.between("测试中间机构", root, at=AT)
    write(tmp_path, authority.leaf("市办", between, at=AT), root, between, root).set(settings)
    found = signing.check(signing.sign(plain, reason="发布文书", at=AT).pdf)
    assert (found.good, found.signer) == (True, "市办")


def test_an_elliptic_key_signs_too(plain: bytes, root: authority.Issued, signs: Files) -> None:
    held = authority.leaf("市办", root, at=AT, make_key=authority.curve_key)
    made = pades.PdfSigner(Identity(held.key, held.certificate, ())).certify(plain, reason="发布文书", at=AT)
    assert signing.check(made).good


# --- what a changed file is worth ---


@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_breaks_the_signature(place: float, bit: int, signs: Files, signed: bytes) -> None:
    assert not signing.check(flipped(signed, int(place * len(signed)), 1 << bit)).intact


def flipped(pdf: bytes, position: int, bits: int) -> bytes:
    changed = bytearray(pdf)
    changed[position] ^= bits
    return bytes(changed)


def gap(pdf: bytes) -> tuple[int, int]:
    """From the angle bracket before the signature's digits to the one behind them."""
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    return start, pdf.index(b">", start)


def test_a_flipped_bit_in_the_gap_that_no_signature_covers_breaks_it_too(
    signs: Files, signed: bytes, root: authority.Issued
) -> None:
    start, end = gap(signed)
    digits = signed[start + 1 : end]
    body = digits.rstrip(b"0")
    letter = next(n for n, digit in enumerate(digits) if digit in b"ABCDEF")
    digest_list = digits.index(b"310F300D0609608648016503040201")  # of the frame, beside that of the signer
    version = digits.index(b"020101")
    issuer = root.certificate.subject.public_bytes().hex().upper().encode()  # in the certificate, then of the signer
    signer_version = digits.index(issuer, digits.index(issuer) + 1) - 5
    inside = {
        "angle brackets": (start, end),
        "a letter in lower case": (start + 1 + letter,),
        "behind the signature's end": (start + 1 + len(body) + 40, end - 1),
        "the frame": tuple(start + 1 + one for one in (version + 5, signer_version, digest_list + 29)),
        "certificate and signature": tuple(range(start + 200, start + len(body), 211)),
    }
    for where, positions in inside.items():
        for position in positions:
            bits = 0x20 if where.startswith("a letter") else 0x01
            assert not signing.check(flipped(signed, position, bits)).intact, (where, position - start)


@pytest.mark.parametrize("more", [b"\n", b"%%EOF\n", b" " * 5000])
def test_what_is_appended_is_not_covered(more: bytes, signs: Files, signed: bytes) -> None:
    found = signing.check(signed + more)
    assert not found.whole
    assert not found.good


def test_a_second_version_of_a_page_after_the_signature_is_told(signs: Files, signed: bytes) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Pages"]["/Kids"][0].get_object()["/Rotate"] = generic.NumberObject(90)
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0).reference)
    changed = BytesIO()
    writer.write(changed)
    found = signing.check(changed.getvalue())
    assert (found.intact, found.whole, found.good) == (True, False, False)
    assert found.sentence == "签名以后又有内容加到文件末尾，签名只对前面的部分有效"


def test_a_signature_under_another_authority_of_the_same_name_is_not_trusted(
    signs: Files, plain: bytes, tmp_path: Path, settings: Any
) -> None:
    stranger = authority.root(at=AT)
    write(tmp_path, authority.leaf(OFFICE, stranger, at=AT), stranger).set(settings)
    forged = signing.sign(plain, reason="发布文书", at=AT).pdf
    assert signing.check(forged).good
    signs.set(settings)
    found = signing.check(forged)
    assert (found.intact, found.whole, found.trusted, found.good) == (True, True, False, False)
    assert "不是由认可的机构颁发" in found.sentence
    settings.SIGNING_ROOTS = []
    assert not signing.check(forged).trusted


def test_a_certificate_for_something_else_or_outside_its_time_is_not_trusted(
    signs: Files, plain: bytes, root: authority.Issued
) -> None:
    other = authority.leaf("市办", root, at=AT, usages=("key_encipherment",), make_key=authority.curve_key)
    short = authority.leaf("市办", root, at=AT, lasts=timedelta(days=1), make_key=authority.curve_key)
    for held, at in ((other, AT), (short, AT + timedelta(days=2))):
        made = pades.PdfSigner(Identity(held.key, held.certificate, ())).certify(plain, reason="发布文书", at=at)
        found = signing.check(made)
        assert (found.intact, found.trusted) == (True, False)


def test_what_is_no_signed_document_has_no_signature_to_check(signs: Files, plain: bytes, signed: bytes) -> None:
    for bytes_of_anybody in (plain, b"", b"%PDF-1.7\n", signed[: len(signed) // 2], b"\x00" * 1000):
        found = signing.check(bytes_of_anybody)
        assert (found.intact, found.whole, found.trusted, found.good) == (False, False, False, False)
        assert found.sentence == "没有可以核验的电子签名"


# --- beside a file ---


def verified(folder: Path, data: bytes, signature: bytes, root: Path) -> bool:
    """By a program that is not ours."""
    (folder / "data").write_bytes(data)
    (folder / "data.p7s").write_bytes(signature)
    command = "openssl cms -verify -binary -cades -inform DER -content data -in data.p7s -purpose any -out /dev/null"
    done = subprocess.run(
        [*command.split(), "-CAfile", str(root), "-attime", str(int(AT.timestamp()))], cwd=folder, capture_output=True
    )
    return done.returncode == 0


def test_a_detached_signature_is_verified_by_openssl_and_refuses_a_changed_byte(signs: Files, tmp_path: Path) -> None:
    data = "证据包清单\n".encode() * 100
    signature = signing.sign_detached(data, at=AT)
    assert signature is not None
    assert signature == signing.sign_detached(data, at=AT)
    assert verified(tmp_path, data, signature, signs.root)
    assert not verified(tmp_path, flipped(data, 500, 1), signature, signs.root)
    assert not verified(tmp_path, data + b"\n", signature, signs.root)


# --- a certificate that cannot sign ---


def test_a_document_that_should_be_signed_is_not_handed_out_without(signs: Files, plain: bytes, settings: Any) -> None:
    with pytest.raises(Unusable, match="签名证书已于2027年11月23日到期"):
        signing.sign(plain, reason="发布文书", at=AT + timedelta(days=366))
    with pytest.raises(Unusable, match="签名证书从2026年11月23日起才有效"):
        signing.sign_detached(plain, at=AT - timedelta(days=1))
    settings.SIGNING_KEY += ".away"
    with pytest.raises(Unusable, match="不存在"):
        signing.sign(plain, reason="发布文书", at=AT)


def test_a_file_put_in_the_place_of_the_key_signs_from_then_on(
    signs: Files, plain: bytes, root: authority.Issued, tmp_path: Path, settings: Any
) -> None:
    write(tmp_path, authority.leaf("旧证书", root, at=AT), root).set(settings)
    assert signing.sign(plain, reason="发布文书", at=AT).signer == "旧证书"
    write(tmp_path / "new", authority.leaf("新证书", root, at=AT), root).key.rename(settings.SIGNING_KEY)
    assert signing.sign(plain, reason="发布文书", at=AT).signer == "新证书"
