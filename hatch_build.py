"""What hatchling does beside building: it says so where a wheel or an sdist is made without the editor's parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EditorParts(BuildHookInterface[Any]):
    """Looks for what “make web” bundles; a build without it is whole, but its site has no editor."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Warn where the bundles are missing; they are complete once their licences are written."""
        licences = Path(self.root) / "src" / "policygraph" / "web" / "static" / "vendor" / "LICENSES.txt"
        if version != "editable" and not licences.is_file():
            self.app.display_warning(
                f"policygraph: this {self.target_name} is built WITHOUT the SPARQL editor, and without SPARQL in "
                "the browser for static sites: run “make web” (it needs Node 20), then build again."
            )
