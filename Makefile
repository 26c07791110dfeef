# Every target makes its own virtual environment and installs what it needs.

PYTHON ?= python3
PORT ?= 8123
GIT ?=
CASES ?= 3000
ARGS ?=

PY := .venv/bin/python
INSTALL = @$(PYTHON) install.py requirements

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test test-api test-races test-fuzz test-browser test-demo pictures lint lock bench-position bench-pages bench-import bench-adversaries bench-evaluate bench-community bench-finding bench-matching bench-planted bench-repertoire bench-vocabulary bench-health bench-health-histories bench-programs

help:
	@echo 'make demo [PORT=8123] [GIT=path]  a whole site on this machine, with people in it'
	@echo 'make demo-reset                   forget what the demo keeps'
	@echo 'make test [ARGS=...]              the tests, on servers of their own'
	@echo 'make test-api [CASES=3000]        the whole schema of the API, asked so many times'
	@echo 'make test-races                   the races, a thousand rounds each, of crowds a hundred'
	@echo 'make test-fuzz                    texts nobody would write, five thousand of each sort'
	@echo 'make test-browser [ARGS=...]      the tests that drive Chromium'
	@echo 'make pictures [ARGS=address]      the pictures of the README, taken of the demo'
	@echo 'make test-demo                    a walk through the whole demo, which takes minutes'
	@echo 'make lint                         style, types, imports, templates, migrations'
	@echo 'make bench-pages                  what a page costs'
	@echo 'make bench-position               what positions cost, up to a million lines'
	@echo 'make bench-import                 what taking in a history costs'
	@echo 'make bench-repertoire [ARGS=...]  what a large repertoire costs, brought in and read'
	@echo 'make bench-adversaries [ARGS=...]  what gaming positions gains, with and without each guard'
	@echo 'make bench-evaluate ARGS=...      how much hangs on any one constant of positions'
	@echo 'make bench-matching [ARGS=...]    what choosing the next step by fit is worth'
	@echo 'make bench-finding [ARGS=...]     what a search costs, and how PostgreSQL goes about it'
	@echo 'make bench-community [ARGS=...]   a community lives for a year, with and without each mechanism'
	@echo 'make bench-planted [ARGS=...]     communities with planted failures: what is called, and when'
	@echo 'make bench-programs [ARGS=...]    what agents cost, and what serving them costs pages'
	@echo 'make bench-vocabulary [ARGS=...]  what finding terms in a text costs'
	@echo 'make bench-health [ARGS=...]      what health costs, up to ten million lines'
	@echo 'make bench-health-histories ARGS=... what health says of a history, year by year'
	@echo 'make lock                         write requirements/*.txt anew from *.in (needs uv)'
	@echo 'PYTHON=... chooses the interpreter (3.11 or newer).'

demo:
	$(INSTALL)/demo.txt
	@exec $(PY) -m cop.demo.run --port '$(PORT)' --git '$(GIT)'

demo-reset:
	$(INSTALL)/demo.txt
	@exec $(PY) -m cop.demo.run --reset

test:
	$(INSTALL)/dev.txt
	@exec $(PY) -m pytest -n auto --dist loadscope --ignore=tests/browser $(ARGS)

test-api:
	$(INSTALL)/dev.txt
	@API_CASES='$(CASES)' exec $(PY) -m pytest -n auto tests/doors/test_schema.py $(ARGS)

test-races:
	$(INSTALL)/dev.txt
	@RACE_ROUNDS=1000 exec $(PY) -m pytest -n auto tests/races $(ARGS)

test-fuzz:
	$(INSTALL)/dev.txt
	@FUZZ_EXAMPLES=5000 exec $(PY) -m pytest -n auto tests/repertoire/test_fuzz.py $(ARGS)

test-browser:
	$(INSTALL)/e2e.txt
	@DJANGO_ALLOW_ASYNC_UNSAFE=true exec $(PY) -m pytest tests/browser --ignore=tests/browser/test_demo.py $(ARGS)

test-demo:
	$(INSTALL)/e2e.txt
	@DJANGO_ALLOW_ASYNC_UNSAFE=true exec $(PY) -m pytest tests/browser/test_demo.py $(ARGS)

pictures:
	$(INSTALL)/e2e.txt
	@exec $(PY) -m tests.browser.pictures $(ARGS)

lint: export DEBUG := true
lint:
	$(INSTALL)/dev.txt
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) -m mypy
	$(PY) -m djlint templates --lint --quiet
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv, which is not installed.'; exit 1; }
	@for set in base demo dev e2e; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-annotate --no-header \
	    requirements/$$set.in -o requirements/$$set.txt || exit 1; \
	done
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header \
	  --no-deps --constraint requirements/base.txt \
	  requirements/dev-sources.in -o requirements/dev-sources.txt

bench-pages:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.pages $(ARGS)

bench-position:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.positions $(ARGS)

bench-import:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.importing $(ARGS)

bench-repertoire:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.repertoire $(ARGS)

bench-adversaries:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.adversaries $(ARGS)

bench-evaluate:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.evaluating $(ARGS)

bench-matching:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.matching $(ARGS)

bench-finding:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.finding $(ARGS)

bench-community:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.community_sim $(ARGS)

bench-planted:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.planted $(ARGS)

bench-vocabulary:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.vocabulary $(ARGS)

bench-health:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.health $(ARGS)

bench-health-histories:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.health_histories $(ARGS)

bench-programs:
	$(INSTALL)/dev.txt
	@exec $(PY) -m bench.programs $(ARGS)
