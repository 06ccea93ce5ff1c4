#!/usr/bin/env bash
# Runs the tests: test.sh sqlite|postgres|all [pytest arguments]
# `all` runs both databases, also when the first has failed, and closes with one line for both.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
which=$1
shift

mkdir -p var/test
# What runs that were killed have left; a living run's files are younger.
find var/test -name '*.sqlite3*' -mmin +240 -delete
export PY_COLORS=0
if [ -t 1 ]; then
    PY_COLORS=1
fi
summary=''
failed=0

# pass NAME COMMAND...: runs one pass and notes how it ended. Selecting no test at all (5) is noted, not failed.
pass() {
    local name=$1 code=0 last
    shift
    printf '\n▸ 测试：%s\n' "$name"
    "$@" 2>&1 | tee var/test/last-run.log || code=$?
    last=$(tail -n 1 var/test/last-run.log | sed 's/\x1b\[[0-9;]*m//g; s/^=* *//; s/ *=*$//')
    summary+="${summary:+；}$name：$last"
    case $code in
        0) executed=1 ;;
        5) ;;
        *) failed=1 ;;
    esac
}

on_sqlite() {
    pass SQLite env -u DATABASE_URL $python -m pytest -n 2 --dist worksteal -m 'not postgres' "$@"
}

# What one database is enough for runs on SQLite only: browsers, pages opened for what they say, refusals given before
# anything is written, and tests that ask for no database.
on_postgres() {
    local tests=($python -m pytest -n 2 --dist worksteal --ignore=tests/browser -m 'not every_page' "$@")
    if [ -n "${TEST_DATABASE_URL:-}" ]; then
        pass 'PostgreSQL（TEST_DATABASE_URL）' env "DATABASE_URL=$TEST_DATABASE_URL" "${tests[@]}"
    else
        pass PostgreSQL $python scripts/test_postgres.py "${tests[@]}"
    fi
}

executed=0
case $which in
    sqlite) on_sqlite "$@" ;;
    postgres) on_postgres "$@" ;;
    all)
        on_sqlite "$@"
        on_postgres "$@"
        ;;
esac
printf '\n%s\n' "$summary"
if [ "$failed" = 0 ] && [ "$executed" = 0 ]; then
    echo '✗ 没有选中任何测试。' >&2
    failed=1
fi
exit "$failed"
