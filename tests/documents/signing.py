"""A test authority of the whole run, and settings that sign with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from documents.signing import authority

PASSPHRASE = "口令 for tests"


@dataclass(frozen=True)
class Files:
    """What the settings name."""

    key: Path
    passphrase: Path
    root: Path

    def set(self, settings: Any) -> None:
        settings.SIGNING_KEY, settings.SIGNING_ROOTS = str(self.key), [str(self.root)]
        settings.SIGNING_PASSPHRASE, settings.SIGNING_PASSPHRASE_FILE = "", str(self.passphrase)


def write(folder: Path, held: authority.Issued, root: authority.Issued, *others: authority.Issued) -> Files:
    """The key of `held` as an operator has it, with `others` between it and `root`."""
    files = Files(folder / "office.p12", folder / "passphrase", folder / "root.pem")
    folder.mkdir(exist_ok=True)
    sealed = BestAvailableEncryption(PASSPHRASE.encode())
    chain = [one.certificate for one in others]
    files.key.write_bytes(pkcs12.serialize_key_and_certificates(None, held.key, held.certificate, chain, sealed))
    files.key.chmod(0o600)
    files.passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
    files.root.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    return files
