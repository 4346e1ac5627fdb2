"""The interface's words: the same in every language, none missing, none left over, none in code."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from policygraph import i18n
from policygraph.i18n import Words, choose, entries, languages
from policygraph.web.viewmodels.localized_text import LocalizedText, pick, shortened, shown

PAGES = Path(i18n.__file__).parent
TEMPLATES = PAGES.parent / "templates"
CALL = re.compile(r"""\b(?:t|words)(?:\.maybe)?\(\s*f?["']([\w-]+\.[\w. :/#-]*\w)["']\s*[,)]""")
NAMES = {
    "policygraph",
    "csv",
    "iri",
    "pg",
    "pgsh",
    "sparql",
    "shacl",
    "sha",
    "sh",
    "cc",
    "by",
    "dcat",
    "ap",
    "void",
}
NAMES |= {"oxigraph", "virtuoso", "apache", "jena", "fuseki", "openapi"}
"""What is called the same in every language."""


def names(value: object) -> set[str]:
    """The names that an entry is filled with."""
    parts = value.values() if isinstance(value, dict) else [value]
    return {name for part in parts for _, name, _, _ in Formatter().parse(str(part)) if name}


def test_every_language_has_the_same_entries_with_the_same_names() -> None:
    first = entries("en")
    for language in languages():
        assert entries(language).keys() == first.keys()
        for key, value in entries(language).items():
            assert isinstance(value, dict) == isinstance(first[key], dict), key
            assert names(value) == names(first[key]), key


def test_every_entry_that_is_asked_for_is_there() -> None:
    for path in (*TEMPLATES.glob("*.html"), *PAGES.glob("*.py")):
        for key in CALL.findall(path.read_text("utf-8")):
            assert key in entries("en"), f"{path.name}: {key}"


def test_no_words_stand_in_templates() -> None:
    """What is left of a template's text without its expressions and tags is signs, names and numbers."""
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(r"\{[{%#].*?[}%#]\}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", " ", text, flags=re.DOTALL)
        found = {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", text)} - {"amp", "doctype", "html"}
        assert found <= NAMES, f"{path.name}: {found - NAMES}"


@pytest.mark.parametrize(
    ("explicit", "accept", "language"),
    [
        ("nl", "en", "nl"),
        ("en", "nl", "en"),
        (None, "nl-BE,nl;q=0.9,en;q=0.5", "nl"),
        (None, "en;q=0.4, nl;q=0.6", "nl"),
        (None, "fr, de;q=0.9", "en"),
        (None, "nl;q=0, en;q=0.1", "en"),
        (None, None, "en"),
        ("xx", "nl", "nl"),
        ("<script>", "\x00;;;q=9", "en"),
    ],
)
def test_the_language_of_a_page(explicit: str | None, accept: str | None, language: str) -> None:
    assert choose(explicit, accept) == language


def test_numbers_days_and_periods_in_words() -> None:
    assert Words("en").number(3175) == "3,175" and Words("nl").number(3175) == "3.175"
    assert Words("en").day("2026-12-31") == "31 December 2026" and Words("nl").day("2026-03-01") == "1 maart 2026"
    assert Words("en").period("2026-Q4") == "Fourth quarter of 2026" and Words("nl").period("2026") == "2026"
    assert Words("nl").size(1_577_804) == "1,6\N{NO-BREAK SPACE}MB"
    assert Words("en")("actions.found", n=1) == "1 action" and Words("en")("actions.found", n=70) == "70 actions"
    assert Words("en").day("no day") == "no day"


def test_labels_fall_back_honestly() -> None:
    dutch, english, german = (
        LocalizedText("Energie", "nl"),
        LocalizedText("Energy", "en"),
        LocalizedText("Strom", "de"),
    )
    assert pick([dutch, english], "nl") == dutch
    assert pick([dutch, german], "en") == dutch
    assert pick([german], "nl") == german
    assert pick([], "en") is None


def test_what_is_shown_can_do_no_harm() -> None:
    assert shown("<b>&") == "&lt;b&gt;&amp;"
    assert shown("a\u202eb\x00c") == ('a<span class="control">U+202E</span>b<span class="control">U+0000</span>c')
    assert shown("één\nregel") == "één\nregel"
    assert shortened("een lang verhaal over niets", 12) == "een lang…"
