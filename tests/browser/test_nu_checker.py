"""Every kind of page in both languages, served and as a file: the Nu HTML checker finds no error in any."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from required import lacking
from test_pages_browser import KINDS, with_language
from test_site_browser import files  # noqa: F401  # a fixture

from policygraph.i18n import languages
from policygraph.site.addresses import ONLY_SERVED, SiteAddress

if TYPE_CHECKING:
    from publishing import Server

pytestmark = pytest.mark.browser

JAR = Path(__file__).resolve().parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
OTHERS = {
    "search": "/search?q=AI+factories",
    "search without a hit": "/search?q=zzzz",
    "pivot": "/pivot?rows=sector&columns=period",
    "editor": "/editor",
    "answer in the editor": "/editor?query=SELECT+%3Fs+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+3",
    "vocabulary": "/concepts/eurovoc",
    "concept of EuroVoc": "/concepts/eurovoc/2826",
    "labels in Greek letters": "/concepts/nace2/E",
    "interface": "/api",
    "documents": "/docs",
    "document of docs": "/docs/explanation/architecture",
    "mapping set": "/id/mapping-set/sectors-eurovoc.html",
    "mapping": "/id/mapping/sector-DEFENCE-relatedMatch-nace2-1-30.html",
    "deadline": "/id/deadline/COM-2025-723/A3-030.html",
    "text of a file": "/id/doc/COM-2025-723/nl/txt.html",
}


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """The command that checks a folder of pages."""
    if shutil.which("java") is None:
        lacking("there is no Java: install Debian's package default-jre-headless")
    if not JAR.is_file():
        lacking("the Nu HTML checker is not installed: npm ci --prefix tests/browser")
    return ["java", "-Xss4m", "-jar", str(JAR), "--errors-only", "--exit-zero-always", "--format", "json"]


def errors(checker: list[str], folder: Path) -> list[str]:
    """What the checker finds wrong in the pages of a folder, in one process: page, line and message."""
    done = subprocess.run([*checker, str(folder)], capture_output=True, text=True, timeout=300, check=True)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return [f"{one['url'].rpartition('/')[2]}, line {one.get('lastLine')}: {one['message']}" for one in messages]


def test_the_checker_sees_a_wrong_page(checker: list[str], tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text(
        "<!doctype html><html lang=en><title>x</title><p role=cell><a href='/{x}?{'>a</a>", "utf-8"
    )
    (tmp_path / "right.html").write_text("<!doctype html><html lang=en><title>x</title><p>y</p>", "utf-8")
    found = errors(checker, tmp_path)
    assert len(found) >= 1 and all(line.startswith("wrong.html") for line in found)


def test_no_page_has_an_error(checker: list[str], site: Server, files: str, tmp_path: Path) -> None:  # noqa: F811
    """Some hundred pages, read by one process."""
    with httpx.Client(base_url=files, timeout=60) as host:
        for number, path in enumerate((*KINDS.values(), *OTHERS.values())):
            for language in languages():
                answer = site.client.get(with_language(path, language), headers={"Accept": "text/html"})
                assert answer.headers["content-type"].startswith("text/html"), path
                (tmp_path / f"served-{number}-{language}.html").write_bytes(answer.content)
                address, _ = SiteAddress.of(with_language(path, language))
                if answer.status_code == 200 and address.path not in ONLY_SERVED:
                    written = host.get(address.file)
                    if written.status_code == 200:
                        (tmp_path / f"static-{number}-{language}.html").write_bytes(written.content)
    pages = [path.name for path in tmp_path.iterdir()]
    assert sum(name.startswith("static") for name in pages) > 0.7 * len(pages) / 2 > 70 / 2
    assert errors(checker, tmp_path) == []
