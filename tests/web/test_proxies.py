"""The proxy configurations in deploy/ run as they are, but for names and ports."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from places import ROOT
from publishing import Server, eventually, serving

DEPLOY = ROOT / "deploy"
QUERY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

pytestmark = pytest.mark.stores


def program(name: str) -> str:
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
    if path is None:
        pytest.skip(f"{name} is not installed: run .ci/packages")
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextlib.contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[str]:
    log = (folder / "log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={"HOME": str(folder)})
    try:

        def listens() -> bool:
            assert process.poll() is None, (folder / "log").read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
            return False

        eventually(listens, 30)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@contextlib.contextmanager
def nginx(server: Server, folder: Path) -> Iterator[str]:
    port = free_port()
    site = replaced(
        (DEPLOY / "nginx.conf").read_text("utf-8"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8000", f"127.0.0.1:{server.port}"),
    )
    (folder / "site.conf").write_text(site, "utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = f"user {pwd.getpwuid(os.getuid()).pw_name} {grp.getgrgid(os.getgid()).gr_name};"
    main = (
        f"{user} pid {folder}/pid; error_log {folder}/error.log; events {{}} "
        f"http {{ access_log off; {temporary} include {folder}/site.conf; }}"
    )
    (folder / "nginx.conf").write_text(main, "utf-8")
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with running(command, port, folder) as address:
        yield address


@contextlib.contextmanager
def caddy(server: Server, folder: Path) -> Iterator[str]:
    port = free_port()
    site = replaced(
        (DEPLOY / "Caddyfile").read_text("utf-8"),
        ("\n{\n", "\n{\n\tadmin off\n"),
        ("\ndata.example.eu {", f"\nhttp://127.0.0.1:{port} {{"),
        ("127.0.0.1:8000", f"127.0.0.1:{server.port}"),
    )
    (folder / "Caddyfile").write_text(site, "utf-8")
    command = [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with running(command, port, folder) as address:
        yield address


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def proxied(request: pytest.FixtureRequest, data: Path, tmp_path: Path) -> Iterator[tuple[Server, str]]:
    with serving(data, "--proxy=127.0.0.1") as server, request.param(server, tmp_path) as address:
        yield server, address


def test_the_endpoint_answers_behind_it(proxied: tuple[Server, str]) -> None:
    _, address = proxied
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        answer = client.get("/sparql", params={"query": QUERY})
        assert answer.json()["results"]["bindings"][0]["n"]["value"] == "247"
        posted = client.post("/sparql", data={"query": f"{QUERY} #" + "x" * 60_000})
        assert posted.status_code == 200, "a query as long as the server takes it"
        long = client.get("/sparql", params={"query": f"{QUERY} #" + "\u00eb" * 10_000})
        assert long.status_code == 200
        # through Caddy the server answers and closes before the whole body has come, which may cost the sentence
        with contextlib.suppress(httpx.RemoteProtocolError):
            headers = {"Content-Type": "application/sparql-query"}
            assert client.post("/sparql", content=b"x" * 300_000, headers=headers).status_code in (413, 502)
        assert client.get("/id/nothing", headers={"Accept": "text/turtle"}).status_code == 404


def test_the_clients_address_is_forwarded_and_not_believed(proxied: tuple[Server, str]) -> None:
    server, address = proxied
    transport = httpx.HTTPTransport(local_address="127.0.0.9")
    with httpx.Client(base_url=address, transport=transport, timeout=30) as client:
        assert client.get("/healthz", headers={"X-Forwarded-For": "203.0.113.66"}).status_code == 200
        assert client.get("/metrics").status_code == 403
    eventually(lambda: [line["client"] for line in server.events("request")][-1:] == ["127.0.0.9"], 20)


def test_who_drips_is_let_go(data: Path, tmp_path: Path) -> None:
    """nginx counts the connections of an address in its own zone, before the server does."""
    with serving(data, "--proxy=127.0.0.1") as server, nginx(server, tmp_path) as address:
        port = int(address.rpartition(":")[2])
        request = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
        dripping = [
            socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.9", 0)) for _ in range(80)
        ]
        for connection in dripping:
            connection.sendall(request)
        dripping[-1].settimeout(20)
        assert b" 429 " in dripping[-1].recv(100)
        assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200
        for connection in dripping:
            connection.close()
