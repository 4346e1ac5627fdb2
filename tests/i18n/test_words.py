"""The interface's words: the same in every language, none missing, none left over, none in code."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pyoxigraph as ox
import pytest

from policygraph import i18n
from policygraph.i18n import Words, choose, entries, languages, name_of, own_entries
from policygraph.rdf.iris import prefixes
from policygraph.web.pages.rendering import shown
from policygraph.web.pages.views.canned_queries import query_list
from policygraph.web.viewmodels.labels import LocalizedText, pick, shortened
from visiting import html, visiting

PACKAGE = Path(i18n.__file__).parents[1]
TEMPLATES = sorted((PACKAGE / "web" / "pages" / "templates").glob("*.html"))
CALL = re.compile(r"""\b(?:t|words)(?:\.maybe)?\(\s*["']([\w-]+\.[\w. :/#-]*\w)["']\s*[,)]""")
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
    "svg",
}
NAMES |= {"oxigraph", "virtuoso", "apache", "jena", "fuseki", "openapi"}
"""What is called the same in every language."""


def names(value: object) -> set[str]:
    """The names that an entry is filled with."""
    parts = value.values() if isinstance(value, dict) else [value]
    return {name for part in parts for _, name, _, _ in Formatter().parse(str(part)) if name}


def missing(language: str) -> set[str]:
    """The entries that a language lacks; quarters may be left to CLDR."""
    return {
        key for key in own_entries("en").keys() - own_entries(language).keys() if not key.startswith("quarter.")
    }


def test_no_language_of_ours_lacks_an_entry_or_has_one_of_its_own() -> None:
    first = own_entries("en")
    assert set(languages()) >= {"en", "nl"}
    for language in languages():
        assert missing(language) == set() and own_entries(language).keys() <= first.keys()
        for key, value in own_entries(language).items():
            assert isinstance(value, dict) == isinstance(first[key], dict), key
            assert names(value) == names(first[key]), key


def test_every_entry_that_is_asked_for_is_there() -> None:
    asked = {
        key: path.name
        for path in (*TEMPLATES, *PACKAGE.rglob("*.py"))
        for key in CALL.findall(path.read_text("utf-8"))
    }
    assert len(asked) > 200
    assert {key: name for key, name in asked.items() if key not in entries("en")} == {}


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The catalogue with a third language, which has a few words and no country."""

    def forget() -> None:
        for function in (i18n.languages, i18n.own_entries, i18n.entries, i18n.locale_of):
            function.cache_clear()

    for path in i18n.FOLDER.glob("*.toml"):
        shutil.copyfile(path, tmp_path / path.name)
    (tmp_path / "de.toml").write_text(GERMAN, "utf-8")
    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


GERMAN = """[nav]
actions = "Maßnahmen"
[actions.found]
one = "{n} Maßnahme"
other = "{n} Maßnahmen"
"""


@pytest.mark.usefixtures("german")
def test_a_third_language_is_one_file_and_falls_back_to_english() -> None:
    assert languages() == ("en", "de", "nl") and choose(None, "de-AT, nl;q=0.5") == "de"
    words = Words("de")
    assert words("nav.actions") == "Maßnahmen" and words("nav.sectors") == "Sectors"
    assert words("actions.found", n=1) == "1 Maßnahme" and words("actions.found", n=3175) == "3.175 Maßnahmen"
    assert words("home.count_actions", n=1) == "1 action", "a fallback has the plural rules of English"
    assert words.day("2026-03-01") == "1. März 2026" and words.size(1_577_804) == "1,6\N{NO-BREAK SPACE}MB"
    assert words.period("2026-Q4") == "4. Quartal 2026" and words.short_period("2026-Q4") == "Q4 2026"
    assert name_of("de") == "Deutsch" and "nav.sectors" in missing("de")


@pytest.mark.usefixtures("german")
def test_pages_speak_a_third_language() -> None:
    """What is not yet in German is English, and the switch names the language in its own words."""
    page = html(query_list, visiting(ox.Store(), "/queries", "de"))
    assert '<html lang="de">' in page and ">Maßnahmen</a>" in page and ">Sectors</a>" in page
    assert 'hreflang="de" aria-current="true">Deutsch</a>' in page


def test_plural_forms_are_those_of_the_language(german: Path) -> None:
    forms = 'one = "{n} plik"\nfew = "{n} pliki"\nmany = "{n} plików"\nother = "{n} pliku"\n'
    (german / "pl.toml").write_text(f"[actions.found]\n{forms}", "utf-8")
    i18n.languages.cache_clear()
    assert [Words("pl")("actions.found", n=n) for n in (1, 2, 5)] == ["1 plik", "2 pliki", "5 plików"]


def test_no_words_stand_in_templates() -> None:
    """What is left of a template's text without its expressions and tags is signs, names and numbers."""
    for path in TEMPLATES:
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
    assert Words("en").short_period("2026-Q4") == "Q4 2026" and Words("nl").short_period("2026-Q4") == "K4 2026"
    assert Words("nl").period("2026-Q4") == "Vierde kwartaal van 2026" and Words("nl").quarter("2026-Q4") == "K4"
    assert Words("en").size(7) == "7\N{NO-BREAK SPACE}B" and Words("en").size(2049) == "2.0\N{NO-BREAK SPACE}kB"
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


def test_properties_of_others_have_words(corpus: Path) -> None:
    """Those of our ontology have labels of their own; a page prints any other by its word in the catalogue."""
    store = ox.Store()
    store.bulk_load(path=str(corpus / "policygraph.nt"))
    rows = store.query("SELECT DISTINCT ?property { ?s ?property ?o }")
    assert isinstance(rows, ox.QuerySolutions)
    properties = {row["property"].value for row in rows}
    names = {
        f"{prefix}:{iri.removeprefix(space)}"
        for iri in properties
        for prefix, space in prefixes().items()
        if prefix != "pg" and iri.startswith(space) and re.fullmatch(r"\w+", iri.removeprefix(space))
    }
    assert len(names) > 40
    for language in languages():
        assert {name for name in names if f"term.{name}" not in entries(language)} == set(), language


def test_periods_of_every_kind_have_words() -> None:
    english, dutch, german = map(Words, ("en", "nl", "de"))
    assert english.period("2020-summer") == "Summer 2020" and dutch.period("2020-summer") == "Zomer 2020"
    assert english.period("2020-03") == "March 2020" and dutch.short_period("2020-03") == "mrt 2020"
    assert english.period("2020-03-31") == "31 March 2020" and german.period("2020-03") == "März 2020"
    assert dutch.period("2026-H1") == "Eerste helft van 2026" and german.period("2026-H1") == "First half of 2026"
    assert english.period("2020--2021") == "2020 to 2021" and english.short_period("2020--2021") == "2020 – 2021"
    for nothing in ("2020-13", "2020-Q5", "soon", ""):
        assert english.period(nothing) == nothing
