"""Addresses: the language is kept, things lead to their pages, and only http and https lead out."""

from __future__ import annotations

import pytest

from policygraph.rdf.iris import BASE
from policygraph.web.viewmodels.links import Links, is_web


@pytest.mark.parametrize(
    "iri",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "\tjavascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "http:",
        "//example.org/",
        "https://[::1",
        "http://example.org/\x00",
        "urn:x",
        "",
    ],
)
def test_what_is_no_web_address_leads_nowhere(iri: str) -> None:
    assert not is_web(iri)
    assert Links().thing(iri) is None


def test_web_addresses_lead_out() -> None:
    assert Links().thing("http://eurovoc.europa.eu/5899") == "http://eurovoc.europa.eu/5899"


@pytest.mark.parametrize(
    ("iri", "href"),
    [
        ("id/action/COM-2025-723/A3-001", "/id/action/COM-2025-723/A3-001.html?lang=nl"),
        ("def#deadline", "/def?lang=nl#deadline"),
        ("def", "/def?lang=nl"),
        ("shapes#Deadline", "/shapes?lang=nl#Deadline"),
        ("graph/actions", "/about?lang=nl#graph-actions"),
        ('id/a b"<?#é', "/id/a%20b%22%3C%3F%23%C3%A9.html?lang=nl"),
    ],
)
def test_things_of_ours_lead_to_their_pages(iri: str, href: str) -> None:
    assert Links(language="nl").thing(BASE + iri) == href


def test_the_language_stands_once_in_an_address_and_only_where_it_was_named() -> None:
    assert (
        Links(language="nl").to("/actions", [("lang", "en"), ("q", "a&b"), ("kind", "")])
        == "/actions?q=a%26b&lang=nl"
    )
    assert Links().to("/actions", [("q", "x")]) == "/actions?q=x"


def test_short_forms() -> None:
    assert Links().short(f"{BASE}id/sector/HEALTH") == "id:sector/HEALTH"
    assert Links().short("http://purl.org/dc/terms/title") == "dct:title"
    assert Links().short("urn:else") == "urn:else"
