"""A release → triple stores, and proof that it arrived whole; the same questions to several stores.

dialects      what each store calls its doors and can take
credentials   from environment or keyring
connection    one store over HTTP; ``refusals`` puts what it refuses into words
parcel        a release as something to carry
journal       what a store remembers of our loads;  ``lease`` lets one load work at a time
loading       staged, proved, switched, cleared
arrival       the proof, statement by statement;  ``literals`` says what is only spelt otherwise
comparison    every canned query on every store
"""

from ..http.client import RetryPolicy, Store, connect
from .check import LoadCheck, StatementDifference
from .loading import LoadResult, load, prove_release, remove
from .vendors import DIALECTS

__all__ = [
    "DIALECTS",
    "LoadCheck",
    "LoadResult",
    "RetryPolicy",
    "StatementDifference",
    "Store",
    "connect",
    "load",
    "prove_release",
    "remove",
]
