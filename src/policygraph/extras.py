"""Which optional part of the installation brings which packages, and the sentence where one is missing.

``pip install policygraph`` brings what leads from sources to queries; what else a command needs is an extra of
pyproject.toml. A module below 60 lines, since every room may need it and it may know none of them.
"""

from __future__ import annotations

from importlib.util import find_spec

from .errors import MissingExtra

EXTRAS = {
    "assistant": ("mcp", "jsonschema", "rapidfuzz"),
    "cluster": ("distributed",),
    "documents": ("pdfplumber", "playa"),
    "notebook": ("matplotlib", "nbformat", "pandas"),
    "parquet": ("pyarrow",),
    "serve": (
        "anyio",
        "icalendar",
        "jinja2",
        "markdown_it",
        "markupsafe",
        "prometheus_client",
        "pygments",
        "rapidfuzz",
        "starlette",
        "uvicorn",
        "xlsxwriter",
        "httpx",
    ),
    "stores": ("httpx",),
}
"""Each extra with the modules that it brings, named as they are imported."""


def missing(extra: str) -> list[str]:
    """The modules of ``extra`` that cannot be imported here, without importing any."""
    return [name for name in EXTRAS[extra] if find_spec(name) is None]


def require(extra: str, purpose: str) -> None:
    """Make sure that ``extra`` is installed before ``purpose``, such as “policygraph serve”, begins.

    Raises MissingExtra, whose sentence says what to install.
    """
    absent = missing(extra)
    if absent:
        raise MissingExtra(
            f"{purpose} needs what is not installed here ({', '.join(absent)}): "
            f"pip install 'policygraph[{extra}]' adds it."
        )
