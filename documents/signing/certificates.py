"""The certificate that documents are signed with, and the authorities that are believed.

Both lie in files that the settings name. Read by `cryptography` alone, which takes no time to import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from documents.signing.words import day
from foundation.errors import DomainError

OTHERS = 0o007  # permission bits of everybody who is neither the owner nor of the group


class Unusable(DomainError):
    """Documents are to be signed and cannot be; the sentence says why, without naming a file."""

    code = "signing_unusable"
    status = 503


@dataclass(frozen=True)
class Identity:
    """A private key, its certificate, and those between it and the authority."""

    key: Any
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def name(self) -> str:
        """The office as the certificate names it, at most 200 characters."""
        subject = self.certificate.subject
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
            if found := subject.get_attributes_for_oid(oid):
                return str(found[0].value)[:200]
        return subject.rfc4514_string()[:200]

    @property
    def ends(self) -> datetime:
        return self.certificate.not_valid_after_utc


def usable(at: datetime) -> Identity:
    """The identity of settings.SIGNING_KEY, good at this moment. Raises Unusable."""
    found = identity()
    if at < found.certificate.not_valid_before_utc:
        raise Unusable(_("签名证书从%(day)s起才有效") % {"day": day(found.certificate.not_valid_before_utc)})
    if at > found.ends:
        raise Unusable(_("签名证书已于%(day)s到期") % {"day": day(found.ends)})
    return found


def identity() -> Identity:
    """The identity of settings.SIGNING_KEY, whenever it is good. A file put in its place is read. Raises Unusable."""
    path = Path(settings.SIGNING_KEY)
    try:
        seen = path.stat()
        if seen.st_mode & OTHERS:
            raise Unusable(_("签名证书文件人人可以读写，不予使用：请改为只有本系统的账户可以读（chmod 600）"))
        return _read(path, passphrase(), (seen.st_mtime_ns, seen.st_size, seen.st_ino))
    except OSError as error:
        raise Unusable(_("签名证书文件或口令文件不存在，或不能读取")) from error


@lru_cache(maxsize=2)
def _read(path: Path, phrase: bytes | None, seen: tuple[int, ...]) -> Identity:
    """Read once for each state `seen` of the file: deriving the key from the passphrase is slow on purpose."""
    try:
        held = pkcs12.load_pkcs12(path.read_bytes(), phrase)
    except ValueError as error:
        raise Unusable(_("签名证书的口令不对，或文件不是 PKCS#12（.p12、.pfx）")) from error
    if held.key is None or held.cert is None:
        raise Unusable(_("签名证书文件里没有成对的证书和私钥"))
    certificate = held.cert.certificate
    if not may_sign(certificate):
        raise Unusable(_("这张证书不能用于签名：密钥用法里没有“数字签名”或“不可否认”"))
    # The authority's own certificate proves nothing where it is not known, and is not sent along where it is.
    others = (one.certificate for one in held.additional_certs)
    return Identity(held.key, certificate, tuple(one for one in others if one.issuer != one.subject))


def passphrase() -> bytes | None:
    """From the file of settings.SIGNING_PASSPHRASE_FILE, without the end of its line, or from the environment."""
    if settings.SIGNING_PASSPHRASE_FILE:
        return Path(settings.SIGNING_PASSPHRASE_FILE).read_bytes().rstrip(b"\r\n") or None
    return settings.SIGNING_PASSPHRASE.encode() or None


def may_sign(certificate: x509.Certificate) -> bool:
    """Digital signature or non-repudiation stands among its usages (ETSI EN 319 412-2, 4.3.2), or it names none."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def roots() -> Sequence[x509.Certificate]:
    """The authorities of settings.SIGNING_ROOTS. Raises Unusable."""
    found: list[x509.Certificate] = []
    for path in settings.SIGNING_ROOTS:
        try:
            found += x509.load_pem_x509_certificates(Path(path).read_bytes())
        except (OSError, ValueError) as error:
            raise Unusable(_("认可的签名机构证书不能读取，或不是 PEM 格式")) from error
    return found


def fits(found: Identity) -> bool:
    """The private key is that of the certificate."""
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return bool(found.key.public_key().public_bytes(*form) == found.certificate.public_key().public_bytes(*form))
