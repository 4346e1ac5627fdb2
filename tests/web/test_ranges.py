"""Parts of a canned answer (RFC 9110, section 14): for downloads that broke off."""

from __future__ import annotations

import pytest

from publishing import Server

CSV = "/queries/actions.csv"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=10-99999999", 10, None)],
)
def test_a_part_is_those_bytes_of_the_whole(site: Server, wanted: str, first: int, last: int | None) -> None:
    whole = site.client.get(CSV, headers=PLAIN)
    assert whole.headers["accept-ranges"] == "bytes"
    part = site.client.get(CSV, headers={**PLAIN, "Range": wanted, "If-Range": whole.headers["etag"]})
    expected = whole.content[first:] if last is None else whole.content[first : last + 1]
    start = first % len(whole.content)
    assert (part.status_code, part.content) == (206, expected)
    assert part.headers["content-range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole.content)}"
    assert part.headers["content-length"] == str(len(expected))


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=0-9", "If-Range": '"another"'},
        {"Range": "bytes=0-9", "If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"},
        {"Range": "bytes=9-0"},
        {"Range": "bytes=0-1,5-6"},
        {"Range": "lines=0-9"},
        {"Range": "bytes=-"},
    ],
)
def test_else_the_whole_is_sent(site: Server, headers: dict[str, str]) -> None:
    response = site.client.get(CSV, headers={**PLAIN, **headers})
    assert response.status_code == 200
    assert "content-range" not in response.headers
    assert len(response.content) > 1_000


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=-0"])
def test_beyond_the_end_is_416(site: Server, wanted: str) -> None:
    length = len(site.client.get(CSV, headers=PLAIN).content)
    response = site.client.get(CSV, headers={**PLAIN, "Range": wanted})
    assert (response.status_code, response.headers["content-range"]) == (416, f"bytes */{length}")
