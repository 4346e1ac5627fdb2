"""What tests of builds share: a small annex in Dutch, and a folder as bytes."""

from __future__ import annotations

from pathlib import Path

ANNEX = """ Bijlage 3: Acties

Acties van de Commissie Streefdatum

Robotica

Vlaggenschipinitiatief

Een netwerk {number} oprichten voor robotica.

{date}
"""
"""With ``number`` and ``date`` to fill in."""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
