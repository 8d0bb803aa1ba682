# Everything one does with this project. `make` alone lists it.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --no-input --disable-pip-version-check
LOCK   := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
          --no-header --no-emit-index-url --no-emit-find-links pyproject.toml --group build
DEMO   ?=
MINUTES ?= 10
TEST   ?=
# Files go to one process more than there are cores, since many wait for a disk or for a program that
# they have started; AT_ONCE=0 runs them one after another.
AT_ONCE ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

# Whoever asks for `check test` has the rules of the house read once, not twice.
READ := $(if $(filter check,$(MAKECMDGOALS)),--ignore=tests/house)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run tamper-demo test check format coverage bench soak soak-log lock clean

help: ## Lists these targets. | 列出这些目标。
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\) | \(.*\)$$/\1\t\2\n\t\3/p' $(MAKEFILE_LIST) | expand -t 16

run: $(VENV)/run.done ## Installs what is needed, fills a demo on SQLite and serves it; DEMO="…" passes options. | 安装所需，在 SQLite 上生成演示数据并启动服务；DEMO="…" 传递选项。
	$(BIN)/custody demo $(DEMO)

tamper-demo: $(VENV)/run.done ## Tries every way of tampering with a small network, and shows who notices each. | 在一个小网络上尝试各种篡改，并列出各由谁发现。
	$(BIN)/custody tamper-demo

test: $(VENV)/dev.done ## Runs every test, PostgreSQL included; TEST="…" passes options to pytest. | 运行全部测试（含 PostgreSQL）；TEST="…" 传递给 pytest。
	@$(BIN)/python -m pytest --numprocesses $(AT_ONCE) --dist loadfile --no-loadscope-reorder $(READ) $(TEST)

check: $(VENV)/dev.done ## Reads the source: lint, format, types and the rules of the house. | 检查源码：规范、格式、类型与本项目的规则。
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict --num-workers 2 src tests $(wildcard bench)
	@$(BIN)/python -m pytest --quiet tests/house

format: $(VENV)/dev.done ## Formats the source and mends what lint can mend. | 格式化源码，并修正可自动修正之处。
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

coverage: $(VENV)/dev.done ## Runs every test and shows which branches none has taken. | 运行全部测试，并列出未覆盖的分支。
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(TEST)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

bench: $(VENV)/dev.done ## Measures the service beside raw SQL and its peers, in one run. | 在同一次运行中，与原生 SQL 及同类方案并排测量性能。
	$(BIN)/python -m bench

soak: $(VENV)/dev.done ## Measures while the ledger grows, to see that nothing slows down. | 随账本增长持续测量，确认速度不下降。
	$(BIN)/python -m bench --soak

soak-log: $(VENV)/dev.done ## Kills the log's processes at random for MINUTES (10), and checks all that was acknowledged. | 随机终止日志各进程 MINUTES 分钟（默认10），并核对全部已确认的记录。
	$(BIN)/python -m tests.process.killing $(MINUTES)

lock: $(VENV)/dev.done ## Refreshes both lock files from pyproject.toml. | 由 pyproject.toml 更新两个锁定文件。
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Removes what was made: the environment, caches, reports. | 删除生成物：环境、缓存、报告。
	rm -rf $(VENV) build dist htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache .schemathesis .coverage .coverage.*
	find src tests $(wildcard bench) -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are empty files: what is older than what it was made from is made again, nothing else.

$(VENV)/made.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Custody needs Python 3.11 or newer; say which with PYTHON=…  需要 Python 3.11 及以上。" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "No virtual environment could be made. On Debian: apt install python3-venv  无法创建虚拟环境。" >&2; exit 1; }
	@touch $@

# Hashes hold for everything, the build backend too: the project itself is then installed without a look outside.
$(VENV)/run.done: requirements.lock pyproject.toml $(VENV)/made.done
	@echo "Installing what Custody needs, as locked …  正在按锁定版本安装依赖 ……"
	@$(PIP) install --require-hashes --requirement requirements.lock || \
	  { echo "Not all could be installed. Without a way to PyPI, name a mirror: PIP_INDEX_URL=…  依赖未能装齐；无法访问 PyPI 时，请用 PIP_INDEX_URL=… 指定镜像。" >&2; exit 1; }
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: requirements-dev.lock $(VENV)/run.done
	@echo "Installing what the tests need, as locked …  正在按锁定版本安装测试依赖 ……"
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@
