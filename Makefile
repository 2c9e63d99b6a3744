# `make run` and `make test` are all a newcomer needs; `make` alone lists the rest.

PYTHON := python3
BIN := .venv/bin
DEMO := --config site/review_site/demo/config.toml --data data/demo
# What pytest is given besides: make test ARGS="-k withdrawn"
ARGS :=

# Front-end files that the console serves: package@version:file within it.
VENDORED := htmx.org@4.0.1:dist/htmx.min.js missing.css@1.3.0:dist/missing.min.css
VENDOR := site/review_site/static/vendor
# Builds the style sheet and the script of the widgets; another version may write other bytes.
ESBUILD := esbuild@0.28.2
BUILT := widgets/static

.DEFAULT_GOAL := help
.PHONY: help run test lint types docs bench built packed vendored assets
.PHONY: prove-1 prove-2 prove-3 prove-4 prove-5 prove-6 prove-7

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9%-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.runtime ## Set up, load the sample company and serve it
	@$(BIN)/plaudit demo $(DEMO)
	@$(BIN)/plaudit serve $(DEMO)

# The tests start hundreds of programs: each would be compiled anew where the environment keeps no bytecode.
test: .venv/.dev ## Run all tests (ARGS are passed to pytest)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 --dist worksteal $(ARGS)

lint: .venv/.dev ## Check style, format and import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports --no-cache --no-logo

types: .venv/.dev ## Check types, the tests' too
	@$(BIN)/mypy

docs: .venv/.dev ## Write docs/rules.md and docs/rights.md; check that docs/ has each command, route, setting and plug
	@$(BIN)/plaudit rules --format md > docs/rules.md
	@$(BIN)/plaudit rights --profiles --format md > docs/rights.md
	@$(BIN)/pytest -q tests/test_docs.py

bench: .venv/.dev ## Measure import, publishing, mining and serving beside peers, as ratios
	@$(BIN)/python -m tests.benchmarks.run

built: ## Build the widgets' style sheets and script from their sources, the same bytes each time
	@npm exec --yes -- $(ESBUILD) widgets/styles/plaudit.css --bundle --minify --log-level=warning --outfile=$(BUILT)/plaudit.css
	@npm exec --yes -- $(ESBUILD) widgets/styles/frame.css --bundle --minify --log-level=warning --outfile=$(BUILT)/embed.css
	@npm exec --yes -- $(ESBUILD) widgets/scripts/plaudit.js --minify --target=es2022 --log-level=warning --outfile=$(BUILT)/plaudit.js

packed: ## Pack each static file with Brotli and gzip, the same bytes each time
	@$(BIN)/python -m review_site.pack_assets

assets: built vendored packed ## Build what pages load, and fetch the vendored files anew from npm

# Style sheets of others come into a layer of their own, so that ours win over them however they select.
vendored:
	@mkdir -p $(VENDOR)
	@for each in $(VENDORED); do \
	    echo "$$each"; \
	    name=$$(basename "$${each#*:}"); \
	    archive=$$(npm pack --silent --pack-destination $(VENDOR) "$${each%%:*}") || exit; \
	    tar -xzOf "$(VENDOR)/$$archive" "package/$${each#*:}" > "$(VENDOR)/$$name" || exit; \
	    tar -xzOf "$(VENDOR)/$$archive" package/LICENSE > "$(VENDOR)/$${name%%.*}.LICENSE.txt" || exit; \
	    case $$name in *.css) printf '@layer %s{%s}\n' "$${name%%.*}" "$$(cat "$(VENDOR)/$$name")" > "$(VENDOR)/$$name";; esac; \
	    rm "$(VENDOR)/$$archive"; \
	done

prove-1: .venv/.dev ## Prove the spine: each line of what issue 1 must show, with its figures
	@$(BIN)/python -m tests.proofs.spine ALL

prove-1-%: .venv/.dev
	@$(BIN)/python -m tests.proofs.spine $*

prove-2: .venv/.dev ## Prove structured data: each line of what issue 2 must show, with its figures
	@$(BIN)/python -m tests.proofs.schema ALL

prove-2-%: .venv/.dev
	@$(BIN)/python -m tests.proofs.schema $*

prove-4: .venv/.dev ## Prove collecting: each line of what its issue must show, with its figures
	@$(BIN)/python -m tests.proofs.collecting ALL

prove-4-%: .venv/.dev
	@$(BIN)/python -m tests.proofs.collecting $*

prove-5: .venv/.dev ## Prove widgets: each line of what their issue must show, with its figures
	@$(BIN)/python -m tests.proofs.widgets ALL

prove-5-%: .venv/.dev
	@$(BIN)/python -m tests.proofs.widgets $*

prove-6: .venv/.dev ## Prove serving: each line of what its issue must show, with its figures
	@$(BIN)/python -m tests.proofs.cms ALL

prove-6-%: .venv/.dev
	@$(BIN)/python -m tests.proofs.cms $*

prove-7: .venv/.dev ## Prove searching: each line of what its issue must show, with its figures
	@$(BIN)/python -m tests.proofs.searching ALL

prove-7-%: .venv/.dev
	@$(BIN)/python -m tests.proofs.searching $*

prove-7-first-run: .venv/.dev ## Prove the way from an empty folder to a snippet in a page, by a browser, with its steps and seconds
	@$(BIN)/python -m tests.proofs.console_first_run

prove-3: .venv/.dev ## Prove mining: each line of what issue 3 must show, with its figures
	@$(BIN)/python -m tests.proofs.mining ALL

prove-3-%: .venv/.dev
	@$(BIN)/python -m tests.proofs.mining $*

# The stamps are newer than pyproject.toml while what it asks for is installed.
.venv/.runtime: pyproject.toml | .venv/bin/python
	@echo 'setting up .venv, once'
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.dev: pyproject.toml | .venv/bin/python
	@echo 'setting up .venv with what the tests need, once'
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/.runtime

.venv/bin/python:
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
