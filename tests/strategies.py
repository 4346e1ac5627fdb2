"""Three strategies as source folders: the first document, one with seasons and months, one without pages."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from places import SEED, needs_shared

GREEN_DEAL = """
[[part]]
kind = "cells"
sections = "listed"
begins = "^Roadmap - Key actions"
ends = '^\\(1\\)$'
headings = [
  "Climate ambition",
  "Clean, affordable and secure energy",
  "Industrial strategy for a clean and circular economy",
  "Sustainable and smart mobility",
  "Greening the Common Agricultural Policy / ‘Farm to Fork’ Strategy",
  "Preserving and protecting biodiversity",
  "Towards a zero-pollution ambition for a toxic free environment",
  "Mainstreaming sustainability in all EU policies",
  "The EU as a global leader",
  "Working together – a European Climate Pact",
]
columns.en = { description = ["Actions"], deadline = ["Indicative Timetable"] }
"""
FOREST = """
[[part]]
kind = "boxes"
entry = 'The Commission will ?:'
prefix = "B"

[[part]]
kind = "milestones"
entry = 'MILESTONE (?P<number>\\d+)'
prefix = "M"
type = "milestone"
"""
SOURCE = """
celex = "{celex}"
id = "{id}"
identifier = "{identifier}"
date = {date}
type = "COMMUNIC"
author = "COM"
address = "http://publications.europa.eu/resource/celex/{celex}"
licence = "COM_REUSE"
rights = "© European Union"
obtained_from = "a copy"
obtained_on = 2026-11-26
authentic = false

[title]
en = "{title}"
nl = "{title}"

[[file]]
name = "{file}"
language = "en"
sha256 = "{sha256}"
"""
STRATEGIES = (
    (
        ("eu-green-deal-roadmap-2019", "COM_2019_640_final_green_deal.txt"),
        GREEN_DEAL,
        ("52019DC0640", "COM-2019-640", "COM(2019) 640", "2019-12-11", "The European Green Deal"),
    ),
    (
        ("en-forest-strategy-2030", "CELEX_52021DC0572.html"),
        FOREST,
        ("52021DC0572", "COM-2021-572", "COM(2021) 572", "2021-07-16", "New EU Forest Strategy for 2030"),
    ),
)


def source_folders(folder: Path) -> list[Path]:
    """Write the three below ``folder``; the test is skipped where the shared documents are not at hand."""
    folders = [folder / SEED.name]
    shutil.copytree(SEED, folders[0])
    for place, layout, (celex, id, identifier, date, title) in STRATEGIES:
        original = needs_shared("documents", *place)
        below = folder / celex
        below.mkdir()
        shutil.copyfile(original, below / original.name)
        (below / "layout.toml").write_text(layout, "utf-8")
        sha256 = hashlib.sha256(original.read_bytes()).hexdigest()
        words = {"celex": celex, "id": id, "identifier": identifier, "date": date, "title": title}
        (below / "source.toml").write_text(SOURCE.format(file=original.name, sha256=sha256, **words), "utf-8")
        folders.append(below)
    return folders
