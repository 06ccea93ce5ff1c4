"""The one family of refusals. Each carries a sentence to act on; pages and API map it once to a status."""

from typing import ClassVar


class DomainError(Exception):
    """Something was asked that will not be done; `sentence` says why, in Chinese, and is what every surface shows."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, sentence: object) -> None:
        self.sentence = sentence
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.sentence)


class Refused(DomainError):
    """One input is not acceptable; `field` names it so that the sentence stands beside it ("" = the whole)."""

    code = "bad_input"

    def __init__(self, field: str, sentence: object) -> None:
        self.field = field
        super().__init__(sentence)


class NotVisible(DomainError):
    """The object does not exist for this reader; says no more than that."""

    code = "not_found"
    status = 404


class NotYours(DomainError):
    """Visible, but the move belongs to somebody else."""

    code = "not_yours"
    status = 403


class WrongMoment(DomainError):
    """The move is not possible in this state, or not yet."""

    code = "wrong_moment"
    status = 409


class Changed(DomainError):
    """Somebody moved the object after the reader saw it; the sentence names what changed and by whom."""

    code = "changed"
    status = 409


class KeyReused(DomainError):
    """An Idempotency-Key came again with another body."""

    code = "key_reused"
    status = 409
