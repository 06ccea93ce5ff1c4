"""Electronic signatures of documents, where the operator has set a certificate (docs/how-to/sign-documents.md).

For the background worker alone: what signs is imported when something is to be signed. The same bytes signed at the
same moment with the same RSA key are the same bytes again; other keys sign with a random number.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from documents.signing.words import local


@dataclass(frozen=True)
class Signed:
    """The bytes of a PDF and whom its signature names; "" for a PDF without one."""

    pdf: bytes
    signer: str


@dataclass(frozen=True)
class Checked:
    """What the signature of a PDF is worth.

    `intact`: the signed bytes are those that were signed. `whole`: they are the whole file, nothing was added later.
    `trusted`: the certificate was good when it was used, by its own word on the time, and comes from an authority of
    settings.SIGNING_ROOTS. `signer` and `signed_at` are the file's own claims unless it is intact and trusted.
    """

    intact: bool
    whole: bool
    signer: str
    trusted: bool
    signed_at: datetime | None

    @property
    def good(self) -> bool:
        return self.intact and self.whole and self.trusted

    @property
    def sentence(self) -> str:
        """For people, in the language in force."""
        if self.signed_at is None:
            return _("没有可以核验的电子签名")
        if not self.intact:
            return _("签名不符：文件在签名以后被改动过")
        if not self.whole:
            return _("签名以后又有内容加到文件末尾，签名只对前面的部分有效")
        words = {"signer": self.signer, "time": local(self.signed_at)}
        if not self.trusted:
            return _("文件与签名相符，但签名证书不是由认可的机构颁发，或签名时已经失效：%(signer)s，%(time)s") % words
        return _("签名有效：%(signer)s，%(time)s，此后没有改动") % words


class Signer(Protocol):
    """What holds a key and signs with it. A device for SM2 / SM3 would be another one."""

    name: str  # whom its certificate names

    def certify(self, pdf: bytes, *, reason: str, at: datetime) -> bytes:
        """The PDF with a signature appended after its bytes, which stay as they are."""
        ...

    def detached(self, data: bytes, *, at: datetime) -> bytes:
        """A signature of these bytes in a file of its own: CMS in DER."""
        ...


def sign(pdf: bytes, *, reason: str, at: datetime) -> Signed:
    """The PDF signed by the office (PAdES B-B, no changes allowed after it), or unchanged where no certificate is set.

    `at` is the moment that the signature tells. Raises `documents.signing.certificates.Unusable` when a certificate is
    set and cannot sign at that moment: a document that should be signed is never handed out without.
    """
    signer = _signer(at)
    return Signed(signer.certify(pdf, reason=reason, at=at), signer.name) if signer else Signed(pdf, "")


def sign_detached(data: bytes, *, at: datetime) -> bytes | None:
    """The office's signature of any bytes (CAdES B-B: detached CMS in DER), or None where no certificate is set.

    `openssl cms -verify -binary -inform DER -content FILE -in SIGNATURE -CAfile ROOTS -purpose any` checks it. Raises
    as `sign` does.
    """
    signer = _signer(at)
    return signer.detached(data, at=at) if signer else None


def signer_at(at: datetime) -> str:
    """Whom a signature made at that moment names; "" where no certificate is set. Raises as `sign` does."""
    signer = _signer(at)
    return signer.name if signer else ""


def check(pdf: bytes) -> Checked:
    """What the signature of this PDF is worth, whatever bytes they are. Nothing is fetched from anywhere.

    Raises `documents.signing.certificates.Unusable` when an authority of settings.SIGNING_ROOTS cannot be read.
    """
    from documents.signing import pades

    return pades.check(pdf)


def _signer(at: datetime) -> Signer | None:
    if not settings.SIGNING_KEY:
        return None
    from documents.signing import certificates, pades

    return pades.PdfSigner(certificates.usable(at))
