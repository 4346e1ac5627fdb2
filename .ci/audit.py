"""Looks every locked package up among the known vulnerabilities; fails also where one could not be looked up.

``audit.py requirements/*.txt`` asks with pip-audit, which drops what is not meant for the machine it runs on and
takes a service without advisories for good news. So each pair of name and version is asked for by itself, markers
aside; every one must come back in the answer; and before them a package must be found guilty that is known to be.

Exit status: 0 every package was looked up and none has a known vulnerability, 1 otherwise.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
Package = tuple[str, str]

CONTROL: Package = ("jinja2", "2.10")
"""CVE-2019-10906, known since April 2019: a service that has nothing to say about it has no advisories."""


class NotAudited(Exception):
    """Something could not be looked up; the sentence says what."""


def canonical(name: str) -> str:
    """The name as PEP 503 spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(files: Iterable[Path]) -> list[Package]:
    """Each name and version that the files lock. Raises NotAudited where a file locks nothing."""
    packages = set()
    for file in files:
        pins = PIN.findall(file.read_text("utf-8"))
        if not pins:
            raise NotAudited(f"{file} locks no package: remake it with “make lock”.")
        packages |= {(canonical(name), version) for name, version in pins}
    return sorted(packages)


def rounds(packages: Iterable[Package]) -> Iterator[list[Package]]:
    """The packages in lists in which each name stands once, as pip-audit wants it."""
    rest = list(packages)
    while rest:
        names: dict[str, Package] = {}
        for package in rest:
            names.setdefault(package[0], package)
        yield list(names.values())
        rest = [package for package in rest if package not in names.values()]


def vulnerabilities(packages: list[Package]) -> dict[Package, list[dict[str, Any]]]:
    """What is known of each package. Raises NotAudited unless every one of them was looked up."""
    with TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        pins.write_text("".join(f"{name}=={version}\n" for name, version in packages), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off",
             "--format", "json", "--requirement", str(pins)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    try:
        answer = {canonical(entry["name"]): entry for entry in json.loads(done.stdout)["dependencies"]}
    except (ValueError, KeyError, TypeError):
        words = " ".join(done.stderr.split())[-400:] or f"pip-audit ended with status {done.returncode}"
        raise NotAudited(f"The service of advisories could not be asked: {words}") from None
    unknown = [f"{name} {version}" for name, version in packages if answer.get(name, {}).get("version") != version]
    if unknown:
        raise NotAudited(
            f"{len(unknown)} of {len(packages)} packages could not be looked up: {', '.join(unknown)}. "
            "Audit again where the package index and its advisories are reachable."
        )
    return {package: answer[package[0]]["vulns"] for package in packages}


def audit(files: Iterable[Path]) -> list[str]:
    """A line for each known vulnerability of the locked packages. Raises NotAudited."""
    packages = locked(files)
    if not vulnerabilities([CONTROL])[CONTROL]:
        raise NotAudited(f"The service knows of no vulnerability of {' '.join(CONTROL)}, so it has no advisories.")
    return [
        f"{name} {version}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for packages_of_round in rounds(packages)
        for (name, version), flaws in vulnerabilities(packages_of_round).items()
        for flaw in flaws
    ]


def main(arguments: list[str]) -> int:
    """The exit status; what it means stands on standard output, or on standard error where it is a failure."""
    files = [Path(argument) for argument in arguments]
    if not files:
        print("Name the files to audit: audit.py requirements/*.txt", file=sys.stderr)
        return 1
    try:
        flaws = audit(files)
    except NotAudited as error:
        print(f"Not audited: {error}", file=sys.stderr)
        return 1
    for flaw in flaws:
        print(flaw)
    print(f"{len(locked(files))} packages looked up, {len(flaws)} known vulnerabilities.")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
