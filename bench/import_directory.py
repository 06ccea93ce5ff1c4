"""How long the check and the import of a table of enterprises take, and what they say of codes known to be wrong.

    python bench/import_directory.py FIRMS.csv [--malformed CODES.csv] [--rounds 3]      SQLite, in a temporary folder
    python scripts/test_postgres.py python bench/import_directory.py FIRMS.csv ...       PostgreSQL, a new database

FIRMS.csv has the columns `name` and `uscc`; CODES.csv has `name`, `code` and `why`. Neither is kept
here. Firms are spread over the banners, for the data know no district of ours. Figures alone are printed, never a row.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DIALOGUE_SECRET_KEY", "guards nothing here")

HEADER = ("统一社会信用代码", "企业名称", "所属旗区")
BANNERS = ("东胜区", "康巴什区", "达拉特旗", "准格尔旗", "鄂托克前旗", "鄂托克旗", "杭锦旗", "乌审旗", "伊金霍洛旗")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("firms", type=Path)
    options.add_argument("--malformed", type=Path)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-import-") as folder:
        _set_up(Path(folder))
        from django.db import connection

        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, serialize=False)
        try:
            measure(chosen.firms, chosen.malformed, chosen.rounds, Path(folder))
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def _set_up(folder: Path) -> None:
    import django
    from django.conf import settings

    database = settings.DATABASES["default"]
    database["TEST"] = {"NAME": str(folder / "import.sqlite3") if "sqlite" in database["ENGINE"] else None}
    settings.FILES_DIR = folder / "files"
    django.setup()


def measure(firms: Path, malformed: Path | None, rounds: int, folder: Path) -> None:
    """Each round imports the firms into an empty directory, then looks at the same table again."""
    from django.db import connection

    administrator = _town()
    rows = _rows(firms, "uscc")
    times: dict[str, list[float]] = {"check": [], "import": [], "check again": []}
    for _round in range(rounds):
        _empty()
        sheet = _bring(rows, folder, administrator, times["check"])
        verdicts = _verdicts(sheet)
        warned = list(sheet.rows.exclude(verdict="BAD").exclude(warnings=[]).values_list("warnings", flat=True))
        _confirm(sheet, administrator, times["import"])
        again = _verdicts(_bring(rows, folder, administrator, times["check again"]))
    print(f"{connection.vendor}: {len(rows):,} rows, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"verdicts {dict(verdicts)}, warned {len(warned)}; the same table again {dict(again)}")
    for sentence, number in Counter(w for warnings in warned for w in warnings).items():
        print(f"  warning {sentence}: {number}")
    for name, found in times.items():
        print(f"{name:12} {median(found):6.2f} s (best {min(found):.2f})")
    if malformed:
        tell_apart(malformed, folder, administrator)


def tell_apart(malformed: Path, folder: Path, administrator: Any) -> None:
    """What the check says of each class of wrong codes: counts of faults, and of the verdicts on the rows."""
    from parties.credit_code import fault_of

    with malformed.open(encoding="utf-8-sig", newline="") as file:
        given = list(csv.DictReader(file))
    faults = Counter((row["why"], found.value if (found := fault_of(row["code"])) else "VALID") for row in given)
    for (why, fault), number in sorted(faults.items()):
        print(f"  {why:32} {fault:18} {number}")
    _empty()
    rows = [(row["code"], f"{row['name'][:80]}{n}", BANNERS[n % 9]) for n, row in enumerate(given)]
    sheet = _bring(rows, folder, administrator, [])
    print(f"  of {len(rows)} rows: {dict(_verdicts(sheet))}")


def _rows(path: Path, code: str) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        given = list(csv.DictReader(file))
    return [(row[code], row["name"], BANNERS[n % 9]) for n, row in enumerate(given)]


def _town() -> Any:
    from parties.models import District, Membership, Office, User
    from parties.roles import Role

    city = District.objects.create(code="150600", name="鄂尔多斯市", level=District.Level.CITY)
    for n, name in enumerate(BANNERS):
        District.objects.create(code=f"1506{n + 10}", name=name, level=District.Level.BANNER, parent=city)
    office = Office.objects.create(name="平台", district=city, serves=city, office_kind=Office.OfficeKind.PLATFORM)
    person = User.objects.create_user("admin", name="管理员")
    return Membership.objects.create(
        user=person, organisation_id=office.pk, role=Role.SYSTEM_ADMIN, valid_from="2020-01-01"
    )


def _empty() -> None:
    from auditlog.models import LogEntry

    from foundation.models import SheetImport, SheetRow
    from parties.models import Enterprise, Organisation

    keys = list(Enterprise.objects.values_list("pk", flat=True))
    for n in range(0, len(keys), 500):
        Enterprise.objects.filter(pk__in=keys[n : n + 500])._raw_delete("default")
        Organisation.objects.filter(pk__in=keys[n : n + 500])._raw_delete("default")
    SheetRow.objects.all()._raw_delete("default")
    SheetImport.objects.all().delete()
    LogEntry.objects.all()._raw_delete("default")


def _bring(rows: list[tuple[str, ...]], folder: Path, administrator: Any, times: list[float]) -> Any:
    """The table is uploaded and checked; the import as the check left it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from foundation.models import SheetImport
    from parties.exchange.kinds import find
    from parties.exchange.starting import receive
    from parties.exchange.tasks import check_sheet

    path = folder / "firms.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    by = _actor(administrator)
    sheet = receive(SimpleUploadedFile("firms.csv", path.read_bytes()), kind=find("enterprises", by), by=by)
    began = time.perf_counter()
    check_sheet.func(str(sheet.check_job.public_id))
    times.append(time.perf_counter() - began)
    checked = SheetImport.objects.select_related("check_job").get(pk=sheet.pk)
    if checked.checked_at is None:
        sys.exit(f"not checked: {checked.check_job.message}")
    return checked


def _confirm(sheet: Any, administrator: Any, times: list[float]) -> None:
    from foundation.models import SheetImport
    from parties.exchange.starting import confirm
    from parties.exchange.tasks import apply_sheet

    confirm(sheet.public_id, only_good=True, note="", by=_actor(administrator))
    job = SheetImport.objects.select_related("apply_job").get(pk=sheet.pk).apply_job
    began = time.perf_counter()
    apply_sheet.func(str(job.public_id))
    times.append(time.perf_counter() - began)
    done = SheetImport.objects.select_related("apply_job").get(pk=sheet.pk)
    if done.applied_at is None:
        sys.exit(f"not imported: {done.apply_job.message}")


def _actor(administrator: Any) -> Any:
    from django.utils import timezone

    from workflow.actor import actor_in_post

    return actor_in_post(administrator.user_id, administrator.pk, timezone.now())


def _verdicts(sheet: Any) -> Counter[str]:
    return Counter(sheet.rows.values_list("verdict", flat=True))


if __name__ == "__main__":
    main()
