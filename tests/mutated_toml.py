"""Settings in TOML, damaged as a person or a program may damage them."""

from __future__ import annotations

import random
import re

VALUES = [
    "7",
    "-1",
    "true",
    '""',
    '"x"',
    "[]",
    "[1]",
    "{}",
    "{a = 1}",
    "2025-13-01",
    "1e400",
    "nan",
    "2025-10-08",
    '"\\u0000"',
]


def mutated(text: str, random_: random.Random) -> str:
    """Settings with a few lines dropped, doubled, swapped, cut, or given another value or key."""
    lines = text.splitlines()
    for _ in range(random_.randint(1, 3)):
        at = random_.randrange(len(lines))
        other = random_.randrange(len(lines))
        change = random_.randrange(7)
        if change == 0:
            del lines[at]
        elif change == 1:
            lines.insert(other, lines[at])
        elif change == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif change == 3:
            lines[at] = lines[at][: random_.randint(0, len(lines[at]))]
        elif change == 4:
            lines[at] = lines[at].split("=")[0] + f"= {random_.choice(VALUES)}"
        elif change == 5:
            lines[at] = re.sub(r"^\w+", lambda match: match[0][::-1] or "x", lines[at])
        else:
            place = random_.randint(0, len(lines[at]))
            lines[at] = (
                lines[at][:place] + chr(random_.choice([0, 34, 39, 61, 91, 233, 0x1F600])) + lines[at][place:]
            )
    return "\n".join(lines) + "\n"
