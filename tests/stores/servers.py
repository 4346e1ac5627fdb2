"""Real triple stores on loopback, each on a free port with its data in a folder of the test.

``with oxigraph(folder) as server:`` starts one and waits until it answers; leaving the block ends it.
What a server needs comes from ``.ci/servers/install``. Where it is missing a test is skipped, unless
``POLICYGRAPH_REQUIRE_STORES=1`` is set, as it is in CI: then it fails.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
JARS = ROOT / "build" / "servers"
PATIENCE = 60.0
"""Seconds that a server may take until it answers: Virtuoso makes its database at the first start."""


@dataclass
class Server:
    """A running store: ``url`` is what ``--into`` takes, ``name`` its ``--store``."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    user: str = ""
    password: str = ""

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ends it in order; after ten seconds without manners."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def missing(what: str) -> None:
    """Skips the test, or fails it where the environment asks for every store."""
    reason = f"{what} is not installed: run .ci/servers/install"
    if os.environ.get("POLICYGRAPH_REQUIRE_STORES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """The path of a program: that of this Python's environment first."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        missing(name)
    return str(found)


def _answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            httpx.get(url, timeout=2)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    process.kill()
    process.wait()
    raise AssertionError(f"the server at {url} did not start: {log.read_text(errors='replace')[-2000:]}")


def _start(
    command: list[str], url: str, log: Path, before: Callable[[], None] | None = None
) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, cwd=log.parent, preexec_fn=before, restore_signals=before is None
        )
    _answers(url, process, log)
    return process


def _small_files(limit: int) -> Callable[[], None]:
    """No file of the process may grow past ``limit`` bytes: a write beyond fails, as on a full disk."""

    def apply() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return apply


@contextmanager
def oxigraph(
    folder: Path, *, read_only: bool = False, port: int | None = None, full_at: int | None = None
) -> Iterator[Server]:
    """Oxigraph's own server over a store on disk; ``full_at`` bytes is where its disk is full."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    verb = "serve-read-only" if read_only else "serve"
    command = [program("oxigraph"), verb, "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    before = _small_files(full_at) if full_at else None
    server = Server("oxigraph", url, _start(command, url, folder / "server.log", before))
    try:
        yield server
    finally:
        server.stop()


def _java(what: str, server: str, *options: str) -> list[str]:
    """The command of a Java server up to its main class, whose jar is called ``server``; ``what`` is its name."""
    java = shutil.which("java")
    if java is None or not list(JARS.glob(server)):
        missing(what)
    small = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return [str(java), *small, *options, "-cp", f"{JARS / server.split('/')[0]}/*"]


@contextmanager
def fuseki(folder: Path, *, port: int | None = None, passwd: Path | None = None) -> Iterator[Server]:
    """Apache Jena Fuseki with one TDB2 dataset, ``/ds``; ``passwd`` is a file of user: password lines."""
    command = _java("Apache Jena Fuseki", "fuseki/jena-fuseki-main-*.jar")
    port = port or free_port()
    data = folder / "tdb2"
    data.mkdir(exist_ok=True)
    command += ["org.apache.jena.fuseki.main.cmds.FusekiMainCmd", "--localhost", f"--port={port}", "--update"]
    command += [f"--passwd={passwd}", "--auth=basic"] if passwd else []
    command += ["--tdb2", f"--loc={data}", "/ds"]
    url = f"http://127.0.0.1:{port}/ds"
    server = Server("fuseki", url, _start(command, url, folder / "server.log"))
    try:
        yield server
    finally:
        server.stop()


REPOSITORY = """
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .

[] a rep:Repository ; rep:repositoryID "policygraph" ; rep:repositoryImpl [
    rep:repositoryType "openrdf:SailRepository" ; sr:sailImpl [ sail:sailType "openrdf:NativeStore" ] ] .
"""


@contextmanager
def rdf4j(folder: Path, *, port: int | None = None) -> Iterator[Server]:
    """The RDF4J server, carried by Jetty, with one native store on disk, ``policygraph``."""
    options = (f"-Dorg.eclipse.rdf4j.appdata.basedir={folder / 'data'}", f"-Djava.io.tmpdir={folder}")
    command = _java("The RDF4J server", "rdf4j/rdf4j-http-server-*.war", *options)
    port = port or free_port()
    url = f"http://127.0.0.1:{port}/rdf4j-server"
    (archive,) = JARS.glob("rdf4j/rdf4j-http-server-*.war")
    command += ["org.eclipse.jetty.runner.Runner", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--path", "/rdf4j-server", str(archive)]
    repository = f"{url}/repositories/policygraph"
    server = Server("rdf4j", repository, _start(command, f"{url}/protocol", folder / "server.log"))
    try:
        made = httpx.put(repository, content=REPOSITORY, headers={"Content-Type": "text/turtle"})
        if made.status_code != httpx.codes.CONFLICT:  # it is there since an earlier start
            made.raise_for_status()
        yield server
    finally:
        server.stop()


VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
CheckpointInterval = 60
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
MaxClientConnections = 10
KeepAliveTimeout = 10
[Client]
SQL_QUERY_TIMEOUT = 0
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 60
"""


@contextmanager
def virtuoso(folder: Path, *, port: int | None = None) -> Iterator[Server]:
    """Virtuoso 7 in the foreground with a database of its own; the user is ``dba``."""
    port = port or free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=free_port(), http=port), encoding="ascii")
    command = [program("virtuoso-t"), "+foreground", "+configfile", "virtuoso.ini"]
    url = f"http://127.0.0.1:{port}"
    started = _start(command, f"{url}/sparql?query=ASK%7B%7D", folder / "server.log")
    server = Server("virtuoso", url, started, "dba", "dba")
    try:
        yield server
    finally:
        server.stop()


STORES = {"oxigraph": oxigraph, "fuseki": fuseki, "virtuoso": virtuoso, "rdf4j": rdf4j}
