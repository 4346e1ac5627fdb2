"""``python tests/fuzz --seed 1 --copies 200``: damaged copies of the seed, and what is made of them, as a table.

For each operator: copies drawn, how many of them are different texts, and how many were read right, refused, or
read wrong without a word (of these: how many in more than words). ``--show`` prints what each wrong copy got
wrong, ``--of WORDS`` takes operators with these words in their names, ``--seed`` may be given several times.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path[0] = str(Path(__file__).resolve().parents[1])

from fuzz.run import Tally, run, table  # noqa: E402

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python tests/fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, action="append", help="Draw by this seed; 1, 2 and 3 by default.")
    parser.add_argument("--copies", type=int, default=200, help="How many copies of each operator and seed.")
    parser.add_argument("--of", default="", help="Only operators with these words in their names.")
    parser.add_argument("--show", action="store_true", help="Print what was wrong and what was refused.")
    options = parser.parse_args()
    tallies: list[Tally] = []
    with TemporaryDirectory() as folder:
        for tally in run(Path(folder), tuple(options.seed or (1, 2, 3)), options.copies, options.of):
            tallies.append(tally)
            if options.show:
                for words, count in [*tally.complaints.most_common(8), *tally.refusals.most_common(4)]:
                    print(f"{tally.operator.name}: {count} × {words}", file=sys.stderr)
    print(table(tallies))
