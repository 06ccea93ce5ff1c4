"""The certificate that the settings name: what is said of it at start and over /readyz; one to try with."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import pkcs12
from django.apps import apps
from django.core import checks
from django.core.checks import CheckMessage
from django.core.management import CommandError, call_command

from documents import signing
from documents.signing import authority, certificates
from documents.signing.watching import can_sign, look_at_settings
from foundation import health
from foundation.health import Finding
from tests.documents.signing import Files, write

pytestmark = pytest.mark.every_page

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def root() -> authority.Issued:
    return authority.root(at=AT)


@pytest.fixture(autouse=True)
def nothing_that_signs_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that answers pages, where it would take time at every start."""
    monkeypatch.delattr(signing, "pades", raising=False)
    monkeypatch.setitem(sys.modules, "documents.signing.pades", None)


@pytest.fixture
def signs(root: authority.Issued, tmp_path: Path, settings: Any) -> Files:
    """The settings name a certificate that is good for a year from AT."""
    files = write(tmp_path, authority.leaf("市办", root, at=AT, make_key=authority.curve_key), root)
    files.set(settings)
    return files


def found(at: datetime = AT) -> list[tuple[str, str]]:
    """What the check at start says at that moment: number and first words."""
    with time_machine.travel(at, tick=False):
        said: list[CheckMessage] = list(look_at_settings())
    return [(str(one.id), one.msg.split("（")[0].split("：")[0]) for one in said]


def test_nothing_is_said_of_a_good_certificate_nor_where_none_is_set(signs: Files, settings: Any) -> None:
    assert found() == []
    settings.SIGNING_KEY, settings.SIGNING_ROOTS = "", []
    assert found() == []


def test_a_certificate_that_cannot_be_used_is_an_error_at_start(
    signs: Files, root: authority.Issued, settings: Any, tmp_path: Path
) -> None:
    signs.key.chmod(0o604)
    assert found() == [("signing.E002", "签名证书文件人人可以读写，不予使用")]
    signs.key.chmod(0o640)
    assert found() == []

    signs.passphrase.write_text("another")
    assert found() == [("signing.E002", "签名证书的口令不对，或文件不是 PKCS#12")]
    settings.SIGNING_PASSPHRASE = "x"
    assert found()[0] == ("signing.E001", "签名证书的口令设置了两处，只应设置一处")
    settings.SIGNING_PASSPHRASE = ""
    signs.passphrase.unlink()
    assert found() == [("signing.E002", "签名证书文件或口令文件不存在，或不能读取")]

    held = authority.leaf("市办", root, at=AT, usages=("key_encipherment",), make_key=authority.curve_key)
    write(tmp_path / "other", held, root).set(settings)
    assert found() == [("signing.E002", "这张证书不能用于签名")]

    write(tmp_path / "torn", authority.Issued(None, held.certificate), root).set(settings)
    assert found() == [("signing.E002", "签名证书文件里没有成对的证书和私钥")]

    signs.set(settings)
    signs.root.write_text("no certificate")
    assert found()[0] == ("signing.E002", "认可的签名机构证书不能读取，或不是 PEM 格式")


def test_the_end_of_a_certificate_is_a_warning_from_thirty_days_before(signs: Files, settings: Any) -> None:
    ends = AT + authority.LASTS
    assert found(ends - timedelta(days=30)) == []
    assert found(ends - timedelta(days=29)) == [("signing.W001", "签名证书2027年11月23日到期，请尽快更换")]
    assert found(ends + timedelta(days=1)) == [("signing.W001", "签名证书已于2027年11月23日到期")]
    settings.SIGNING_ROOTS = []
    assert found() == [("signing.W002", "没有设置认可的签名机构")]


def test_the_probe_fails_when_documents_cannot_be_signed_and_reads_the_file_once(
    signs: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = AT + authority.LASTS
    assert can_sign(AT) == Finding(True, "签名证书2027年11月23日到期")

    def read_again(*_: object) -> None:
        pytest.fail("the passphrase is tried again although the file is the same")

    monkeypatch.setattr(pkcs12, "load_pkcs12", read_again)
    assert can_sign(ends - timedelta(days=2)) == Finding(True, "签名证书2027年11月23日到期，请尽快更换")
    assert can_sign(ends + timedelta(days=2)) == Finding(False, "签名证书已于2027年11月23日到期")
    signs.key.unlink()
    assert not can_sign(AT).ok


def test_a_test_authority_is_made_with_what_to_set_and_is_never_overwritten(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "deep" / "signing"
    call_command("make_signing_authority", "鄂尔多斯市政企直通办公室", folder=folder)
    said = capsys.readouterr().out
    set_by = dict(line.split("=") for line in said.splitlines() if line.startswith("DIALOGUE_"))
    files = Files(*(Path(set_by[f"DIALOGUE_SIGNING_{name}"]) for name in ("KEY", "PASSPHRASE_FILE", "ROOTS")))
    assert [file.parent for file in (files.key, files.passphrase, files.root)] == [folder] * 3
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 3  # the authority's own key is not kept

    files.set(settings)
    assert look_at_settings() == []
    assert certificates.identity().name == "鄂尔多斯市政企直通办公室（测试）"
    assert "测试" in certificates.roots()[0].subject.rfc4514_string()

    before = files.key.read_bytes()
    with pytest.raises(CommandError, match="已经存在，没有作任何改动"):
        call_command("make_signing_authority", "鄂尔多斯市政企直通办公室", folder=folder)
    assert files.key.read_bytes() == before
    for name in (" ", "市" * 61):
        with pytest.raises(CommandError, match="单位名称应有 1 到 60 个字"):
            call_command("make_signing_authority", name, folder=tmp_path / "never")
    assert not (tmp_path / "never").exists()


def test_a_start_with_a_certificate_looks_at_it_and_has_the_probe(
    signs: Files, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_probes", {})
    start = apps.get_app_config("documents").ready
    start()
    assert health._probes["signing"][0](AT).ok
    assert "signing.E002" not in {one.id for one in checks.registry.registry.run_checks(tags=["documents"])}
    signs.key.unlink()
    assert "signing.E002" in {one.id for one in checks.registry.registry.run_checks(tags=["documents"])}
    health._probes.clear()
    settings.SIGNING_KEY = ""
    start()
    assert "signing" not in health._probes
