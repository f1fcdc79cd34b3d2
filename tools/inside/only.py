"""A plugin of pytest: each test runs once, in the stage that its tag names (``tools/checks.py``)."""

import pytest

#: Odoo's own runner takes what is ``standard``; pytest the rest, by these tags
STAGES = ('standard', 'bank_feed_http', 'bank_feed_browser', 'bank_feed_processes', 'bank_feed_beside')


def pytest_addoption(parser):
    parser.addoption('--stage', default='', help="run only tests with one of these tags, separated by commas")


def pytest_collection_modifyitems(config, items):
    wanted = set(filter(None, config.getoption('--stage').split(',')))
    lost = [item.nodeid for item in items if not _tags(item) & set(STAGES)]
    if lost:
        pytest.exit(f"No stage runs {lost[0]}: tag its class with one of {', '.join(STAGES)}.", 1)
    if wanted:
        left_out = [item for item in items if not _tags(item) & wanted]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _tags(item) & wanted]


def _tags(item):
    return set(getattr(item.cls, 'test_tags', ()))
