"""The page about the data: what is in them, downloads, the SHACL report, how to cite and how to load them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, parse

from ....rdf.iris import GRAPHS, SH
from ....rdf.media_types import TURTLE
from ....release import Release
from ...viewmodels import evidence as source
from ...viewmodels.context import PageContext
from ...viewmodels.localized_text import LocalizedText, pick
from ...viewmodels.page_queries import question
from ..page import Alternate, Crumb, Page

REPORT = "report.ttl"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
STORES = ("oxigraph", "virtuoso", "fuseki")


@dataclass(frozen=True, slots=True)
class ValidationSummary:
    """What validation said: whether the data conform, and findings by severity."""

    conforms: bool
    findings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document that the data were read from; ``path`` is where its text is shown."""

    iri: str
    identifier: str
    title: LocalizedText
    date: str
    celex: str
    files: tuple[tuple[str, str, str], ...]


async def about(visit: PageContext) -> Page:
    """The page at ``/about``: one engine call."""
    rows = await visit.view.select(question("documents", visit.base))
    documents = _documents(rows, visit.language)
    release = visit.release
    return Page(
        "about.html",
        visit.words("about.title"),
        {
            "documents": documents,
            "release": release,
            "report": report(release.folder / REPORT) if release else None,
            "graphs": _graphs(release),
            "files": _files(release),
            "stores": STORES,
            "licence": LICENCE,
        },
        description=visit.words("about.lede"),
        crumbs=(Crumb(visit.words("nav.about")),),
        alternates=(
            Alternate(TURTLE.media_type, visit.links.file("/catalogue.ttl"), "DCAT-AP"),
            Alternate(TURTLE.media_type, visit.links.file("/.well-known/void"), "VoID"),
        ),
        section="about",
        data=(_dataset(visit, release),),
    )


def _documents(rows: Any, language: str) -> list[DocumentSummary]:
    titles: dict[str, set[LocalizedText]] = {}
    files: dict[str, dict[str, tuple[str, str, str]]] = {}
    first: dict[str, Any] = {}
    for row in rows:
        iri = row.text("document")
        first.setdefault(iri, row)
        titles.setdefault(iri, set()).add(LocalizedText.of(row["title"]))
        at_hand = source.document(row.text("sha256")) is not None
        path = "/source/" + row.text("file").partition("/id/doc/")[2].rpartition("/")[0] if at_hand else ""
        files.setdefault(iri, {})[row.text("file")] = (path, row.text("name"), row.text("sha256"))
    return [
        DocumentSummary(
            iri,
            row.text("identifier"),
            pick(titles[iri], language) or LocalizedText(row.text("identifier")),
            row.text("date"),
            row.text("celex"),
            tuple(files[iri].values()),
        )
        for iri, row in first.items()
    ]


@cache
def _findings(path: Path, _modified: int) -> ValidationSummary:
    severities: dict[str, int] = {}
    conforms = True
    for quad in parse(path=path, format=RdfFormat.TURTLE):
        if quad.predicate.value == f"{SH}resultSeverity":
            name = str(quad.object.value).rpartition("#")[2]
            severities[name] = severities.get(name, 0) + 1
        elif quad.predicate.value == f"{SH}conforms":
            conforms = str(quad.object.value) in ("true", "1")
    return ValidationSummary(conforms, severities)


def report(path: Path) -> ValidationSummary | None:
    """What the SHACL report of a release says; None where the release lacks it or it cannot be read."""
    try:
        return _findings(path, path.stat().st_mtime_ns)
    except (OSError, SyntaxError):
        return None


def _graphs(release: Release | None) -> list[tuple[str, int | None]]:
    counts = release.manifest.graphs if release else {}
    return [(name, counts.get(name)) for name in (*GRAPHS, *sorted(set(counts) - set(GRAPHS)))]


def _files(release: Release | None) -> list[tuple[str, int, str]]:
    """Name, bytes and SHA-256: the graph files first, then what goes with them, then tables."""
    found = release.manifest.files.values() if release else ()
    return sorted(
        ((one.name, one.bytes, one.sha256) for one in found),
        key=lambda one: (one[0].startswith("tables/"), not one[0].startswith("policygraph"), one[0]),
    )


def _dataset(visit: PageContext, release: Release | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": visit.words("site.name"),
        "description": visit.words("home.description"),
        "url": f"{visit.address}about",
        "license": LICENCE,
        "inLanguage": visit.language,
    }
    if release:
        found["identifier"] = f"sha256:{release.manifest.canonical}"
        found["distribution"] = [
            {"@type": "DataDownload", "name": name, "contentUrl": f"{visit.address}dumps/{name}", "sha256": sha256}
            for name, _, sha256 in _files(release)
            if name.startswith("policygraph.")
        ]
    return found
