"""SPARQL results with members that the format does not have are read; what is cut or something else is not."""

from __future__ import annotations

from typing import Any

import pytest
from pyoxigraph import QueryResultsFormat, parse_query_results

from policygraph.rdf.json_results import read_results

HEAD = b'{"head":{"vars":["a","b"]},'
ROW = b'{"a":{"type":"literal","value":"1","xml:lang":"nl"}}'


def rows(content: bytes) -> list[tuple[Any, ...]]:
    solutions: Any = parse_query_results(content, format=QueryResultsFormat.JSON)
    return [tuple(row) for row in solutions]


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b'"results":{"bindings":[' + ROW + b"]}}",
        HEAD + b'"results":{"bindings":[' + ROW + b']},"meta":{"query-time-ms":1,"result-size-total":[1]}}',
        HEAD + b'"results":{"bindings":[' + ROW + b'],"distinct":false}}',
        b'{"metadata":{"x":1},"head":{"vars":["a","b"]},"results":{"bindings":['
        + ROW
        + b'],"ordered":true},"s":null}',
        HEAD + b'"results":{"bindings":[' + ROW[:-1] + b',"b":null}]}}',
    ],
)
def test_other_members_do_no_harm(content: bytes) -> None:
    ((first, second),) = read_results(content, rows)
    assert (first.value, first.language, second) == ("1", "nl", None)


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b'"results":{"bindings":[' + ROW,
        HEAD + b'"results":{"bindings":[' + ROW + b']},"meta":{"cut":',
        b'{"exception":"no such graph","status":"ERROR"}',
        b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"strange","value":"1"}}]},"meta":{}}',
        b"[1]",
        b"<html>",
        b"",
    ],
)
def test_what_is_cut_or_no_result_is_refused(content: bytes) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        read_results(content, rows)
