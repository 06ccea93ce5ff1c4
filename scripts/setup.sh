#!/usr/bin/env bash
# Brings a fresh Debian machine to where the site (setup.sh run) or the tests (setup.sh test) can start.
# Safe to repeat: what is there already is not touched, and then it takes well under a second.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}
python=.venv/bin/python

say() { printf '▸ %s\n' "$*"; }
fail() { printf '✗ %s\n' "$1" >&2; shift; [ $# = 0 ] || printf '  %s\n' "$@" >&2; exit 1; }
# step SENTENCE COMMAND...: says what is being done and, afterwards, how long it took.
step() {
    local sentence=$1 began ended
    shift
    say "$sentence …"
    began=$(date +%s%N)
    "$@" || { printf '✗ 没有做成：%s\n' "$sentence" >&2; return 1; }
    ended=$(date +%s%N)
    printf '  完成，用时 %d.%d 秒\n' $(((ended - began) / 1000000000)) $(((ended - began) / 100000000 % 10))
}

# --- system packages -------------------------------------------------------------------------------------------------
installed() { [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = 'install ok installed' ]; }
python_is_new_enough() { python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
# A Python that was not installed as a package is as good, if it can make virtual environments.
python_is_complete() { python_is_new_enough && python3 -c 'import ensurepip, venv' 2>/dev/null; }

missing_packages() {
    local name
    for name in "$@"; do
        installed "$name" || printf '%s ' "$name"
    done
}

system_packages() {
    local wanted=(gettext libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0) missing as_root=()
    python_is_complete || wanted+=(python3 python3-venv)
    if [ "$purpose" = test ]; then
        wanted+=(chromium fonts-noto-cjk)
    fi
    command -v dpkg-query >/dev/null ||
        fail '本脚本用 apt 安装系统软件包，这台机器上没有 dpkg。' "请在 Debian 12 或更新的版本上运行；需要的软件包：${wanted[*]}"
    missing=$(missing_packages "${wanted[@]}")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        else
            fail "缺少系统软件包：$missing" '当前用户无权安装。请管理员执行下面这条命令，然后再运行一次：' \
                "    apt-get update && apt-get install -y --no-install-recommends $missing"
        fi
    fi
    step '更新软件包目录（apt-get update）' "${as_root[@]}" apt-get update -q || true
    # apt-get may return an error because of a package that is none of ours: dpkg has the last word.
    # shellcheck disable=SC2086
    step "安装系统软件包：$missing" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends -o Dpkg::Use-Pty=0 $missing || true
    missing=$(missing_packages "${wanted[@]}")
    [ -z "$missing" ] || fail "系统软件包没有装上：$missing" '原因见上面 apt-get 的输出；请检查网络和软件源设置，然后再运行一次。'
}

# --- Python packages -------------------------------------------------------------------------------------------------
# The newest lock wins: each set leaves a stamp with the digest of its lock and of the interpreter it was made for.
fingerprint() { { cat "$1"; readlink -f $python; } | sha256sum | cut -d' ' -f1; }

# uv does not read pip's settings, in which many a network names its package mirror.
use_the_mirror_of_pip() {
    local mirror=${PIP_INDEX_URL:-}
    [ -n "$mirror" ] || mirror=$($python -m pip config get global.index-url 2>/dev/null || true)
    if [ -n "$mirror" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        export UV_DEFAULT_INDEX=$mirror
    fi
}

python_packages() {
    local lock=$1 stamp=.venv/.installed-$1
    if ! $python -c '' 2>/dev/null; then
        python_is_new_enough || fail '需要 Python 3.11 或更新的版本。' "这台机器上的是：$(python3 --version 2>&1 || true)"
        step "建立 Python 虚拟环境 .venv（$(python3 --version)）" python3 -m venv --clear .venv
    fi
    if [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$lock")" ]; then
        return 0
    fi
    if [ ! -x .venv/bin/uv ]; then
        # The version and the digests of the installer stand in the lock too.
        sed -n '/^uv==/,/^ *# via/p' requirements-dev.txt >.venv/installer.txt
        step '安装 uv（Python 包安装工具）' $python -m pip install -q --disable-pip-version-check \
            --require-hashes --no-deps -r .venv/installer.txt
    fi
    use_the_mirror_of_pip
    step "安装 Python 依赖（$lock）" .venv/bin/uv pip install --quiet --python $python --system-certs \
        --compile-bytecode --require-hashes -r "$lock"
    fingerprint "$lock" >"$stamp"
}

# --- files of this installation --------------------------------------------------------------------------------------
secret_key() {
    mkdir -p var
    if [ -s var/secret-key ]; then
        return 0
    fi
    say '生成本机密钥 var/secret-key'
    (umask 077 && $python -c 'import secrets; print(secrets.token_urlsafe(50))' >var/secret-key)
}

translations() {
    local po mo
    for po in locale/*/LC_MESSAGES/*.po; do
        mo=${po%.po}.mo
        if [ -e "$po" ] && [ ! "$mo" -nt "$po" ]; then
            say "编译界面文字：$po"
            msgfmt --check-format -o "$mo.new" "$po"
            mv "$mo.new" "$mo"
        fi
    done
}

system_packages
case $purpose in
    run) python_packages requirements.txt ;;
    test) python_packages requirements-dev.txt ;;
    *) fail '用法：scripts/setup.sh run|test' ;;
esac
secret_key
translations
