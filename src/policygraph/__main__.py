"""``python -m policygraph`` is the command line."""

from .cli import main

main()
