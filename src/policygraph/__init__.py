"""Annexes of EU strategies as linked data that leads to page and words."""

from __future__ import annotations

__version__ = "0.1.0"
