# One command each: run, test, check, eval, browser, clean. Nothing is installed twice.

VENV := .venv
BIN := $(VENV)/bin
# Setuptools tells at length what an editable installation is.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run test check format eval smoke ragas browser clean

run: $(VENV)/.installed  ## the chat page over the specimen bulletins, or over your own index
	$(BIN)/bulletins serve

# Tests start many processes, which read what the first of them compiled.
test: $(VENV)/.dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: $(VENV)/.installed
	$(BIN)/bulletins eval --report runs --gate

# The way to a chat model with a real server and the smallest real model, 93 MB kept in the cache folder. What cannot be
# had is said, and its tests are skipped.
smoke: $(VENV)/.dev
	@$(PIP) -e ".[smoke]" || echo "NO SERVER, so the smoke test of a real model will be skipped." >&2
	@$(BIN)/python -m tests.smallest_model
	$(BIN)/python -m pytest -q -rs -m real_model tests/assistant

# RAGAS's own metrics, for `bulletins eval ragas RUN --python .ragas/bin/python`: an environment of its own, since it
# wants older versions of libraries that we use.
ragas: | $(BIN)/python
	$(BIN)/python -m venv .ragas
	.ragas/bin/python -m pip install --quiet --disable-pip-version-check "ragas==0.4.3" "langchain-community<0.4"

# Chromium and Chinese fonts for the browser test; only Debian and Ubuntu know these package names.
browser:
	@command -v chromium >/dev/null && fc-list :lang=zh family 2>/dev/null | grep -q . || { \
	  command -v apt-get >/dev/null || { echo "Install chromium and a Chinese font by hand: there is no apt-get here." >&2; exit 1; }; \
	  sudo=; [ "$$(id -u)" -eq 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-cjk >/dev/null; }

clean:
	rm -rf $(VENV) .ragas build dist runs .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

$(BIN)/python:
	@python=; for name in python3.11 python3.12 python3.13 python3; do \
	  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { python=$$name; break; }; done; \
	[ -n "$$python" ] || { echo "Python 3.11 or newer is needed, and none was found. Install it, then run make again." >&2; exit 1; }; \
	echo "Making $(VENV) with $$python"; $$python -m venv $(VENV)
	@$(PIP) "pip>=23.3"  # those before know html_clean, as jusText asks lxml for it, by that spelling only, and warn

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing; the first time this takes a few minutes"
	$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) -e ".[dev]"
	@touch $@
