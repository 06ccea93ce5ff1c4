"""Log lines that a machine can read and that say nothing about anybody.

A line is one JSON object: time, level, logger, message, request_id; for a request also method, route, status,
duration_ms and the number of the user; for an exception its type and where it was raised. What a line never has:
addresses as they were asked for (the route's pattern stands for them, without any query string), messages of
exceptions, local variables, parameters of statements, fields of forms, IP addresses.

Our own code is trusted to log nothing but codes, counts and names of code. Messages of libraries are shown without
their arguments, numbers excepted, and without whatever in them is not plain English.
"""

import json
import logging
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from http.client import responses
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OURS = ("cases", "config", "dialogue", "evaluations", "foundation", "parties", "workflow")
# Libraries whose arguments are names of tasks, workers and signals.
SPEAK_PLAINLY = ("django_tasks", "django_tasks_db")
EXTRA = ("method", "route", "status", "duration_ms", "user")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FRAMES = 30  # of an exception, the innermost
HIDDEN = "…"
UNPLAIN = re.compile(r"[^\x00-\x7f]+|\S*@\S*|\d{7,}")

# --- the id that all lines of one request, task or run have in common ---

RUN = f"run-{secrets.token_hex(8)}"  # of this process, for what belongs to no request and to no task
_ids: ContextVar[tuple[str, ...]] = ContextVar("request_ids", default=())


def current_id() -> str:
    """The id of the task or request that is being worked on, else that of this process."""
    ids = _ids.get()
    return ids[-1] if ids else RUN


@contextmanager
def carrying(request_id: str) -> Iterator[None]:
    """Every line that is logged inside carries this id."""
    token = _ids.set((*_ids.get(), request_id))
    try:
        yield
    finally:
        _ids.reset(token)


def task_begins(*, task_result: Any, **_signal: Any) -> None:
    """Receiver of task_started: lines of a task carry the id of its row, even inside a request."""
    _ids.set((*_ids.get(), str(task_result.id)))


def task_ends(*, task_result: Any, **_signal: Any) -> None:
    """Receiver of task_finished: what stood before the task stands again."""
    _ids.set(tuple(one for one in _ids.get() if one != str(task_result.id)))


# --- what a line says ---


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """All that may be said of a record, by name; nothing else of it reaches a log."""
    request = getattr(record, "request", None)
    said: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
        "request_id": getattr(request, "request_id", None) or current_id(),
    }
    said |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
    if error := _error(record):
        said["exception"] = _exception(error)
    return said


def _message(record: logging.LogRecord) -> str:
    """The message, without what an exception says of itself, and without the data in a library's message."""
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    if record.name == "django.request":  # its arguments are the answer's reason and the address that was asked for
        return responses.get(getattr(record, "status_code", 0), HIDDEN)
    trusted = record.name.partition(".")[0] in (*OURS, *SPEAK_PLAINLY)
    text = _filled(str(record.msg), record.args if trusted else _hidden(record.args))
    error = _error(record)
    if error is not None and (own := str(error)):
        text = text.replace(own, type(error).__name__)
    return text if trusted else UNPLAIN.sub(HIDDEN, text)


def _filled(text: str, arguments: Any) -> str:
    try:
        return text % arguments if arguments else text
    except (TypeError, ValueError, KeyError):
        return text


def _hidden(arguments: Any) -> Any:
    if isinstance(arguments, dict):
        return {name: _shown(value) for name, value in arguments.items()}
    return tuple(map(_shown, arguments or ()))


def _shown(value: object) -> object:
    return value if isinstance(value, int | float) else HIDDEN


def _error(record: logging.LogRecord) -> BaseException | None:
    info = record.exc_info
    return info[1] if isinstance(info, tuple) else None


def _exception(error: BaseException) -> dict[str, Any]:
    """Type, where it was raised (outermost first) and the types of what led to it; no message: it may quote anybody."""
    chain, seen = [], {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        chain.append(_name(cause))
        cause = cause.__cause__ or cause.__context__
    return {"type": _name(error), "because_of": chain, "frames": _frames(error.__traceback__)[-FRAMES:]}


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _frames(step: TracebackType | None) -> list[str]:
    found = []
    while step is not None:
        code = step.tb_frame.f_code
        found.append(f"{_short(code.co_filename)}:{step.tb_lineno} in {code.co_name}")
        step = step.tb_next
    return found


def _short(file: str) -> str:
    """The path inside the product, or inside the folder of libraries."""
    path = Path(file)
    for folder in (*(Path(entry) for entry in sys.path if entry.endswith("site-packages")), ROOT):
        if path.is_relative_to(folder):
            return str(path.relative_to(folder))
    return path.name


class JsonFormatter(logging.Formatter):
    """One line, one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(fields(record))


class LineFormatter(logging.Formatter):
    """The same for people at a terminal: one line, and one for every frame of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        said = fields(record)
        words = [said["time"], said["level"], said["logger"], said["message"], f"[{said['request_id']}]"]
        words += [f"{name}={said[name]}" for name in EXTRA if said.get(name) is not None]
        lines = [" ".join(words)]
        if error := said.get("exception"):
            lines += [f"  {frame}" for frame in error["frames"]]
            lines += [f"  {' ← '.join([error['type'], *error['because_of']])}"]
        return "\n".join(lines)


def formatter(kind: str) -> logging.Formatter:
    """The formatter of DIALOGUE_LOG_FORMAT: lines for people when it is `line`, JSON whatever else it is."""
    return LineFormatter() if kind == "line" else JsonFormatter()


def configuration(*, level: str, kind: str) -> dict[str, Any]:
    """The LOGGING of the settings: everything to standard error, in one form, nothing twice."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": {"()": formatter, "kind": kind}},
        "filters": {"faults": {"()": "django.utils.log.CallbackFilter", "callback": _error}},
        "handlers": {
            # The level holds for those too that set their own, as the worker of tasks does.
            "console": {"class": "logging.StreamHandler", "formatter": "chosen", "level": level},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers, among them mails to administrators, are taken away.
            "django": {"handlers": [], "level": "INFO"},
            # Every answer has its access line, 404 and 503 too; only faults of ours need more.
            "django.request": {"level": "ERROR", "filters": ["faults"]},
            # A failed sign-in is a warning; whatever else it does is of no interest.
            "axes": {"level": "WARNING"},
            # The steps of setting a document; what it could not do is a warning or an error.
            "weasyprint.progress": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            # Statements with their parameters, whatever the level of the rest.
            "django.db.backends": {"level": "WARNING"},
            "psycopg": {"level": "WARNING"},
            # The development server's lines quote addresses; the access line of the middleware stands for them.
            "django.server": {"handlers": ["nowhere"], "propagate": False},
        },
    }
