"""The page about the data: what is in them, downloads, the SHACL report, how to cite and how to load them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, parse

from ....engine.results import Solution, Solutions
from ....rdf.iris import GRAPHS, SH
from ....release import Release
from ...delivery.link_header import LICENCE
from ...viewmodels import evidence
from ...viewmodels.context import PageContext
from ...viewmodels.labels import LocalizedText, pick
from ..page import MEDIA, Alternate, Page, section_page

REPORT = "report.ttl"


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
    date: str
    celex: str
    title: LocalizedText
    files: tuple[tuple[str, str, str], ...]


async def about(context: PageContext) -> Page:
    """The page at ``/about``: one engine call."""
    release = context.release
    links = context.links
    return section_page(
        context,
        "about",
        {
            "documents": _documents(await context.select("documents"), context.language),
            "release": release,
            "report": validation_summary(release.folder / REPORT) if release else None,
            "graphs": _graphs(release),
            "files": _files(release),
            "licence": LICENCE,
        },
        alternates=(
            Alternate(MEDIA["ttl"], links.file("/catalogue.ttl"), "DCAT-AP"),
            Alternate(MEDIA["ttl"], links.file("/.well-known/void"), "VoID"),
        ),
        data=(_dataset(context, release),),
    )


def _documents(rows: Solutions, language: str) -> list[DocumentSummary]:
    by_document: dict[str, list[Solution]] = defaultdict(list)
    for row in rows:
        by_document[row.text("document")].append(row)
    return [
        DocumentSummary(
            iri,
            of[0].text("identifier"),
            of[0].text("date"),
            of[0].text("celex"),
            pick({LocalizedText.of(row["title"]) for row in of}, language)
            or LocalizedText(of[0].text("identifier")),
            tuple(dict.fromkeys((_text_path(row), row.text("name"), row.text("sha256")) for row in of)),
        )
        for iri, of in by_document.items()
    ]


def _text_path(row: Solution) -> str:
    """Where the text of a file is shown, "" where it is not at hand."""
    at_hand = evidence.document(row.text("sha256")) is not None
    return evidence.text_path(row.text("file")) if at_hand else ""


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


def validation_summary(path: Path) -> ValidationSummary | None:
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
    files = release.manifest.files.values() if release else ()
    return sorted(
        ((one.name, one.bytes, one.sha256) for one in files),
        key=lambda one: (one[0].startswith("tables/"), not one[0].startswith("policygraph"), one[0]),
    )


def _dataset(context: PageContext, release: Release | None) -> dict[str, Any]:
    absolute = context.links.absolute
    dataset: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": context.words("site.name"),
        "description": context.words("home.description"),
        "url": absolute("/about"),
        "license": LICENCE,
        "inLanguage": context.language,
    }
    if release:
        dataset["identifier"] = f"sha256:{release.manifest.canonical}"
        dataset["distribution"] = [
            {"@type": "DataDownload", "name": name, "contentUrl": absolute(f"/dumps/{name}"), "sha256": sha256}
            for name, _, sha256 in _files(release)
            if name.startswith("policygraph.")
        ]
    return dataset
