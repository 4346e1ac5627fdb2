"""``policygraph verify``: proves each quote against its source file."""

from __future__ import annotations

from pathlib import Path

import click

from . import PATH, finish


@click.command("verify", epilog="Example: policygraph verify release --sources data/sources")
@click.argument("release", type=PATH, default=Path("release"))
@click.option(
    "--sources",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    help="Folder with the source folders; may be given several times. Default: the packaged sources.",
)
@click.option(
    "--receipt",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Check a file of receipts (policygraph query NAME --receipts -f json) instead.",
)
def command(release: Path, sources: tuple[Path, ...], receipt: Path | None) -> None:
    """Prove each quote of RELEASE (default: release) against the bytes of its source file.

    Exit status: 0 all proved, 1 something could not be proved, 2 nothing could be read.
    """
    from ..release import Release

    if receipt is not None:
        from ..receipts.canned import ReceiptCheck, counted, read

        content = read(receipt)
        faults = ReceiptCheck(Release.open(release), sources).faults(content)
        finish("\n".join([f"{counted(content)}: {len(faults)} failure(s).", *faults]), not faults)
    from ..verification import verify

    proof = verify(Release.open(release), sources)
    lines = [
        f"{proof.rows} rows and {proof.cells} cells in {proof.spans} spans of {proof.files} file(s), "
        f"{proof.texts} texts: {len(proof.failures)} failure(s)."
    ]
    if proof.addresses:
        lines.append(f"{proof.addresses} addresses followed in files that are no plain text.")
    if proof.copies:
        lines.append(f"Checked against copies, not files as their publisher serves them: {proof.copies} file(s).")
    finish("\n".join([*lines, *map(str, proof.failures)]), proof.holds)
