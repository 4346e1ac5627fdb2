"""EU tables: what is read of them, and that fetching them survives what servers do."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from places import TABLES
from policygraph.enrich import fetch as fetching
from policygraph.enrich.authority_tables import read_tables
from policygraph.enrich.fetch import MEMORY, fetch, sources
from policygraph.errors import MappingError
from policygraph.http.client import RetryPolicy
from policygraph.rdf.iris import DCT, SKOS

THEME = "http://publications.europa.eu/resource/authority/data-theme"
QUICK = RetryPolicy(attempts=4, first=0.001, longest=0.01, timeout=5)
ALL = len(sources("http://127.0.0.1/"))
FEW = ("access-right", "data-theme", "nace2")

# --- Reading ---


def test_a_table_says_what_it_has() -> None:
    tables = read_tables(TABLES / "eu-authority")
    health = NamedNode(f"{THEME}/HEAL")
    assert [label.value for label in tables.labels(health, "nl")] == ["Gezondheid"]
    assert len(tables.labels(health)) == 24
    assert tables.schemes(health) == [NamedNode(THEME)]
    assert tables.has_scheme(NamedNode(THEME)) and not tables.has_scheme(NamedNode("urn:x"))
    assert not tables.deprecated(health)
    assert not tables.has(NamedNode(f"{THEME}/NOPE"))


def test_deprecation_in_the_real_tables_is_seen() -> None:
    tables = read_tables(TABLES / "eu-authority")
    types = "http://publications.europa.eu/resource/authority/resource-type/"
    retired = [
        line.split("/")[-1].split(">")[0]
        for block in (TABLES / "eu-authority" / "resource-type.ttl").read_text("utf-8").split("\n\n")
        if 'at:deprecated "true"' in block
        for line in block.splitlines()[:1]
    ]
    assert len(retired) == 9
    assert all(tables.deprecated(NamedNode(types + code)) for code in retired)
    assert not tables.deprecated(NamedNode(f"{types}COMMUNIC"))


def test_the_hierarchy_of_eurovoc_leads_to_a_domain() -> None:
    tables = read_tables(TABLES / "eurovoc")
    care = NamedNode("http://eurovoc.europa.eu/5899")
    subject = NamedNode(f"{DCT}subject")
    domains = {domain for scheme in tables.schemes(care) for domain in tables.nodes(scheme, subject)}
    assert {label.value for domain in domains for label in tables.labels(domain, "en")} == {"28 SOCIAL QUESTIONS"}
    assert tables.nodes(care, NamedNode(f"{SKOS}broader"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("broken.ttl", b"<urn:a> <urn:b> ", "is no table that can be read"),
        ("broken.rdf", b"<!DOCTYPE rdf [<!ENTITY a 'b'>]><rdf/>", "it has a DOCTYPE"),
        ("broken.rdf", b"<rdf:RDF", "is no table that can be read"),
    ],
)
def test_a_table_that_cannot_be_read_is_named(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MappingError, match=name) as caught:
        read_tables(tmp_path)
    assert message in str(caught.value)


def test_rdf_xml_is_read_like_turtle(tmp_path: Path) -> None:
    skos, rdf = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    (tmp_path / "table.rdf").write_text(
        f'<rdf:RDF xmlns:rdf="{rdf}" xmlns:skos="{skos}"><skos:Concept rdf:about="{THEME}/HEAL">'
        f'<skos:inScheme rdf:resource="{THEME}"/><skos:prefLabel xml:lang="en">Health</skos:prefLabel>'
        "</skos:Concept></rdf:RDF>",
        "utf-8",
    )
    assert read_tables(tmp_path).has_scheme(NamedNode(THEME))


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".half.ttl.part.ttl").write_text("<urn:a>", "utf-8")
    with pytest.raises(MappingError, match="holds no table"):
        read_tables(tmp_path)


# --- Fetching ---


@dataclass
class Server:
    """A server on loopback for the tables; ``faults`` is asked before each answer."""

    address: str = ""
    seen: list[tuple[str, dict[str, str], int]] = field(default_factory=list)
    faults: Callable[[Handler], bool] = lambda _: False

    def statuses(self, path: str) -> list[int]:
        return [status for seen, _, status in self.seen if seen == path]


class Handler(SimpleHTTPRequestHandler):
    """Serves files with ETag and Last-Modified, and remembers what was asked."""

    def __init__(self, *args: object, server_of: Server, **rest: object) -> None:
        self.server_of = server_of
        super().__init__(*args, **rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.server_of.faults(self):
            return
        tag = self._tag()
        if tag and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        super().do_GET()

    def _tag(self) -> str:
        path = Path(self.translate_path(self.path))
        return f'"{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"' if path.is_file() else ""

    def end_headers(self) -> None:
        if self._tag():
            self.send_header("ETag", self._tag())
        super().end_headers()

    def send_response(self, code: int, message: str | None = None) -> None:
        self.server_of.seen.append((self.path, dict(self.headers), code))
        super().send_response(code, message)

    def log_message(self, format: str, *args: object) -> None:
        """Silence: what was asked is in ``seen``."""

    def answer(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> bool:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        super().end_headers()
        self.wfile.write(body)
        return True


@pytest.fixture
def mirror() -> Iterator[Server]:
    """The tables at an address on loopback."""
    state = Server()
    handler = partial(Handler, server_of=state, directory=str(TABLES))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        state.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only three tables are wanted, which is enough to see what a fault in one does to the others."""
    everything = fetching.sources
    monkeypatch.setattr(fetching, "sources", lambda base: [s for s in everything(base) if s.name in FEW])


THEMES = "/eu-authority/data-theme.ttl"


def on(path: str, times: int, act: Callable[[Handler], bool]) -> Callable[[Handler], bool]:
    """A fault for the first few answers about one path."""
    left = [times]

    def fault(handler: Handler) -> bool:
        if handler.path != path or not left[0]:
            return False
        left[0] -= 1
        return act(handler)

    return fault


def test_everything_is_fetched_once_and_then_only_asked_after(mirror: Server, tmp_path: Path) -> None:
    first = fetch(tmp_path, mirror.address, retry=QUICK)
    assert {table.outcome for table in first} == {"new"} and len(first) == ALL
    for table in first:
        source = TABLES / table.path.relative_to(tmp_path)
        assert table.path.read_bytes() == source.read_bytes() and table.size == source.stat().st_size
    second = fetch(tmp_path, mirror.address + "/", retry=QUICK)
    assert {table.outcome for table in second} == {"unchanged"}
    assert mirror.statuses(THEMES) == [200, 304]
    _, headers, _ = next(entry for entry in reversed(mirror.seen) if entry[0] == THEMES)
    assert headers["If-None-Match"] and headers["If-Modified-Since"]


@pytest.mark.usefixtures("few")
def test_a_table_that_was_damaged_on_disk_is_fetched_anew(mirror: Server, tmp_path: Path) -> None:
    fetch(tmp_path, mirror.address, retry=QUICK)
    path = tmp_path / THEMES[1:]
    path.write_text("<urn:a> <urn:b> <urn:c> .", "utf-8")
    outcomes = {table.name: table.outcome for table in fetch(tmp_path, mirror.address, retry=QUICK)}
    assert outcomes.pop("data-theme") == "changed" and set(outcomes.values()) == {"unchanged"}
    assert path.read_bytes() == (TABLES / THEMES[1:]).read_bytes()


@pytest.mark.usefixtures("few")
def test_a_memory_that_cannot_be_read_costs_only_the_cache(mirror: Server, tmp_path: Path) -> None:
    fetch(tmp_path, mirror.address, retry=QUICK)
    (tmp_path / MEMORY).write_text("{half", "utf-8")
    assert {table.outcome for table in fetch(tmp_path, mirror.address, retry=QUICK)} == {"unchanged"}
    assert mirror.statuses(THEMES) == [200, 200]
    assert len(json.loads((tmp_path / MEMORY).read_text("utf-8"))) == len(FEW)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_that_recovers_is_waited_for(status: int, mirror: Server, tmp_path: Path) -> None:
    mirror.faults = on(THEMES, 2, lambda handler: handler.answer(status, b"later", Retry_After="0"))
    fetched = fetch(tmp_path, mirror.address, retry=QUICK)
    assert len(fetched) == len(FEW)
    assert mirror.statuses(THEMES) == [status, status, 200]


@pytest.mark.usefixtures("few")
def test_a_body_that_is_cut_is_never_kept(mirror: Server, tmp_path: Path) -> None:
    whole = (TABLES / THEMES[1:]).read_bytes()

    def cut(handler: Handler) -> bool:
        handler.close_connection = True
        return handler.answer(200, whole[:9000], length=len(whole))

    mirror.faults = on(THEMES, 2, cut)
    fetch(tmp_path, mirror.address, retry=QUICK)
    assert mirror.statuses(THEMES) == [200, 200, 200]
    assert (tmp_path / THEMES[1:]).read_bytes() == whole


@pytest.mark.usefixtures("few")
def test_a_cut_that_pretends_to_be_whole_does_not_parse_and_is_not_kept(mirror: Server, tmp_path: Path) -> None:
    whole = (TABLES / THEMES[1:]).read_bytes()
    mirror.faults = on(THEMES, 99, lambda handler: handler.answer(200, whole[:9000]))
    with pytest.raises(MappingError, match=f"1 of {len(FEW)} tables could not be fetched") as caught:
        fetch(tmp_path, mirror.address, retry=QUICK)
    assert "something else than a whole table" in str(caught.value)
    assert len(mirror.statuses(THEMES)) == QUICK.attempts
    assert not (tmp_path / THEMES[1:]).exists()
    assert list(tmp_path.rglob("*.part*")) == []


@pytest.mark.usefixtures("few")
def test_what_was_there_stays_when_the_server_fails_for_good(mirror: Server, tmp_path: Path) -> None:
    fetch(tmp_path, mirror.address, retry=QUICK)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    mirror.faults = lambda handler: handler.answer(503, b"closed")
    with pytest.raises(MappingError, match=f"{len(FEW)} of {len(FEW)} tables .* refused a request .* status 503"):
        fetch(tmp_path, mirror.address, retry=QUICK)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.usefixtures("few")
def test_a_refusal_is_not_asked_again(mirror: Server, tmp_path: Path) -> None:
    mirror.faults = on(THEMES, 99, lambda handler: handler.answer(404, b"no"))
    with pytest.raises(MappingError, match=r"status 404 .*: correct --from"):
        fetch(tmp_path, mirror.address, retry=QUICK)
    assert mirror.statuses(THEMES) == [404]
    assert (tmp_path / "nace" / "nace2-sections-divisions.ttl").is_file()


@pytest.mark.usefixtures("few")
def test_an_html_page_in_place_of_a_table_is_refused(mirror: Server, tmp_path: Path) -> None:
    mirror.faults = on(THEMES, 99, lambda handler: handler.answer(200, b"<html><body>Maintenance</body></html>"))
    with pytest.raises(MappingError, match="something else than a whole table"):
        fetch(tmp_path, mirror.address, retry=QUICK)


@pytest.mark.usefixtures("few")
def test_a_table_without_end_is_stopped(mirror: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 20_000)
    with pytest.raises(MappingError, match="sends more than 20000 bytes"):
        fetch(tmp_path, mirror.address, retry=QUICK)
    assert list(tmp_path.rglob("*.part*")) == []


def test_nobody_at_the_address_is_told_in_words(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        port = server.server_port
    retry = RetryPolicy(attempts=2, first=0.001, longest=0.01, timeout=2)
    with pytest.raises(MappingError, match="Nothing answers at"):
        fetch(tmp_path, f"http://127.0.0.1:{port}", retry=retry)


def test_progress_is_told_in_bytes(mirror: Server, tmp_path: Path) -> None:
    told: dict[str, tuple[int, int]] = {}

    def tell(name: str, done: int, total: int) -> None:
        told[name] = (done, total)

    fetched = fetch(tmp_path, mirror.address, retry=QUICK, tell=tell)
    assert told == {table.name: (table.size, table.size) for table in fetched}


def test_at_the_publisher_each_table_has_an_address_and_a_file_of_its_own() -> None:
    published = sources()
    assert len({source.path for source in published}) == len({source.address for source in published}) == ALL - 2
    assert all(source.address.startswith("http://publications.europa.eu/resource/") for source in published)
    assert all(source.path.suffix == ".rdf" for source in published)


def test_the_command_fetches_and_says_what_became_of_each_table(mirror: Server, tmp_path: Path) -> None:
    run = partial(subprocess.run, capture_output=True, text=True, check=False)
    command = [sys.executable, "-m", "policygraph", "tables", "fetch", "--into", str(tmp_path), "--from"]
    answer = run([*command, mirror.address])
    assert answer.returncode == 0 and answer.stderr == ""
    assert "data-theme: new, 29636 bytes\n" in answer.stdout
    assert "data-theme: unchanged, 29636 bytes\n" in run([*command, mirror.address]).stdout
    wrong = run([*command, f"{mirror.address}/nowhere"])
    assert wrong.returncode == 2 and "status 404" in wrong.stderr and "Traceback" not in wrong.stderr
