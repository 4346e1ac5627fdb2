"""The history of a release: what each build changed, kept beside it and replayed from it.

``history/`` holds an index and, for each build that replaced another, the statements that it took out (``D …``)
and put in (``A …``), sorted, then the events that they are (``E …``), compressed. Nothing of it is part of the
canonical form: the earlier forms follow from the one that stands in the release, step by step backwards, and each
must have the hash that the index says.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import lzma
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from ..errors import ReleaseError, readable
from ..rdf.serialise import serialise
from ..release import Manifest, Release, digest
from .differences import compare, patch_lines

FOLDER = "history"
INDEX = "index.json"
PRESET = 6
EVENT = b"E "


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A build that replaced another: hashes of both canonical forms, the day, and how many statements changed.

    ``file`` stands below ``history/`` and has the SHA-256 ``sha256``; ``changes`` is the number of events in it.
    ``recorded`` is an ISO day.
    """

    number: int
    old: str
    new: str
    recorded: str
    added: int
    removed: int
    file: str
    sha256: str
    changes: int


def steps(release: Release) -> tuple[HistoryStep, ...]:
    """The steps that led to this release, the first before the others; none where it has no history.

    Raises ReleaseError where the index cannot be read or its steps do not lead to this release.
    """
    path = release.folder / FOLDER / INDEX
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        history = tuple(HistoryStep(**step) for step in content["steps"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"{readable(path)} is no index of a history ({error}): restore or remove it."
        ) from error
    hashes = [*(step.old for step in history), release.manifest.canonical]
    if [step.new for step in history] != hashes[1:]:
        raise ReleaseError(
            f"{readable(path)} does not lead to this release, whose hash is {release.manifest.canonical[:12]}…: "
            "restore the history that belongs to it, or remove it."
        )
    return history


def record(old: Release, folder: Path, manifest: Manifest, day: datetime.date) -> None:
    """Write the history of the release in ``folder``: that of ``old``, and the step from it where there is one.

    Raises ReleaseError where ``old`` is not what its manifest says, or has another base IRI.
    """
    history = steps(old)
    if digest(old.canonical).sha256 != old.manifest.canonical:
        raise ReleaseError(
            f"{readable(old.canonical)} is not what the release's manifest says (its SHA-256 differs): "
            "name the release that was there before with --after, or build into an empty folder."
        )
    if not history and old.manifest.canonical == manifest.canonical:
        return
    target = folder / FOLDER
    target.mkdir()
    for step in history:
        shutil.copyfile(old.folder / FOLDER / step.file, target / step.file)
    if old.manifest.canonical != manifest.canonical:
        history += (_write_step(old, Release(folder, manifest), len(history) + 1, day),)
    content = {"canonical": manifest.canonical, "steps": [asdict(step) for step in history]}
    (target / INDEX).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _write_step(old: Release, new: Release, number: int, day: datetime.date) -> HistoryStep:
    name = f"{number:04}.nq-patch.xz"
    added = removed = 0
    differences = compare(old, new)
    with lzma.open(new.folder / FOLDER / name, "wb", preset=PRESET) as file:
        for line in patch_lines(old, new):
            file.write(line)
            added += line.startswith(b"A")
            removed += line.startswith(b"D")
        # in one file with the statements, whose words they repeat, they cost least
        for line in serialise(differences.events(day)).splitlines(keepends=True):
            file.write(EVENT + line)
    sha256 = digest(new.folder / FOLDER / name).sha256
    hashes = old.manifest.canonical, new.manifest.canonical
    changes = len(differences.changes)
    return HistoryStep(number, *hashes, day.isoformat(), added, removed, name, sha256, changes)


def _lines_of(release: Release, step: HistoryStep) -> Iterator[bytes]:
    """The lines of a step's file; raises ReleaseError for a broken one."""
    path = release.folder / FOLDER / step.file
    try:
        if digest(path).sha256 != step.sha256:
            raise ReleaseError(f"{readable(path)} is not what the index says (its SHA-256 differs): restore it.")
        with lzma.open(path, "rb") as lines:
            yield from lines
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise ReleaseError(f"{readable(path)} cannot be read ({error}): restore it.") from error


def changes_of(release: Release, step: HistoryStep) -> Iterator[tuple[bool, bytes]]:
    """The changed lines of a step, sorted; True with those that came. Raises ReleaseError for a broken file."""
    statements = takewhile(lambda line: not line.startswith(EVENT), _lines_of(release, step))
    return ((line.startswith(b"A "), line[2:]) for line in statements)


def events_of(release: Release, step: HistoryStep) -> list[Triple]:
    """The events of a step; raises ReleaseError for a broken file."""
    lines = b"".join(line[len(EVENT) :] for line in _lines_of(release, step) if line.startswith(EVENT))
    return [quad.triple for quad in parse(lines, format=RdfFormat.N_TRIPLES)]


def replay(release: Release, number: int) -> Iterator[bytes]:
    """The lines of the canonical form as it was before step ``number`` was taken, in their order."""
    lines: Iterable[bytes] = _lines(release.canonical)
    for step in reversed(steps(release)[number - 1 :]):
        lines = _undone(lines, changes_of(release, step), step)
    return iter(lines)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        yield from lines


def _undone(lines: Iterable[bytes], changes: Iterator[tuple[bool, bytes]], step: HistoryStep) -> Iterator[bytes]:
    """The sorted lines without what came in a step and with what went."""
    is_new, changed = next(changes, (False, b""))
    for line in lines:
        while changed and changed < line and not is_new:
            yield changed
            is_new, changed = next(changes, (False, b""))
        if changed and (changed < line or (changed == line and not is_new)):
            raise ReleaseError(f"{step.file} does not fit what it is applied to, at {changed.decode()[:120]}")
        if changed == line:
            is_new, changed = next(changes, (False, b""))
        else:
            yield line
    while changed and not is_new:
        yield changed
        is_new, changed = next(changes, (False, b""))
    if changed:
        raise ReleaseError(f"{step.file} does not fit what it is applied to, at {changed.decode()[:120]}")


def verify(release: Release) -> tuple[HistoryStep, ...]:
    """Replay every step backwards and compare each hash; the steps come back.

    Raises ReleaseError for the first form that is not what the index says.
    """
    history = steps(release)
    for step in history:
        sha256 = hashlib.sha256()
        for line in replay(release, step.number):
            sha256.update(line)
        if sha256.hexdigest() != step.old:
            raise ReleaseError(
                f"Before step {step.number} the release had the hash {step.old[:12]}…, its replay has "
                f"{sha256.hexdigest()[:12]}…: restore {FOLDER}/{step.file}."
            )
    return history


def lines_on(release: Release, day: datetime.date) -> Iterator[bytes]:
    """The canonical form as it stood at the end of a day; before the first step, the oldest that is kept."""
    later = [step.number for step in steps(release) if step.recorded > day.isoformat()]
    return replay(release, min(later)) if later else _lines(release.canonical)
