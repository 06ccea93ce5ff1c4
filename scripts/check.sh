#!/usr/bin/env bash
# Everything that can be said about the code without running its tests. All checks run; one failure fails the whole.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
failures=()

check() {
    local sentence=$1 began output
    shift
    began=$(date +%s)
    printf '▸ %s … ' "$sentence"
    if output=$("$@" 2>&1); then
        printf '通过（%d 秒）\n' $(($(date +%s) - began))
    else
        printf '没有通过\n%s\n' "$output"
        failures+=("$sentence")
    fi
}

check '代码规范（ruff check）' $python -m ruff check .
check '代码格式（ruff format）' $python -m ruff format --check .
check '类型（mypy）' $python -m mypy
check '分层（import-linter）' $python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
check '模板（djlint）' $python -m djlint --quiet --lint templates
check '设置（manage.py check）' $python manage.py check
check '数据库迁移齐全' $python manage.py makemigrations --check --dry-run
check '界面文字齐全' $python scripts/check_messages.py
check '参考文档最新' $python manage.py workflow_reference --check
check '文书的 JSON Schema 最新' $python manage.py document_schemas --check

if [ ${#failures[@]} -gt 0 ]; then
    printf '\n'
    printf '✗ 没有通过：%s\n' "${failures[@]}" >&2
    exit 1
fi
printf '\n全部通过\n'
