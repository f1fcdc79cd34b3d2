# Bank Feeds for Odoo: every command does its own set-up, in a cache folder outside the checkout.
# Honoured: ODOO_HOME, PGHOST (PGPORT, PGUSER, PGPASSWORD), BANK_FEED_HOME, PORT.
.PHONY: help demo once test test-all quick lint bench shots stop clean pot

TOOLS = @command -v python3 >/dev/null || { echo "Python 3.10 or newer is needed: install the package python3 first."; exit 1; }; \
	PYTHONDONTWRITEBYTECODE=1 python3 -m tools

help:
	@echo "make demo   a demo company with a sandbox bank in your browser"
	@echo "make once   the main job without a browser, one JSON line"
	@echo "make quick  lint, types and the pure cores, without a database, in seconds"
	@echo "make test   everything once: lint, Odoo's own test runner, pytest-odoo with HTTP, process and browser tests"
	@echo "make test T=tests/feed/test_fetch.py::TestFetch   a folder, file, class or test (or a word of its name) on a kept database"
	@echo "make test-all  everything in both runners"
	@echo "make lint   ruff and pylint-odoo"
	@echo "make bench  benchmark figures as JSON lines"
	@echo "make shots  screenshots of every screen, from a demo company of their own"
	@echo "make pot    write the translation template again"
	@echo "make stop   stop everything that these commands started"
	@echo "make clean  stop, and remove what this checkout created in the cache (databases, logs, files)"

demo once test test-all quick lint bench shots stop clean pot:
	$(TOOLS) $@
