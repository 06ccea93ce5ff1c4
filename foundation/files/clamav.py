"""A small client of clamd, the daemon of ClamAV: one command, INSTREAM, over TCP or a Unix socket (clamd(8))."""

import re
import socket
from pathlib import Path
from typing import IO

TIMEOUT = 20.0  # seconds without an answer
PIECE = 64 * 1024
LONGEST_REPLY = 4096
FOUND = re.compile(r"^stream: (.+) FOUND$")


class ScannerDown(Exception):
    """The scanner gave no verdict: it is away, busy, or refuses the file. Trying again later may help."""


def scan(file: IO[bytes], *, address: str, timeout: float = TIMEOUT) -> str:
    """The scanner's name for what it found in the file; "" when it is clean.

    `address` is host:port, or the path of a Unix socket. Raises ScannerDown when there is no verdict.
    """
    try:
        with _connected(address, timeout) as line:
            line.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            reply = _reply(line)
    except OSError as error:
        raise ScannerDown(type(error).__name__) from error
    if reply == "stream: OK":
        return ""
    if found := FOUND.match(reply):
        return found[1][:120]
    raise ScannerDown(reply[:80])


def _connected(address: str, timeout: float) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal():
        return socket.create_connection((host.strip("[]"), int(port)), timeout=timeout)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(timeout)
        line.connect(str(Path(address)))
    except OSError:
        line.close()
        raise
    return line


def _reply(line: socket.socket) -> str:
    read = b""
    while not read.endswith((b"\0", b"\n")) and len(read) < LONGEST_REPLY:
        piece = line.recv(LONGEST_REPLY)
        if not piece:
            break
        read += piece
    return read.rstrip(b"\0\r\n").decode("utf-8", "replace")
