# Two commands do all: `make run` shows the product, `make test` proves it. Both prepare what is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite test-postgres hostile check format messages lock clean
python := .venv/bin/python
compile := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(ARGS)

help:
	@echo 'make run            准备环境，装入演示数据，启动网站（PORT=8000 可改，SIZE=city 装入全市规模）'
	@echo 'make test           准备环境，在 SQLite 和 PostgreSQL 上运行全部测试（ARGS="-k 名称" 传给 pytest）'
	@echo 'make test-sqlite    只在 SQLite 上运行，含浏览器测试'
	@echo 'make test-postgres  只在 PostgreSQL 上运行（TEST_DATABASE_URL 可指明已有的服务器）'
	@echo 'make hostile        用大量恶意输入反复试每个表单和接口，较慢（HOSTILE=每个地址试几次，默认 50）'
	@echo 'make check          代码规范、类型、分层、迁移、界面文字、参考文档'
	@echo 'make format         整理代码格式'
	@echo 'make messages       从代码提取界面文字到 locale/'
	@echo 'make lock           由 requirements*.in 重写 requirements*.txt（ARGS=--upgrade 升级）'
	@echo 'make clean          删除虚拟环境、缓存和测试数据；演示数据库和密钥保留'

run:
	@scripts/setup.sh run
	@$(python) scripts/run.py

test:
	@scripts/setup.sh test
	@scripts/test.sh all $(ARGS)

test-sqlite:
	@scripts/setup.sh test
	@scripts/test.sh sqlite $(ARGS)

test-postgres:
	@scripts/setup.sh test
	@scripts/test.sh postgres $(ARGS)

hostile:
	@scripts/setup.sh test
	@HOSTILE=$(or $(HOSTILE),50) scripts/test.sh all tests/hostile $(ARGS)

check:
	@scripts/setup.sh test
	@scripts/check.sh

format:
	@scripts/setup.sh test
	@$(python) -m ruff check --fix-only --quiet .
	@$(python) -m ruff format .

messages:
	@scripts/setup.sh test
	@$(python) scripts/check_messages.py --write

lock:
	@scripts/setup.sh test
	$(compile) requirements.in -o requirements.txt
	$(compile) -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var/test var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
