"""Why a query has no answer, in the words that its asker gets."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from ..errors import AnswerTooLarge, EngineBusy, EngineUnavailable, NotRepresentable, QueryRejected, QueryStopped
from .settings import Limits

REPLIES = {error.__name__: error for error in (QueryRejected, AnswerTooLarge, NotRepresentable, QueryStopped)}
"""What a worker may say instead of an answer."""

_AT_ONCE = 0.05
"""Seconds within which no query has used up the machine's memory, so that a SIGKILL is not about it."""


class KilledWhileIdle(EngineUnavailable):
    """A process that was killed before it can have begun."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons that have to do with limits, which they name."""

    limits: Limits

    def time_exceeded(self) -> QueryStopped:
        """It ran until the limit."""
        seconds = self.limits.seconds
        return QueryStopped(
            f"The query ran for {seconds:g} s and was stopped without an answer: narrow it.",
            retry_after=int(seconds) + 1,
        )

    def memory_exceeded(self) -> QueryStopped:
        """It took more memory than the limit."""
        limit = self.limits.memory_mib
        return QueryStopped(
            f"The query needed more than {limit} MiB and was stopped without an answer: narrow it."
        )

    def places_taken(self) -> EngineBusy:
        """It ran long, and others do already."""
        limits = self.limits
        return EngineBusy(
            f"All {limits.heavy} places for queries that run longer than {limits.quick_seconds:g} s "
            "are taken: ask again later, or narrow the query.",
            retry_after=int(limits.seconds) + 1,
        )

    def of_death(self, status: int, after: float) -> QueryStopped | EngineUnavailable:
        """Its process ended with this exit code, or minus the signal, so many seconds after it began."""
        if status == -signal.SIGKILL and after < _AT_ONCE:
            return KilledWhileIdle("The process for this query was killed from outside: ask again.")
        if status in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGTRAP):
            return self.memory_exceeded()
        if status == -signal.SIGXCPU:
            return self.time_exceeded()
        return QueryStopped("The query stopped its process, and only that: write it in a simpler way.")
