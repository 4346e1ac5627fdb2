"""The ontology is in OWL 2 DL, as ROBOT (OWL API) judges it; and ROBOT would notice if it were not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from places import ROOT
from policygraph.release.writing import ONTOLOGY_FILES
from servers import missing, program

pytestmark = pytest.mark.stores
JARS = ROOT / "build" / "servers" / "robot"


def judge(text: str, folder: Path) -> tuple[int, str]:
    """ROBOT's exit status and report on an ontology in Turtle."""
    if not (JARS / "complete").is_file():
        missing("ROBOT")
    ontology, report = folder / "ontology.ttl", folder / "report.txt"
    ontology.write_text(text, "utf-8")
    robot = [program("java"), "-cp", f"{JARS}/*", "org.obolibrary.robot.CommandLineInterface", "validate-profile"]
    options = ["--profile", "DL", "--input", str(ontology), "--output", str(report)]
    done = subprocess.run([*robot, *options], capture_output=True, text=True, timeout=300, check=False)
    assert report.is_file(), done.stdout + done.stderr
    return done.returncode, report.read_text("utf-8")


def published() -> str:
    """The text of the release's ``ontology.ttl``."""
    return "\n".join((ROOT / "ontology" / name).read_text("utf-8") for name in ONTOLOGY_FILES)


def test_the_ontology_is_in_owl_2_dl(tmp_path: Path) -> None:
    status, report = judge(published(), tmp_path)
    assert status == 0 and report.strip() == "OWL 2 DL Profile Report: [Ontology and imports closure in profile]"


def test_a_property_of_two_kinds_is_noticed(tmp_path: Path) -> None:
    punned = "\npg:schemeOf rdfs:subPropertyOf <http://purl.org/dc/terms/source> .\n"
    status, report = judge(published() + punned, tmp_path)
    assert status and "NOT in profile" in report and "<http://purl.org/dc/terms/source>" in report
