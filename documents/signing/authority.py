"""A certificate authority for trying out: its word is worth nothing, and its names say so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT_NAME = "测试根证书（不具法律效力）"
OFFICE_NAME = "{office}（测试）"
LASTS = timedelta(days=365)
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Issued:
    """A certificate and its private key."""

    key: Any
    certificate: x509.Certificate


def new_key() -> Any:
    return ec.generate_private_key(ec.SECP256R1())


def root(*, at: datetime, name: str = ROOT_NAME) -> Issued:
    """An authority good for ten years from that moment."""
    return _issue(name, None, at, 10 * LASTS, ("key_cert_sign", "crl_sign"), new_key)


def leaf(
    name: str,
    by: Issued,
    *,
    at: datetime,
    lasts: timedelta = LASTS,
    usages: tuple[str, ...] = ("digital_signature", "content_commitment"),
    make_key: Callable[[], Any] = new_key,
) -> Issued:
    """A certificate by which whoever has this name signs."""
    return _issue(name, by, at, lasts, usages, make_key)


def _issue(
    name: str, by: Issued | None, at: datetime, lasts: timedelta, usages: tuple[str, ...], make_key: Callable[[], Any]
) -> Issued:
    key = make_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key = by.key if by else key
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))  # for clocks that differ
        .not_valid_after(at + lasts)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=0 if by is None else None), critical=True)
        .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return Issued(key, certificate)
