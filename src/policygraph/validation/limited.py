"""Validation of strangers' files and shapes in a child process: none of them ends this one, or runs for ever.

Deep JSON-LD ends a process by its stack, and a regular expression such as ``^(a+)+$`` has no end in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ..errors import ShapesError, SourceError, readable
from ..process.limited import LimitExceeded, run_limited
from ..rdf.files import read
from ..rdf.iris import Names
from ..rdf.media_types import SYNTAXES
from . import validate

CANONICAL, MANIFEST = "policygraph.nq", "manifest.json"
AMBIGUOUS = frozenset({"json", "xml"})
"""Extensions that most files have for other reasons than RDF; such files are read where they are named."""


def rdf_files(paths: Sequence[Path]) -> list[Path]:
    """These files, and the RDF files below these folders; of a release its canonical form, which holds them all.

    Raises SourceError for a folder without a file of RDF.
    """
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
        elif (path / MANIFEST).is_file() and (path / CANONICAL).is_file():
            files.append(path / CANONICAL)
        else:
            endings = {f".{extension}" for extension in SYNTAXES if extension not in AMBIGUOUS}
            below = sorted(file for file in path.rglob("*") if file.suffix.lower() in endings and file.is_file())
            if not below:
                listed = ", ".join(sorted(endings))
                raise SourceError(f"The folder “{readable(path)}” holds no file of RDF ({listed}): name another.")
            files += below
    return files


def report_limited(
    files: Sequence[Path],
    shapes: Sequence[Path],
    *,
    base: str,
    engine: Literal["pyshacl", "fast"] | None,
    syntax: str,
    language: str,
    seconds: float,
    mib: int,
) -> tuple[bytes, bool]:
    """The report of ``validate`` on the union of these files in this syntax, and whether they conform.

    ``shapes`` are files of shapes; without any, ours. Raises ShapesError and SourceError as ``validate`` and
    ``read`` do, and ShapesError where the work took more than ``seconds`` or ``mib``, or broke down.
    """
    arguments = (tuple(files), tuple(shapes), base, engine, syntax, language)
    try:
        return run_limited(_report, *arguments, seconds=seconds, mib=mib)
    except LimitExceeded as error:
        names = ", ".join(f"“{readable(path)}”" for path in [*files[:3], *shapes[:3]])
        more = " and others" if len(files) > 3 or len(shapes) > 3 else ""
        raise ShapesError(
            f"Validation of {names}{more} was stopped: it {error}. Allow more with --seconds or --memory, "
            "or look in data and shapes for deep nesting and for regular expressions that never end."
        ) from error


def _report(
    files: Sequence[Path],
    shapes: Sequence[Path],
    base: str,
    engine: Literal["pyshacl", "fast"] | None,
    syntax: str,
    language: str,
) -> tuple[bytes, bool]:
    """What the child does."""
    quads = [quad for file in files for quad in read(file)]
    report = validate(quads, list(shapes) or None, names=Names(base), engine=engine)
    options = {"language": language} if syntax in ("text", "sarif") else {}
    return getattr(report, f"to_{syntax}")(**options).encode(), report.conforms
