"""Documents by CELEX number, from a server on loopback that answers as Cellar did."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from cellar_server import ITEM, Answer, CellarServer, cellar_server, recorded, recorded_list
from places import needs_shared
from policygraph.errors import SourceError, StoreError
from policygraph.http.client import Client, RetryPolicy
from policygraph.http.downloads import Downloads
from policygraph.sources import cellar
from policygraph.sources.cellar import Cellar, SeveralParts, read_notice

ACT = "/resource/celex/32016R0679"
HTML = "application/xhtml+xml;charset=UTF-8"


@pytest.fixture
def server() -> Iterator[CellarServer]:
    with cellar_server() as state:
        yield state


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(RetryPolicy(timeout=20, attempts=2, first=0.01)) as client:
        yield client


@pytest.fixture
def repository(server: CellarServer, client: Client) -> Cellar:
    return Cellar(client, server.address)


def page(text: str = "An annex") -> bytes:
    return f"<html><body><p>{text}</p></body></html>".encode()


def test_a_document_is_found_behind_a_redirect(server: CellarServer, repository: Cellar) -> None:
    server.on(ACT, Answer(303, headers={"Location": "{home}" + ITEM}), accept="application/xhtml+xml")
    server.on(ITEM, Answer(200, page(), {"Content-Type": HTML}))
    [file] = repository.fetch("32016R0679", "eng", format="html")
    assert (file.name, file.format, file.content) == ("eng.html", "html", page())
    assert file.address.endswith(ITEM)
    assert {headers["accept-language"] for _, headers in server.requests} == {"eng"}


def test_a_format_that_is_not_there_gives_way_to_the_next(server: CellarServer, repository: Cellar) -> None:
    server.on(
        ACT, Answer(404, recorded("404-no-manifestation-fmx4_31995L0046.txt")), accept="application/xml;type=fmx4"
    )
    server.on(ACT, Answer(404, recorded("404-no-datastream_31995L0046.txt")), accept="application/xhtml+xml")
    server.on(ACT, Answer(200, page(), {"Content-Type": "text/html"}), accept="text/html")
    [file] = repository.fetch("32016R0679", "eng")
    assert file.format == "html"
    assert [headers["accept"] for _, headers in server.requests] == [
        "application/xml;type=fmx4",
        "application/xhtml+xml",
        "text/html",
    ]


def test_an_item_that_is_not_acceptable_gives_way_to_the_next_type(
    server: CellarServer, repository: Cellar
) -> None:
    server.on(ACT, Answer(303, headers={"Location": "{home}" + ITEM}))
    server.on(ITEM, Answer(406, b"Not acceptable"), accept="application/xhtml+xml")
    server.on(ITEM, Answer(200, page(), {"Content-Type": "text/html"}), accept="text/html")
    [file] = repository.fetch("32016R0679", "eng", format="html")
    assert file.content == page()


def test_a_language_that_is_not_there_is_said(server: CellarServer, repository: Cellar) -> None:
    server.on(ACT, Answer(406, b"No expression in this language"))
    with pytest.raises(SourceError, match="32016R0679 is not there in gle as formex or html or docx or pdf"):
        repository.fetch("32016R0679", "gle")


def test_act_and_annex_are_several_parts(server: CellarServer, repository: Cellar) -> None:
    path = "/resource/celex/52022PC0454"
    server.on(path, Answer(300, recorded_list("300_52022PC0454.html", server), {"Content-Type": "text/html"}))
    parts = "/resource/cellar/864f472b-34e9-11ed-9c68-01aa75ed71a1.0001.03/DOC_"
    server.on(f"{parts}1", Answer(200, page("act"), {"Content-Type": HTML}))
    server.on(f"{parts}3", Answer(200, page("annex"), {"Content-Type": HTML}))
    with pytest.raises(SeveralParts, match=r"2 parts .*1 \(1_EN_ACT_part1_v8.html\), 3 \(1_EN_annexe") as refusal:
        repository.fetch("52022PC0454", "eng", format="html")
    assert [part.number for part in refusal.value.parts] == [1, 3]
    files = repository.fetch("52022PC0454", "eng", format="html", every=True)
    assert [(file.name, file.content) for file in files] == [
        ("eng-1.html", page("act")),
        ("eng-3.html", page("annex")),
    ]
    [annex] = repository.fetch("52022PC0454", "eng", format="html", part=3)
    assert annex.content == page("annex")
    with pytest.raises(SeveralParts):
        repository.fetch("52022PC0454", "eng", format="html", part=2)


def test_formex_comes_as_its_wrapper_and_its_act(server: CellarServer, repository: Cellar) -> None:
    server.on(ACT, Answer(300, recorded_list("300_32016R0679_fmx4.html", server)))
    item = "/resource/cellar/3e485e15-11bd-11e6-ba9a-01aa75ed71a1.0006.02/DOC_"
    bodies = [recorded("32016R0679_fmx4_DOC_1.xml"), recorded("32016R0679_fmx4_DOC_2_trimmed.xml")]
    for number, body in enumerate(bodies, 1):
        server.on(f"{item}{number}", Answer(200, body, {"Content-Type": "application/xml;type=fmx4"}))
    files = repository.fetch("32016R0679", "eng", format="formex", every=True)
    assert [file.content for file in files] == bodies


ETAG = {"Content-Type": HTML, "ETag": '"1"'}


def test_what_has_not_changed_is_not_sent_again(server: CellarServer, client: Client, tmp_path: Path) -> None:
    server.on(ACT, Answer(303, headers={"Location": "{home}" + ITEM}))
    server.on(ITEM, Answer(200, page(), ETAG), Answer(304), Answer(304), Answer(200, page("Changed"), ETAG))
    repository = Cellar(client, server.address, downloads=Downloads(tmp_path / "cache"))
    texts = [repository.fetch("32016R0679", "eng", format="html")[0].content for _ in range(4)]
    assert texts == [page(), page(), page(), page("Changed")]
    conditions = [headers.get("if-none-match") for path, headers in server.requests if path == ITEM]
    assert conditions == [None, '"1"', '"1"', '"1"']


def test_nothing_kept_is_used_unasked(server: CellarServer, client: Client, tmp_path: Path) -> None:
    server.on(ACT, Answer(200, page(), ETAG), Answer(503))
    repository = Cellar(client, server.address, downloads=Downloads(tmp_path / "cache"))
    repository.fetch("32016R0679", "eng", format="html")
    with pytest.raises(StoreError, match="status 503"):
        repository.fetch("32016R0679", "eng", format="html")


def test_what_was_kept_and_is_damaged_is_asked_for_anew(
    server: CellarServer, client: Client, tmp_path: Path
) -> None:
    server.on(ACT, Answer(200, page(), ETAG))
    repository = Cellar(client, server.address, downloads=Downloads(tmp_path))
    repository.fetch("32016R0679", "eng", format="html")
    [body] = tmp_path.glob("*.body")
    body.write_bytes(page("Somebody else's"))
    [file] = repository.fetch("32016R0679", "eng", format="html")
    assert file.content == page()
    assert [headers.get("if-none-match") for _, headers in server.requests] == [None, None]


def test_an_answer_without_validators_is_not_kept(server: CellarServer, client: Client, tmp_path: Path) -> None:
    server.on(ACT, Answer(200, page(), {"Content-Type": HTML}))
    repository = Cellar(client, server.address, downloads=Downloads(tmp_path))
    repository.fetch("32016R0679", "eng", format="html")
    assert list(tmp_path.iterdir()) == []


def test_another_language_is_another_answer(server: CellarServer, client: Client, tmp_path: Path) -> None:
    server.on(ACT, Answer(200, page(), ETAG))
    repository = Cellar(client, server.address, downloads=Downloads(tmp_path))
    for language in ("eng", "fra"):
        repository.fetch("32016R0679", language, format="html")
    assert [headers.get("if-none-match") for _, headers in server.requests] == [None, None]


REFUSALS = {
    "unknown": (Answer(404, b"Resource [system 'celex' - id '32016R0679'] not found."), "check the CELEX number"),
    "malformed Accept": (Answer(400, b"Illegal accept header"), r"answered 400 \(“Illegal accept header”\)"),
    "maintenance": (Answer(503, b"<html>maintenance</html>"), "status 503"),
    "deadlock": (Answer(500, b"Virtuoso 40001 Error"), "status 500"),
    "challenge": (Answer(202, b"<html>", {"x-amzn-waf-action": "challenge"}), "asks for a browser"),
    "challenge with status 200": (
        Answer(200, page(), {"x-amzn-waf-action": "challenge", "Content-Type": HTML}),
        "asks for a browser",
    ),
    "maintenance with status 200": (
        Answer(200, page("This web-site is under maintenance"), {"Content-Type": HTML}),
        "is under maintenance",
    ),
    "empty": (Answer(200, b" \n", {"Content-Type": HTML}), "sent an empty file"),
    "another type": (
        Answer(200, b"<rdf:RDF/>", {"Content-Type": "application/rdf+xml"}),
        "sent application/rdf.xml where html was asked for",
    ),
    "a list that is none": (Answer(300, b"<p>several</p>"), "in a form that is not understood"),
    "another host": (
        Answer(303, headers={"Location": "http://example.invalid/x"}),
        r"another host \(http://example.invalid\)",
    ),
    "another scheme": (Answer(303, headers={"Location": "file:///etc/passwd"}), "another host"),
    "a loop": (Answer(303, headers={"Location": "{home}" + ACT}), "leads back to itself"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_document_is_refused(name: str, server: CellarServer, repository: Cellar) -> None:
    answer, words = REFUSALS[name]
    server.on(ACT, answer)
    with pytest.raises((SourceError, StoreError), match=words):
        repository.fetch("32016R0679", "eng", format="html")


def test_a_server_that_is_busy_is_asked_again(server: CellarServer, repository: Cellar) -> None:
    server.on(ACT, Answer(503, b"busy", {"Retry-After": "0"}), Answer(200, page(), {"Content-Type": HTML}))
    assert repository.fetch("32016R0679", "eng", format="html")


def test_recorded_pages_of_faults_are_refused(server: CellarServer, repository: Cellar) -> None:
    server.on(ACT, Answer(200, recorded("503-maintenance_sparql.html"), {"Content-Type": HTML}))
    with pytest.raises(SourceError, match="under maintenance"):
        repository.fetch("32016R0679", "eng", format="html")
    server.on(ACT, Answer(202, recorded("202-aws-waf-challenge_eur-lex-portal.html")))
    with pytest.raises(SourceError, match="challenge page"):
        repository.fetch("32016R0679", "eng", format="html")


def test_an_unknown_document_is_told_from_a_missing_format(server: CellarServer, repository: Cellar) -> None:
    with pytest.raises(SourceError, match="is not known to the publisher"):
        repository.fetch("32016R0679", "eng")
    assert len(server.requests) == 1


def test_redirects_end_after_five(server: CellarServer, repository: Cellar) -> None:
    def chain(length: int) -> None:
        steps = [ACT, *(f"/step/{n}" for n in range(1, length + 1))]
        for at, following in pairwise(steps):
            server.on(at, Answer(303, headers={"Location": "{home}" + following}))
        server.on(steps[-1], Answer(200, page(), {"Content-Type": HTML}))

    chain(5)
    assert repository.fetch("32016R0679", "eng", format="html")
    chain(6)
    with pytest.raises(SourceError, match="after 5 redirects"):
        repository.fetch("32016R0679", "eng", format="html")


def test_a_file_that_is_too_large_is_refused(
    server: CellarServer, repository: Cellar, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.on(ACT, Answer(200, b"<p>" + b"x" * (2 << 16), {"Content-Type": HTML}))
    monkeypatch.setattr(cellar, "MOST_BYTES", 1 << 16)
    with pytest.raises(StoreError, match="sends more than"):
        repository.fetch("32016R0679", "eng", format="html")


def test_what_is_no_celex_number_asks_nobody(server: CellarServer, repository: Cellar) -> None:
    with pytest.raises(SourceError, match="is no CELEX number"):
        repository.fetch("../secret", "eng")
    assert server.requests == []


def test_plain_http_of_the_same_host_is_asked_as_we_ask(client: Client) -> None:
    repository, host = Cellar(client, "https://publications.europa.eu"), "publications.europa.eu"
    assert repository._on_our_host(f"http://{host}/resource/cellar/x/DOC_1", host) == (
        f"https://{host}/resource/cellar/x/DOC_1"
    )


def test_a_real_notice_gives_the_metadata(server: CellarServer, repository: Cellar) -> None:
    body = Path(needs_shared("documents", "cellar", "notices", "52018PC0340_branch.xml")).read_bytes()
    server.on("/resource/celex/52018PC0340", Answer(200, body, {"Content-Type": "application/xml;notice=branch"}))
    notice = repository.notice("52018PC0340", "eng")
    assert notice.identifier == "COM(2018) 340"
    assert (notice.date, notice.type, notice.author) == (datetime.date(2018, 5, 28), "PROP_DIR", "COM")
    assert len(notice.titles) >= 20
    assert notice.titles["en"].startswith("Proposal for a DIRECTIVE")


@pytest.mark.parametrize(("body", "words"), [(b"<NOTICE", "is no XML|no XML"), (b"<html/>", "sent <html>")])
def test_what_is_no_notice_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_notice(body, "http://127.0.0.1/notice")


def test_a_notice_cannot_reach_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words", "utf-8")
    body = (
        f'<!DOCTYPE NOTICE [<!ENTITY x SYSTEM "{secret.as_uri()}">]><NOTICE><EXPRESSION_TITLE><VALUE>&x;</VALUE>'
        "<LANG>en</LANG></EXPRESSION_TITLE></NOTICE>"
    )
    assert "secret words" not in str(read_notice(body.encode(), "http://127.0.0.1/notice"))
