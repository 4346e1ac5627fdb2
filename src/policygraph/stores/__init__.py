"""A release → triple stores, and proof that it arrived whole; the same questions to several stores.

vendors         what endpoints each kind of store has, and what it can take
store           one store over HTTP
release_source  a release as something to send
load_log        what a store remembers of our loads, and the lease that lets one load work at a time
loading         staged, proved, switched, cleared
check           the proof, statement by statement
comparison      every canned query on every store
"""

from ..http.client import RetryPolicy
from .check import LoadCheck, StatementDifference
from .loading import LoadResult, load, prove_release, remove
from .store import Store, connect
from .vendors import VENDORS

__all__ = [
    "VENDORS",
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
