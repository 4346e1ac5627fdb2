"""The documents as pages: each is there in each language, and no link in one leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policygraph.web.pages import documents
from policygraph.web.pages.documents import address, document, paths
from policygraph.web.viewmodels.links import Links

LINKS = Links("https://w3id.org/policygraph/", address="http://127.0.0.1:8000/")


@pytest.mark.parametrize("name", paths())
def test_a_document_is_a_page_with_links_that_lead_somewhere(name: str) -> None:
    title, body = document(name, LINKS, "wide")
    assert title and "<h1" not in body and body.count("<table>") == body.count('<div class="scroll"')
    ids = re.findall(r' id="([^"]+)"', body)
    assert len(ids) == len(set(ids))
    for href in re.findall(r'href="([^"]+)"', body):
        path, _, anchor = href.partition("#")
        if path.startswith("/docs"):
            other = next(other for other in paths() if address(other) == path)
            assert not anchor or f'id="{anchor}"' in document(other, LINKS, "").body, href
        else:
            assert re.match(r"https?://", path) or (not path and anchor in ids), href


def test_what_is_for_contributors_stays_in_the_repository() -> None:
    assert not [name for name in paths() if name.startswith(documents.FOR_CONTRIBUTORS)]
    assert next(iter(paths())) == "README" and address("README") == "/docs"
    body = document("explanation/provenance", LINKS, "").body
    assert "decisions/provenance-rows-and-cells.md" in body and not re.search(r'href="[^"]*decisions', body)


def test_markup_in_a_document_is_shown_and_never_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    links = "[x](javascript:alert(1)) ![y](https://host/z.png) [z](../LICENSE)"
    text = f"# A <script>\n\n<script>alert(1)</script>\n\n{links}\n"
    (tmp_path / "hostile.md").write_text(text, "utf-8")
    monkeypatch.setattr(documents, "paths", lambda: {"hostile": tmp_path / "hostile.md"})
    title, body = document("hostile", LINKS, "")
    assert title == "A <script>" and "<script" not in body and "<img" not in body and "href" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body and "y z" in body
