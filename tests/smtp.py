"""A mail server on loopback that does what a test tells it: take mail, refuse it, or hang up after taking it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message
from email.policy import default as policy


class MailServer:
    """What arrived, and how the next mails are answered: `answers` is used up first, then all is well.

    An answer is a pair (command, reply): ("RCPT", "550 no such user"), ("DATA", "") to hang up with the mail in hand,
    which is on file then although its sender never learns of it.
    """

    def __init__(self) -> None:
        self.hold_at = ""  # at this command the server falls silent, until `go_on`
        self.held = threading.Event()
        self.go_on = threading.Event()
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: list[tuple[str, str]] = []
        self.port = 0

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(raw, policy=policy) for raw in self.raw]

    def wait_if_told(self, command: str) -> None:
        if command == self.hold_at:
            self.hold_at = ""
            self.held.set()
            self.go_on.wait(timeout=60)

    def answer(self, command: str, usual: str) -> str:
        if self.answers and self.answers[0][0] == command:
            return self.answers.pop(0)[1]
        return usual


class _Talk(socketserver.StreamRequestHandler):
    def say(self, words: str) -> None:
        with suppress(OSError):  # whoever asked may be gone
            self.wfile.write(f"{words}\r\n".encode())
            self.wfile.flush()

    def handle(self) -> None:
        server: MailServer = self.server.mail  # type: ignore[attr-defined]
        self.say("220 test")
        while line := self.rfile.readline():
            command = line.split(b":")[0].split()[0].decode().upper()
            if command in ("EHLO", "HELO"):
                self.say("250 test")
            elif command == "MAIL":
                server.wait_if_told("MAIL")
                self.say(server.answer("MAIL", "250 ok"))
            elif command == "RCPT":
                server.recipients.append(line.decode().strip())
                self.say(server.answer("RCPT", "250 ok"))
            elif command == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(part.removeprefix(b"."))
                reply = server.answer("DATA", "250 taken")
                if reply.startswith("250") or not reply:
                    server.raw.append(b"".join(lines))
                server.wait_if_told("DATA")
                if not reply:
                    return
                self.say(reply)
            elif command == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that answers while the block runs."""
    mail = MailServer()
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.mail = mail  # type: ignore[attr-defined]
        mail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join()
