"""What a load is made of, without a store: values, addresses, credentials, the release as what is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner
from keyring.backend import KeyringBackend
from keyring.credentials import Credential, SimpleCredential
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from policygraph.cli import cli
from policygraph.errors import ReleaseError, StoreError
from policygraph.http.credentials import credentials
from policygraph.rdf.iris import BASE, XSD
from policygraph.stores.check import value
from policygraph.stores.release_source import read_release
from policygraph.stores.vendors import VENDORS, endpoints_of, recognise, vendor_named
from servers import program
from small_releases import quads, write_release


def literal(lexical: str, datatype: str) -> Literal:
    return Literal(lexical, datatype=NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (literal("05", "integer"), literal("5", "integer")),
        (literal("5", "nonNegativeInteger"), literal("5", "integer")),
        (literal("1.50", "decimal"), literal("1.5", "decimal")),
        (literal("5.0", "decimal"), literal("5", "integer")),
        (literal("1.0E3", "double"), literal("1000.0", "double")),
        (literal("1", "boolean"), literal("true", "boolean")),
        (literal("2026-10-01T00:00:00.000Z", "dateTime"), literal("2026-10-01T00:00:00Z", "dateTime")),
        (Literal("a", language="nl-BE"), Literal("a", language="nl-be")),
    ],
)
def test_another_spelling_of_the_same_value_is_the_same(sent: Literal, kept: Literal) -> None:
    assert value(sent) == value(kept)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (literal("true", "boolean"), literal("1", "integer")),
        (literal("5", "integer"), Literal("5")),
        (literal("5", "integer"), literal("5", "double")),
        (literal("2026-10-01", "date"), literal("2026-10-01Z", "date")),
        (literal("2026-10-01", "date"), Literal("2026-10-01")),
        (literal("2026-10-01T00:00:00Z", "dateTime"), literal("2026-10-01T00:00:00", "dateTime")),
        (literal("P1Y", "duration"), literal("12", "duration")),
        (literal("five", "integer"), literal("5", "integer")),
        (Literal("a", language="nl"), Literal("a", language="nl-BE")),
        (Literal("a", language="nl"), Literal("a")),
        (Literal("a "), Literal("a")),
    ],
)
def test_another_value_is_damage(sent: Literal, kept: Literal) -> None:
    assert value(sent) != value(kept)


def test_each_store_is_told_by_its_own_signs() -> None:
    assert recognise({"Server": "Virtuoso/07.20.3229 (Linux)"}, "http://localhost:8890").name == "virtuoso"
    assert recognise({"Server": "Oxigraph/0.5.13"}, "http://localhost:7878").name == "oxigraph"
    assert recognise({"Server": "Fuseki"}, "http://localhost:3030/ds").name == "fuseki"
    assert recognise({"Server": ""}, "http://localhost:7200/repositories/eu").name == "rdf4j"
    assert recognise({"Server": "nginx"}, "https://example.com/sparql").name == "generic"


def test_endpoints_stand_below_the_address_unless_they_are_given() -> None:
    fuseki = endpoints_of("http://localhost:3030/ds/", vendor_named("fuseki"))
    assert (fuseki.query, fuseki.update) == ("http://localhost:3030/ds/sparql", "http://localhost:3030/ds/update")
    assert fuseki.graphs == "http://localhost:3030/ds/data"
    generic = endpoints_of("http://localhost/sparql", vendor_named("generic"), update="http://localhost/update")
    assert (generic.query, generic.update) == ("http://localhost/sparql", "http://localhost/update")
    assert generic.graphs is None
    graphdb = endpoints_of("http://localhost:7200/repositories/eu", VENDORS["graphdb"])
    assert graphdb.update == "http://localhost:7200/repositories/eu/statements"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://localhost", "no address of a store"),
        ("localhost:7878", "no address of a store"),
        ("http://", "no address of a store"),
        ("http://localhost:many", "no address of a store"),
        ("http://dba:geheim@localhost:8890", "stays in your shell's history"),
    ],
)
def test_an_address_that_cannot_be_one(address: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        endpoints_of(address, vendor_named("oxigraph"))
    assert "geheim" not in str(caught.value)


def test_an_unknown_store_is_refused_with_those_there_are() -> None:
    with pytest.raises(StoreError, match="No store is called “mysql”: use one of blazegraph, fuseki"):
        vendor_named("mysql")


def test_credentials_come_from_the_environment() -> None:
    user = {"POLICYGRAPH_STORE_USER": "dba", "POLICYGRAPH_STORE_PASSWORD": "geheim"}
    found = credentials("http://localhost:8890", "digest", user)
    assert found is not None
    assert (found.scheme, found.user, found.secret) == ("digest", "dba", "geheim")
    assert "geheim" not in repr(found)
    basic = credentials("http://localhost:8890", "digest", user | {"POLICYGRAPH_STORE_AUTH": "basic"})
    assert basic is not None
    assert basic.scheme == "basic"
    token = credentials("http://localhost:8890", "basic", {"POLICYGRAPH_STORE_TOKEN": "geheim"})
    assert token is not None
    assert token.scheme == "bearer"
    assert "geheim" not in repr(token)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"POLICYGRAPH_STORE_USER": "dba"}, "POLICYGRAPH_STORE_PASSWORD is not"),
        ({"POLICYGRAPH_STORE_AUTH": "magic"}, "“magic”: use one of basic, digest, bearer"),
        ({"POLICYGRAPH_STORE_TOKEN": "4711\nHost: elsewhere"}, "no header can carry"),
        ({"POLICYGRAPH_STORE_TOKEN": "geheimé4711"}, "no header can carry"),
    ],
)
def test_credentials_that_cannot_be_used(environ: dict[str, str], words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        credentials("http://localhost:8890", "basic", environ)
    assert "4711" not in str(caught.value)


class Purse(KeyringBackend):
    """A keyring that holds one entry, named as ours are."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, user: str) -> None:
        self.user = user

    def get_credential(self, service: str, username: str | None) -> Credential | None:
        known = service == "policygraph:http://localhost:8890" and username is None
        return SimpleCredential(self.user, "geheim") if known else None

    def get_password(self, service: str, username: str) -> str | None:
        found = self.get_credential(service, None)
        return found.password if found and found.username == username else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(("user", "scheme"), [("dba", "digest"), ("token", "bearer")])
def test_credentials_come_from_the_keyring(user: str, scheme: str) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(Purse(user))
    try:
        found = credentials("http://localhost:8890/sparql", "digest", {})
        assert found is not None
        assert (found.scheme, found.user, found.secret) == (scheme, user, "geheim")
        assert credentials("http://localhost:7878", "digest", {}) is None
    finally:
        keyring.set_keyring(before)


def test_what_is_sent_holds_every_statement_of_each_graph(tmp_path: Path) -> None:
    content = quads(40)
    goods = read_release(write_release(tmp_path, content))
    assert {graph.value.removeprefix(f"{BASE}graph/"): n for graph, n in goods.graphs.items()} == {
        "actions": 200,
        "vocabulary": 40,
    }
    chunks = list(goods.chunks(12))
    assert max(len(rows) for _, rows in chunks) < 12 + 5
    read = {
        (quad.subject, quad.predicate, quad.object, graph)
        for graph, rows in chunks
        for quad in parse(b"\n".join(rows), format=RdfFormat.N_TRIPLES)
    }
    assert read == {(quad.subject, quad.predicate, quad.object, quad.graph_name) for quad in content}


def test_statements_on_one_subject_stay_together(tmp_path: Path) -> None:
    seen: dict[tuple[str, bytes], int] = {}
    for number, (graph, rows) in enumerate(read_release(write_release(tmp_path, quads(40))).chunks(3)):
        for row in rows:
            assert seen.setdefault((graph.value, row.split(b" ")[0]), number) == number
    assert len(seen) == 80


def _line(folder: Path) -> None:
    with (folder / "policygraph.nq").open("ab") as file:
        file.write(b"<http://a> <http://b> <http://c> <http://d> .\n")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_line, "is not what its manifest says"),
        (lambda folder: (folder / "policygraph.nq").unlink(), "cannot be read"),
        (lambda folder: (folder / "manifest.json").unlink(), "policygraph build"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "no manifest of a release"),
    ],
)
def test_a_folder_that_is_no_release(tmp_path: Path, spoil: Callable[[Path], object], words: str) -> None:
    spoil(write_release(tmp_path, quads(2)))
    with pytest.raises(ReleaseError, match=words):
        read_release(tmp_path)


def test_a_statement_in_a_graph_that_the_manifest_lacks(tmp_path: Path) -> None:
    from hashlib import sha256

    from policygraph.release import Release

    write_release(tmp_path, quads(2))
    before = Release.open(tmp_path).manifest
    _line(tmp_path)
    spoilt = sha256((tmp_path / "policygraph.nq").read_bytes()).hexdigest()
    text = before.to_json().replace(before.canonical, spoilt)
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"Line 13 of .* is in no graph of its manifest"):
        list(read_release(tmp_path).chunks(10))


def test_a_missing_server_skips_a_test_and_fails_it_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICYGRAPH_REQUIRE_STORES", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"run \.ci/servers/install"):
        program("no-such-server")
    monkeypatch.setenv("POLICYGRAPH_REQUIRE_STORES", "1")
    with pytest.raises(pytest.fail.Exception, match="no-such-server is not installed"):
        program("no-such-server")


def test_the_command_line_takes_no_password(tmp_path: Path) -> None:
    write_release(tmp_path, quads(2))
    run = CliRunner().invoke(cli, ["load", str(tmp_path), "--into", "http://dba:geheim@localhost:8890"])
    assert isinstance(run.exception, StoreError)
    assert "geheim" not in str(run.exception)
    text = CliRunner().invoke(cli, ["load", "--help"]).output
    assert "POLICYGRAPH_STORE_PASSWORD" in text
    assert "--password" not in text
