"""What a stranger's query is taken for before an engine sees it: from tokens, never from searching text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.engine.guard import CheckedQuery, screen
from policygraph.engine.settings import Limits
from policygraph.engine.tokens import TokenKind, tokenise
from policygraph.errors import QueryRejected, QueryTooLong

LIMITS = Limits()
EX = "PREFIX ex: <http://example.org/> "


def read(query: str) -> CheckedQuery:
    return screen(query, LIMITS)


def refusal(query: str) -> QueryRejected | QueryTooLong:
    with pytest.raises((QueryRejected, QueryTooLong)) as caught:
        screen(query, LIMITS)
    return caught.value


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://example.org/>' }",
        'SELECT * { ?s ?p "SERVICE" } # SERVICE <http://example.org/> {}',
        "SELECT * { ?s ?p '''it's\nSERVICE <a:a> {}''' }",
        'SELECT * { ?s ?p """say "SERVICE" \\""" now""" }',
        "SELECT * { <http://example.org/SERVICE> ?service ?LOAD }",
        "SELECT * { <http://example.org/O'Brien_(x)#a> ?p ?o }",
        f"{EX} SELECT * {{ ex:LOAD ex:insert ex:a\\,b }}",
        f"{EX} SELECT (1 < 2 AS ?a) {{ FILTER(?x<3 && ?y>4) FILTER(?x < 'a>b') }}",
        f"{EX} SELECT * {{ ?s ex:p/ex:q*|^ex:r ?o ; ex:s -1.5e3, .5, 'x'@nl-NL, '2'^^ex:t }}",
        "BASE <http://example.org/> SELECT * { <a> ?p ?o }",
        "select distinct ?s where { ?s a ?c optional { ?s ?p ?o } minus { ?s ?q 1 } } order by desc(?s) limit 3",
        "SELECT * { << ?s ?p ?o >> ?q ?r }",
        f"{EX} SELECT * {{ ?été ex:naïef 'ß' }}",
    ],
)
def test_honest_queries_pass_unchanged(query: str) -> None:
    assert read(query).text == query


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }",
        "SELECT * { sErViCe<http://example.org/>{ ?s ?p ?o } }",
        "SELECT * { {} UNION { { SERVICE <http://example.org/> {} } } }",
        "SELECT * { FILTER EXISTS { SERVICE <http://example.org/> {} } }",
        "CONSTRUCT { ?s ?p ?o } { SERVICE # hello\n <http://example.org/> { ?s ?p ?o } }",
        f"{EX} SELECT * {{ SERVICEex:a {{ ?s ?p ?o }} }}",
        f"{EX} PREFIX SERVICEex: <http://a/> SELECT * {{ SERVICEex:a {{ ?s ?p ?o }} }}",
        f"{EX} SELECT * {{ ?s ?p ex:a.SERVICE <http://example.org/> {{ }} }}",
        "SELECT * { ?s ?p 1.SERVICE<http://example.org/>{} }",
    ],
)
def test_service_is_found_where_an_engine_would_find_it(query: str) -> None:
    assert "SERVICE" in str(refusal(query))


@pytest.mark.parametrize(
    "query",
    [
        f"{EX} SELECT * {{ ?s ?p ?o FILTER(1<2)SERVICE#>\n<http://example.org/> {{ }} }}",
        f"{EX} SELECT * {{ ?s ?p ?o FILTER(?a<'>x')SERVICE<http://example.org/>{{}}#'\n }}",
        "SELECT * { FILTER(?a<#>'''\n 2)SERVICE<http://example.org/>{} #'''\n }",
        "SELECT * { ?s ?p trueSERVICE<http://example.org/>{} }",
        "SELECT * { ?s ?p ?o } #\\u000aSERVICE\nSERVICESILENT<http://example.org/>",
        "SELECT * { ?s ?p '\\u0027 . SERVICE <http://example.org/> {} #' }",
        "S\\u0045RVICE",
        "DEFINE get:soft 'replace' SELECT * { ?s ?p ?o }",
        "SELECT * { ?s <bif:contains> 'x' }",
        "PREFIX bif: <bif:> SELECT (bif:file_to_string('/etc/passwd') AS ?x) {}",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(query: str) -> None:
    assert isinstance(refusal(query), QueryRejected)


@pytest.mark.parametrize("word", ["INSERT DATA {}", "DELETE WHERE {}", "LOAD <a:a>", "CLEAR ALL", "DROP DEFAULT"])
def test_updates_are_named(word: str) -> None:
    assert "read-only" in str(refusal(word))
    assert isinstance(refusal(f"SELECT * {{}} ; {word}"), QueryRejected)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * {} SELECT * {}", "second query"),
        ("ASK {} ; ASK {}", "second query"),
        ("SELECT * {", "brackets open"),
        ("SELECT * }", "closes nothing"),
        ("SELECT * { ?s ?p 'a }", "not closed"),
        ("SELECT * { ?s ?p 'a\nb' }", "not closed"),
        ("SELECT * { ?s ?p ?o \\ }", "no meaning"),
        ("\ufeffASK {}", "U+FEFF"),
        ("ASK { \0 }", "U+0000"),
        ("ASK { ?s ex:p ?o }", "not declared"),
        ("PREFIX ex: <a:a>", "no SELECT"),
        ("# nothing", "no SELECT"),
        ("SELECT * { ?s ?p ?o FLITER(1) }", "FLITER"),
    ],
)
def test_mistakes_are_told_with_their_place(query: str, words: str) -> None:
    assert words in str(refusal(query))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 3_000 + "}" * 3_000,
        "SELECT * { FILTER" + "(" * 3_000 + "1" + ")" * 3_000 + "}",
        "SELECT * {" + "FILTER EXISTS{" * 400 + "}" * 400 + "}",
        "SELECT * {" + "[a " * 100 + "1" + "]" * 100 + "}",
        "SELECT * { ?s ?p " + "<<?a ?b " * 100 + "}",
        "SELECT * { FILTER(1<" + "(" * 100 + "1" + ")" * 100 + ">0)}",
        "SELECT * { FILTER(" + "!" * 20_000 + "true) }",
        "SELECT * { FILTER(" + "1+" * 20_000 + "1) }",
        EX * 3_000 + "ASK {}",
    ],
)
def test_deep_and_endless_queries_are_refused(query: str) -> None:
    assert refusal(query)


def test_a_long_query_is_too_long() -> None:
    assert isinstance(refusal("ASK {} #" + "ë" * 32_768), QueryTooLong)
    assert read("ASK {} #" + "ë" * 32_700).form == "ASK"


def test_graphs_are_resolved() -> None:
    query = f"BASE <http://b.example.org/x/> {EX} SELECT * FROM <y> FROM NAMED ex:g FROM <http://z/> {{ }}"
    screened = read(query)
    assert screened.default_graphs == ("http://b.example.org/x/y", "http://z/")
    assert screened.named_graphs == ("http://example.org/g",)


@pytest.mark.parametrize("call", ["NOW()", "rand()", "UUID()", "BNODE()"])
def test_what_changes_by_itself_is_marked(call: str) -> None:
    assert not read(f"SELECT ({call} AS ?x) {{}}").stable
    assert read("SELECT * { ?s ?p 'NOW()' }").stable


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {" + part * (60_000 // len(part))
        for part in ["a.", "<", "'a", '"""a""', "_:", "a-", "<a ", "#\n"]
    ],
)
def test_reading_takes_a_time_that_grows_with_the_length(text: str) -> None:
    began = time.process_time()
    refusal(text)
    assert time.process_time() - began < 1.5


@given(st.text(alphabet="aS{}()<>'\"#\\/:.?! \n1_", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tokens = list(tokenise(text))
    except QueryRejected as error:
        assert str(error)
    else:
        assert all(text[token.start :].startswith(token.text) for token in tokens)


@given(st.text(max_size=40))
def test_what_stands_in_a_string_is_never_code(text: str) -> None:
    escaped = text.translate({ord(sign): f"\\{sign}" for sign in "\"'\\"})
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r")
    tokens = list(tokenise(f"SELECT * {{ ?s ?p '{escaped}' }}"))
    assert [token.kind for token in tokens].count(TokenKind.STRING) == 1
    assert len(tokens) == 7


def test_brackets_lie_as_deep_as_the_limit_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return f"SELECT * {'{' * depth} ?s ?p ?o {'}' * depth}"

    assert read(nested(LIMITS.depth)).text == nested(LIMITS.depth)
    assert f"more than {LIMITS.depth} deep" in str(refusal(nested(LIMITS.depth + 1)))
