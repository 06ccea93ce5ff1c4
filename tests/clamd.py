"""A stand-in for clamd: speaks INSTREAM, finds EICAR, and fails in the ways a scanner fails."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.files import EICAR


@dataclass
class Scanner:
    """Its address, what it was given, and how it answers: "" by what it finds, else with these very words."""

    address: str
    answer: str = ""
    silent: bool = False
    given: list[bytes] = field(default_factory=list)


@contextmanager
def scanner(path: Path | None = None) -> Iterator[Scanner]:
    """A scanner on a free port, or on a Unix socket at this path."""
    family = socket.AF_INET if path is None else socket.AF_UNIX
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.bind(("127.0.0.1", 0) if path is None else str(path))
        door.listen()
        found = Scanner(f"127.0.0.1:{door.getsockname()[1]}" if path is None else str(path))
        thread = threading.Thread(target=_serve, args=(door, found), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            door.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)


def _serve(door: socket.socket, scanner: Scanner) -> None:
    while True:
        try:
            line, _address = door.accept()
        except OSError:
            return
        with line, line.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while length := int.from_bytes(stream.read(4), "big"):
                content += stream.read(length)
            scanner.given.append(content)
            if scanner.silent:
                continue
            words = scanner.answer or ("stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK")
            line.sendall(words.encode() + b"\0")
