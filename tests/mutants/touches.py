"""A pytest plugin: which test runs which lines of src, and how long it takes.

Lines that run while a fixture of a module or a session is set up belong to every test that asks for the fixture,
not to the test that happened to be first. What a test starts as another process is not seen.
Written as JSON to ``POLICYGRAPH_TOUCHES``; the package is looked for below ``POLICYGRAPH_SRC``.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

SRC = Path(os.environ["POLICYGRAPH_SRC"])
IMPORT = "import"


class Touches:
    """The contexts of coverage are tests, wide fixtures, and the import of modules."""

    def __init__(self) -> None:
        self.coverage = Coverage(data_file=None, source=[str(SRC)], config_file=False)
        self.coverage.start()
        self.coverage.switch_context(IMPORT)
        self.contexts = [IMPORT]
        self.seconds: dict[str, float] = defaultdict(float)
        self.fixtures: dict[str, list[str]] = {}
        self.failed: set[str] = set()

    def _enter(self, context: str) -> float:
        self.contexts.append(context)
        self.coverage.switch_context(context)
        return time.perf_counter()

    def _leave(self, began: float) -> None:
        taken = time.perf_counter() - began
        self.seconds[self.contexts.pop()] += taken
        self.seconds[self.contexts[-1]] -= taken
        self.coverage.switch_context(self.contexts[-1])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        began = self._enter(item.nodeid)
        definitions: dict[str, Any] = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
        self.fixtures[item.nodeid] = [
            context(definition[-1]) for definition in definitions.values() if definition[-1].scope != "function"
        ]
        try:
            return (yield)
        finally:
            self._leave(began)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        began = self._enter(context(fixturedef))
        try:
            return (yield)
        finally:
            self._leave(began)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        data = self.coverage.get_data()
        lines = {
            Path(file).relative_to(SRC).as_posix(): {
                line: names for line, names in data.contexts_by_lineno(file).items() if any(names)
            }
            for file in data.measured_files()
        }
        tests = {
            test: {"fixtures": fixtures, "seconds": round(max(self.seconds[test], 0.0), 3)}
            for test, fixtures in self.fixtures.items()
            if test not in self.failed
        }
        fixtures = {name: round(seconds, 3) for name, seconds in self.seconds.items() if name not in self.fixtures}
        answer = {"lines": lines, "tests": tests, "fixtures": fixtures, "failed": sorted(self.failed)}
        Path(os.environ["POLICYGRAPH_TOUCHES"]).write_text(json.dumps(answer), "utf-8")


def context(fixture: pytest.FixtureDef[Any]) -> str:
    return f"fixture {fixture.baseid}::{fixture.argname}"


TOUCHES = Touches()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(TOUCHES, "which tests touch which lines")
