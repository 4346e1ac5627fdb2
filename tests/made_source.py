"""Source folders made for a test, of files in any format and language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

DETAILS = """identifier = "COM(2026) 1"
date = 2026-01-31
type = "COMMUNIC"
author = "COM"
address = "http://example.invalid/1"
licence = "COM_REUSE"
rights = "© European Union"
authentic = false
"""


def make_source(
    folder: Path, files: Mapping[str, tuple[str, bytes]], *, layout: str = "", named: str = "", more: str = ""
) -> Path:
    """Write a source with these files, (language, content) by name, and its own layout or one by name."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = [f'id = "{folder.name}"', DETAILS + (f'layout = "{named}"\n' if named else ""), "[title]"]
    languages = dict.fromkeys([language for language, _ in files.values()] + ["en", "nl"])
    settings += [f'{language} = "A plan ({language})"' for language in languages]
    for name, (language, content) in files.items():
        (folder / name).write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        settings += ["[[file]]", f'name = "{name}"', f'language = "{language}"', f'sha256 = "{sha256}"']
    if layout:
        (folder / "layout.toml").write_text(layout, "utf-8")
    (folder / "source.toml").write_text("\n".join([*settings, more]) + "\n", "utf-8")
    return folder
