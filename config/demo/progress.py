"""How far a load has come: a bar on a terminal, else a line every few seconds."""

import time
from typing import Any, Protocol

from django.utils.translation import gettext as _
from tqdm import tqdm

EVERY = 3.0  # seconds between two lines
FORMAT = "{desc}：{percentage:3.0f}%|{bar:30}| {n_fmt}/{total_fmt} {unit}"


class Output(Protocol):
    """What a management command writes to."""

    def write(self, text: str) -> Any: ...

    def flush(self) -> None: ...

    def isatty(self) -> bool: ...


class Shown:
    """Hears how many of how many are done, and shows it on this output."""

    def __init__(self, output: Output, *, what: str, unit: str) -> None:
        self._output, self._what, self._unit = output, what, unit
        self._began = self._told = time.monotonic()
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._output.isatty():
            self._draw(done, total)
        elif time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self._output.write(
                _("%(what)s：%(done)s/%(total)s %(unit)s（%(share)s%%），约剩 %(rest)s 秒……")
                % {
                    "what": self._what,
                    "done": done,
                    "total": total,
                    "unit": self._unit,
                    "share": done * 100 // total,
                    "rest": round((self._told - self._began) * (total - done) / max(done, 1)),
                }
            )
            self._output.flush()

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None:
            wording = FORMAT + _("，约剩 {remaining}")
            self._bar = tqdm(total=total, desc=self._what, unit=self._unit, file=self._output, bar_format=wording)
        self._bar.update(done - self._bar.n)
        if done >= total:
            self._bar.close()
