"""How many events a second the ledger is verified, against merely reading them.

    python bench/verify_ledger.py [--events 300000] [--processes 2] [--rounds 3]        SQLite, in a temporary folder
    python scripts/test_postgres.py python bench/verify_ledger.py                       PostgreSQL, a new database

The events are those of cases that run side by side, ten each, made by the same pure function as every event of the
product and written in the order of time, so that a chain lies scattered over its table as it would after years. The
other side of the ratio reads the same rows by a plain SELECT, in one process, and takes two SHA-256 of each.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DIALOGUE_SECRET_KEY", "guards nothing here")

START = datetime(2025, 1, 6, 1, 0, 0, 123456, tzinfo=UTC)
STEPS = ("submit", "accept", "dispatch", "acknowledge", "first_contact", "plan", "progress", "answer", "sign", "close")
SIDE_BY_SIDE = 2000  # cases
CHUNK = 5000  # events
NOTE = "已联系企业李经理，说明现场勘察和变压器增容的步骤，预计三日内出具方案，并请企业准备用地批复和负荷计算书。"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=300_000)
    options.add_argument("--processes", type=int, default=os.cpu_count())
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-ledger-") as folder:
        _set_up(Path(folder))
        from django.db import connection

        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, serialize=False)
        try:
            fill(chosen.events)
            measure(chosen.processes, chosen.rounds)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def _set_up(folder: Path) -> None:
    import django
    from django.conf import settings

    database = settings.DATABASES["default"]
    database["TEST"] = {"NAME": str(folder / "ledger.sqlite3") if "sqlite" in database["ENGINE"] else None}
    django.setup()


def fill(number: int) -> None:
    """So many events with their bodies, and the cases they belong to."""
    from django.db import connection, transaction

    from cases.demands.models import Case
    from parties.models import District, Enterprise, Office
    from workflow.models import Event, EventBody

    city = District.objects.create(code="150600", name="鄂尔多斯市", level=District.Level.CITY)
    office = Office.objects.create(name="平台", district=city, serves=city, office_kind=Office.OfficeKind.PLATFORM)
    firm = Enterprise.objects.create(name="甲公司", district=city, credit_code="91150600MA0000000A")
    common = {"enterprise": firm, "district": city, "office": office, "title": "变压器增容", "text": "说明"}
    heads: dict[int, tuple[int, str, datetime]] = {}
    events = _events(number, heads)
    with transaction.atomic():
        while chunk := list(islice(events, CHUNK)):
            Event.objects.bulk_create([event for event, _text in chunk])
            EventBody.objects.bulk_create([EventBody(event=event, text=text) for event, text in chunk])
        Case.objects.bulk_create(
            [
                Case(pk=pk, head_seq=seq, head_hash=digest, head_at=at, **common)
                for pk, (seq, digest, at) in sorted(heads.items())
            ],
            batch_size=1000,
        )
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze" if connection.vendor == "postgresql" else "analyze")


def _events(number: int, heads: dict[int, tuple[int, str, datetime]]) -> Iterator[tuple]:
    """Events in the order of time; every case follows the one before it, two thousand at once."""
    from workflow.chain import make_event

    cases = -(-number // len(STEPS))
    written = 0
    for moment in range(cases + SIDE_BY_SIDE * len(STEPS)):
        for step in range(len(STEPS)):
            pk = moment - step * SIDE_BY_SIDE // len(STEPS) + 1
            if not 1 <= pk <= cases or written == number:
                continue
            seq, digest, _at = heads.get(pk, (0, "", START))
            at = START + timedelta(minutes=moment, milliseconds=137 * step)
            event, text = make_event(
                head_seq=seq, head_hash=digest, subject_kind="case", subject_id=pk, **_move(STEPS[step], at, written)
            )  # fmt: skip
            heads[pk] = (event.seq, event.digest, at)
            written += 1
            yield event, text


def _move(action: str, at: datetime, number: int) -> dict:
    """What the door would write of this move."""
    return {
        "action": action,
        "from_state": "IN_PROGRESS",
        "to_state": "IN_PROGRESS",
        "actor": {
            "role": "DEPARTMENT_LIAISON",
            "role_text": "部门联络员",
            "organisation_id": 7,
            "organisation": "市能源局",
            "on_behalf": [],
            "channel": "WEB",
            "request": f"{number:032x}",
        },
        "user_id": 1 + number % 500,
        "at": at,
        "effective_at": at,
        "policy": "clocks/1",
        "calendar": "2025:国办发明电〔2024〕12号",
        "facts": {
            "lead": 7, "first_lead": 7, "office": 1, "district": "150602", "category": 3, "class": "COMPLEX",
            "urgent": False, "round": 1, "outcome": "", "confirmation": "",
            "clocks": [["stop", "FIRST_CONTACT"], ["start", "PLAN"]], "turn": {"org": 7, "role": "HANDLER"},
        },
        "body": {"text": f"{action}：市能源局办理", "note": NOTE, "channel": "PHONE", "person": "李经理"},
    }  # fmt: skip


def read_only() -> int:
    """The other side: the same rows in the same order, and two hashes of each."""
    from django.db import connection

    sha256 = hashlib.sha256
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.*, b.text from workflow_event e join workflow_eventbody b on b.event_id = e.id "
            "order by e.subject_kind, e.subject_id, e.seq"
        )
        while rows := cursor.fetchmany(2000):
            count += len(rows)
            for row in rows:
                sha256(row[-1].encode()).hexdigest()
                sha256(f"{row[11]}{row[12]}{row[16]}".encode()).hexdigest()
    return count


def verify(processes: int) -> int:
    """The events verified; a fault ends the measurement."""
    from workflow.registry import subject_models
    from workflow.verify import verify_all

    count = 0
    for step in verify_all(subject_models(), processes=processes):
        if step.faults:
            sys.exit(f"not a ledger to measure with: {step.faults[:3]}")
        count += step.events
    return count


def seal() -> int:
    """The events covered by a first seal over everything, which is also what comparing with it takes."""
    from django.db import connection

    from workflow.seals import NOTHING, content, settled

    return content(NOTHING, settled(connection), using=connection.alias).events


def processor_seconds() -> float:
    """What these processes and the server, if it runs on this machine, have worked so far."""
    from django.db import connection

    own = sum(os.times()[:4])
    if connection.vendor != "postgresql":
        return own
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        [(backend,)] = cursor.fetchall()
    stats = {file.parent.name: _stat(file) for file in Path("/proc").glob("[0-9]*/stat")}
    if str(backend) not in stats:
        return own
    server = stats[str(backend)][1]  # the parent of every backend; it inherits the time of those that ended
    ticks = sum(sum(stat[11:13]) for stat in stats.values() if stat[1] == server) + sum(stats[str(server)][13:15])
    return own + ticks / os.sysconf("SC_CLK_TCK")


def _stat(file: Path) -> list[int]:
    """The numbers of /proc/PID/stat from the third on, which is no number and stands here as 0; see proc(5)."""
    try:
        _name, _, rest = file.read_text().rpartition(")")
    except OSError:  # it has ended meanwhile
        return [0] * 50
    return [0, *map(int, rest.split()[1:])]


def measure(processes: int, rounds: int) -> None:
    """Rounds that take turns, so that whatever else the machine does falls on all alike; the median is printed."""
    from django.db import connection

    runs = {"plain SELECT + 2 SHA-256": read_only, "verify, 1 process": lambda: verify(1)}
    if processes > 1:
        runs[f"verify, {processes} processes"] = lambda: verify(processes)
    runs["seal, or compare with it"] = seal
    rates: dict[str, list[float]] = {name: [] for name in runs}
    costs: dict[str, list[float]] = {name: [] for name in runs}
    for _round in range(rounds):
        for name, run in runs.items():
            worked, began = processor_seconds(), time.perf_counter()
            events = run()
            rates[name].append(events / (time.perf_counter() - began))
            costs[name].append((processor_seconds() - worked) / events * 1e6)
    plain = median(rates["plain SELECT + 2 SHA-256"])
    print(f"{connection.vendor}: {events:,} events, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name, found in rates.items():
        rate = median(found)
        print(
            f"{name:26} {rate:>9,.0f} events/s  {rate / plain:.2f} ×  "
            f"(best {max(found):,.0f}; {median(costs[name]):.1f} µs of processor time each)"
        )


if __name__ == "__main__":
    main()
