"""An evidence pack on its way into a file: members, manifest, signature, the verifier, and words that explain it."""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from documents.pack.container import PIECE, Container
from foundation.canonical import canonical

FORMAT = "urn:ordos-direct-dialogue:evidence-pack:1"
MANIFEST, SIGNATURE, SUMS, READ_ME, VERIFIER = (
    "manifest.json",
    "manifest.p7s",
    "SHA256SUMS",
    "README.txt",
    "verify_pack.py",
)
HERE = Path(__file__).parent

Sign = Callable[[bytes], bytes | None]


@dataclass(frozen=True)
class Member:
    """One file of a pack: its path in it, and its bytes, at hand or to be opened when they are written.

    With `sha256` writing stops when the content is no longer the one that was listed.
    """

    path: str
    content: bytes | Callable[[], AbstractContextManager[IO[bytes]]]
    sha256: str = ""


class ContentChanged(RuntimeError):
    """A file is not what it was when it was listed."""


def json_member(path: str, value: Any) -> Member:
    return Member(path, canonical(value).encode())


def lines_member(path: str, rows: Iterable[Any]) -> Member:
    """One canonical JSON a line."""
    return Member(path, "".join(f"{canonical(row)}\n" for row in rows).encode())


def write_pack(
    path: Path,
    members: Iterable[Member],
    *,
    about: Mapping[str, Any],
    sign: Sign | None = None,
    signer: str = "",
    tell: Callable[[int], None] = lambda size: None,
) -> None:
    """The pack lies at the path.

    `about` joins the manifest: what the pack is about, in values that have a canonical JSON; `number`, `title` and
    `made_at` in it are told in the README as well. `sign` is given the manifest's bytes and gives a detached CMS
    signature (DER), and `signer` is whose it will be: the manifest says so, that a signature taken away is missed.
    `tell` hears the bytes of each member that was written. Raises ContentChanged.
    """
    own = [Member(READ_ME, read_me(about, signer=signer)), Member(VERIFIER, (HERE / VERIFIER).read_bytes())]
    listed: list[dict[str, Any]] = []
    with path.open("wb") as file:
        container = Container(file)
        for member in sorted([*members, *own], key=lambda one: one.path):
            size, sha256 = _add(container, member)
            listed.append({"path": member.path, "size": size, "sha256": sha256})
            tell(size)
        sums = "".join(f"{one['sha256']}  {one['path']}\n" for one in listed).encode()
        container.add(SUMS, io.BytesIO(sums))
        listed.append({"path": SUMS, "size": len(sums), "sha256": hashlib.sha256(sums).hexdigest()})
        manifest = canonical({**about, "format": FORMAT, "members": listed, "signer": signer}).encode()
        container.add(MANIFEST, io.BytesIO(manifest))
        if signer and sign is not None:
            signature = sign(manifest)
            if signature is None:
                raise RuntimeError("the pack was to be signed, and there is no certificate any more")
            container.add(SIGNATURE, io.BytesIO(signature))
        container.close()


def _add(container: Container, member: Member) -> tuple[int, str]:
    content = member.content
    with io.BytesIO(content) if isinstance(content, bytes) else content() as opened:
        reader = _Hashing(opened)
        container.add(member.path, reader)  # type: ignore[arg-type]  # only read() is asked of it
    sha256 = reader.digest.hexdigest()
    if member.sha256 not in ("", sha256):
        raise ContentChanged(member.path)
    return reader.size, sha256


class _Hashing:
    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.size, self.digest = file, 0, hashlib.sha256()

    def read(self, size: int = PIECE) -> bytes:
        piece = self._file.read(size)
        self.size += len(piece)
        self.digest.update(piece)
        return piece


def read_me(about: Mapping[str, Any], *, signer: str) -> bytes:
    """README.txt in Chinese, as Windows reads it: a byte order mark, and lines that end in CR and LF."""
    words = (HERE / "read_me.txt").read_text(encoding="utf-8")
    signed = (HERE / ("read_me_signed.txt" if signer else "read_me_unsigned.txt")).read_text(encoding="utf-8")
    signature = signed.strip().replace("{signer}", signer)
    told = {**{name: str(about[name]) for name in ("number", "title", "made_at")}, "signature": signature}
    words = re.sub(r"\{(\w+)\}", lambda place: told[place[1]], words)
    return words.replace("\n", "\r\n").encode("utf-8-sig")
