"""Finds ontology, shapes, queries and data: in the wheel first, then in the checkout.

An editable install does not see hatchling's ``force-include``, hence the two places.
A module below 60 lines, since most rooms need it and it needs none.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .errors import PolicygraphError

PACKAGE = Path(__file__).resolve().parent


@cache
def folder(name: str) -> Path:
    """The folder ``ontology``, ``shapes``, ``queries``, ``data`` or ``docs``.

    Raises PolicygraphError where the installation lacks it.
    """
    for root in (PACKAGE / "files", PACKAGE.parent.parent):
        if (root / name).is_dir():
            return root / name
    raise PolicygraphError(f"The folder “{name}” is missing from this installation: reinstall policygraph.")


def shape_files() -> list[Path]:
    """The Turtle files with shapes for data; the shapes for our own ontology are not among them."""
    return sorted(path for path in folder("shapes").glob("*.ttl") if path.name != "ontology-style.ttl")


def check_files() -> list[Path]:
    """The queries that must return nothing, sorted by name."""
    return sorted((folder("queries") / "checks").glob("*.rq"))


def source_folders() -> list[Path]:
    """Each folder of ``data/sources`` that has a ``source.toml``, sorted by name."""
    return sorted(path.parent for path in (folder("data") / "sources").glob("*/source.toml"))
