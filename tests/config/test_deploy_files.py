"""The ready files for production agree with the settings, with each other and with what the product has."""

import os
import re
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
UNITS = {path.name: path.read_text() for path in (DEPLOY / "systemd").iterdir()}
SERVICES = {name: text for name, text in UNITS.items() if name.endswith(".service")}
NGINX = (DEPLOY / "nginx/dialogue.conf").read_text()
ENVIRONMENT = dict(
    line.split("=", 1)
    for line in (DEPLOY / "environment").read_text().splitlines()
    if line and not line.startswith("#")
)


def test_the_proxy_lets_through_what_the_site_takes_and_serves_what_the_site_keeps() -> None:
    assert f"client_max_body_size {settings.FILES_LARGEST * settings.FILES_AT_ONCE + 5}m;" in NGINX
    accel, folder = ENVIRONMENT["DIALOGUE_FILES_ACCEL"], ENVIRONMENT["DIALOGUE_VAR_DIR"]
    assert re.search(rf"location {accel} {{\s+internal;\s+alias {folder}/files/kept/;", NGINX)
    assert f"alias {folder}/static/;" in NGINX
    # What the site sends with a file, and nginx would drop.
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
        assert f"add_header {header} $upstream_http_{header.lower().replace('-', '_')} always;" in NGINX
    assert "add_header Strict-Transport-Security max-age" not in NGINX


def test_the_proxy_says_who_the_client_is_and_is_the_only_one_believed() -> None:
    assert (ENVIRONMENT["DIALOGUE_PROXIES"], ENVIRONMENT["DIALOGUE_TRUST_REQUEST_ID"]) == ("127.0.0.1", "1")
    for header in ("X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme", "X-Request-Id $request_id"):
        assert f"proxy_set_header {header};" in NGINX
    (port,) = re.findall(r"server 127\.0\.0\.1:(\d+);", NGINX)
    assert f"--host 127.0.0.1 --port {port} " in UNITS["dialogue-site.service"]


def test_every_unit_runs_a_command_that_there_is_under_the_same_restraints() -> None:
    scripts = [path.read_text() for path in (DEPLOY / "backup.sh", ROOT / "docs/operations.md")]
    named = {name for text in (*UNITS.values(), *scripts) for name in re.findall(r"manage\.py ([a-z_]+)", text)}
    named |= set(re.findall(r"^ *dialogue (?:--with \w+ )?([a-z_]+)", scripts[1], re.MULTILINE))
    assert {"run_worker", "run_tick", "check", "backup", "restore", "migrate", "grant_application"} <= named
    assert named <= get_commands().keys()
    restraints = {text[text.index("NoNewPrivileges") :].split("\n\n")[0].strip() for text in SERVICES.values()}
    assert len(restraints) == 1
    for text in SERVICES.values():
        assert "User=dialogue\nGroup=dialogue\n" in text
        assert "EnvironmentFile=/etc/dialogue/environment\n" in text


def test_the_page_of_operations_names_every_ready_file() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    files = [path.relative_to(ROOT) for path in DEPLOY.rglob("*") if path.is_file()]
    assert [str(path) for path in files if str(path) not in page and path.name not in page] == []


def test_of_old_backups_fourteen_days_and_the_first_of_each_month_stay(tmp_path: Path) -> None:
    """The script as it is; in place of the product a program that leaves a backup of one file."""
    app, folder, key = tmp_path / "app", tmp_path / "backups", "ab" + "0" * 30
    (app / "deploy").mkdir(parents=True)
    (app / ".venv/bin").mkdir(parents=True)
    (app / "deploy/backup.sh").write_text((DEPLOY / "backup.sh").read_text())
    product = app / ".venv/bin/python"
    product.write_text(
        f'#!/bin/sh\n[ "$2" = backup ] && mkdir -p "$3" && touch "$3/manifest.json" && '
        f"""echo '{{"id":"x","key":"{key}","size":1}}' >"$3/files.jsonl"\n"""
    )
    product.chmod(0o755)
    # A place where it is noon: the script asks its own machine for the day, which must not end between two questions.
    now = datetime.now(UTC)
    today = now.date()
    old = [today - timedelta(days=n) for n in (600, 1, 13, 14, *range(15, 75, 7))]
    for day in old:
        made = folder / f"{day}T0100"
        made.mkdir(parents=True)
        (made / "manifest.json").touch()
        (made / "files.jsonl").touch()
    (folder / "2020-01-01T0100").mkdir()  # without a manifest it is none, and nobody's business here
    for name in (key, "cd" + "1" * 30):
        (folder / "files" / name[:2]).mkdir(parents=True)
        (folder / "files" / name[:2] / name).touch()
    done = subprocess.run(
        ["sh", "deploy/backup.sh", str(folder)],
        cwd=app,
        env={"PATH": os.environ["PATH"], "TZ": f"NOON{now.hour - 12:+d}"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first_of_month = {
        min(day for day in old if (day.year, day.month) == month) for month in {(d.year, d.month) for d in old}
    }
    kept = {day for day in old if (today - day).days <= 14 or (day in first_of_month and (today - day).days < 390)}
    there = {path.name[:10] for path in folder.glob("20*")}
    assert there == {str(day) for day in kept | {today, date(2020, 1, 1)}}
    assert [path.name for path in (folder / "files").rglob("*") if path.is_file()] == [key]
