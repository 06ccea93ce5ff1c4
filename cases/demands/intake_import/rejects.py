"""The file of rows that were not taken, each with its number and the reason."""

import csv
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.sheets.cells import cell_text
from foundation.sheets.reading import Row
from foundation.sheets.writing import formula_safe


class Rejects:
    """Takes down rejected rows."""

    def __init__(self, file: TextIO, header: tuple[str, ...]) -> None:
        self.count = 0
        self._rows = csv.writer(file)
        self._rows.writerow([*_head(), *map(formula_safe, header)])

    def add(self, row: Row, reason: str) -> None:
        self.count += 1
        self._rows.writerow([row.number, reason, *(formula_safe(cell_text(cell)) for cell in row.cells)])


@contextmanager
def collected(path: Path, header: tuple[str, ...], *, source: Path) -> Iterator[Rejects]:
    """On leaving, the file stands complete under its name, or not at all if nothing was rejected.

    It is readable by its owner alone: it holds what people wrote. A file of an earlier import is replaced or removed;
    any other file of that name is left alone, with a Refused before anything is read.
    """
    if path.exists() and (path.samefile(source) or not _is_ours(path)):
        raise Refused("errors", _("%(path)s 已经存在，而且不是退回文件，没有覆盖") % {"path": path})
    with ExitStack() as stack:
        try:
            # Without a name: whatever ends the program leaves nothing behind.
            unnamed = stack.enter_context(tempfile.TemporaryFile(dir=path.parent))
        except OSError as error:
            raise Refused("errors", _("不能在这个文件夹里写退回文件：%(folder)s") % {"folder": path.parent}) from error
        text = TextIOWrapper(unnamed, encoding="utf-8-sig", errors="backslashreplace", newline="", write_through=True)
        rejects = Rejects(stack.enter_context(text), header)
        try:
            yield rejects
        finally:
            text.flush()
            if rejects.count:
                unnamed.seek(0)
                with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as complete:
                    shutil.copyfileobj(unnamed, complete)
                os.replace(complete.name, path)
            else:
                path.unlink(missing_ok=True)


def _head() -> tuple[str, str]:
    return _("行号"), _("原因")


def _is_ours(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.readline(1000).decode("utf-8-sig", errors="replace")
    return start.startswith(",".join(_head()))
