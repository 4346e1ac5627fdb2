"""Who we are to a store: from the environment or the keyring, never from the command line or an address.

    POLICYGRAPH_STORE_TOKEN                                 a bearer token
    POLICYGRAPH_STORE_USER, POLICYGRAPH_STORE_PASSWORD      basic or digest
    POLICYGRAPH_STORE_AUTH                                  basic | digest | bearer, for another than usual

Where the environment says nothing, the keyring (the extra ``keyring``) is asked for the service
``policygraph:<origin>``, such as ``policygraph:http://localhost:8890``; a token is the secret of user ``token``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import StoreError

if TYPE_CHECKING:
    import httpx

PREFIX = "POLICYGRAPH_STORE_"
SCHEMES = ("basic", "digest", "bearer")
TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a secret; the secret does not show in ``repr``."""

    scheme: str
    user: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.secret.isprintable() or (self.scheme == "bearer" and not self.secret.isascii()):
            raise StoreError(
                f"The secret of user “{self.user}” has characters that no header can carry, such as a line break: "
                "set it again without them."
            )

    def auth(self) -> httpx.Auth | Callable[[httpx.Request], httpx.Request]:
        """What httpx signs requests with."""
        import httpx

        if self.scheme == "digest":
            return httpx.DigestAuth(self.user, self.secret)
        if self.scheme == "basic":
            return httpx.BasicAuth(self.user, self.secret)
        return self._carry

    def _carry(self, request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {self.secret}"
        return request


def credentials(address: str, scheme: str, environ: Mapping[str, str] | None = None) -> Credentials | None:
    """The credentials for the store at ``address``, or None where nobody gave any.

    ``scheme`` is what the store wants by itself. Raises StoreError for a user without password, and for a scheme
    that does not exist.
    """
    settings = os.environ if environ is None else environ
    scheme = settings.get(f"{PREFIX}AUTH") or scheme
    if scheme not in SCHEMES:
        raise StoreError(f"{PREFIX}AUTH is “{scheme}”: use one of {', '.join(SCHEMES)}.")
    if token := settings.get(f"{PREFIX}TOKEN"):
        return Credentials("bearer", TOKEN, token)
    user, secret = settings.get(f"{PREFIX}USER"), settings.get(f"{PREFIX}PASSWORD")
    if user and secret is None:
        raise StoreError(f"{PREFIX}USER is set and {PREFIX}PASSWORD is not: set both, or neither for the keyring.")
    if user and secret is not None:
        return Credentials("basic" if scheme == "bearer" else scheme, user, secret)
    return _from_keyring(origin(address), scheme)


def origin(address: str) -> str:
    """Scheme, host and port of an address: what a keyring entry is named after."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _from_keyring(origin: str, scheme: str) -> Credentials | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        entry = keyring.get_credential(f"policygraph:{origin}", None)
    except KeyringError:
        return None
    if entry is None:
        return None
    if entry.username == TOKEN or scheme == "bearer":
        return Credentials("bearer", TOKEN, entry.password)
    return Credentials(scheme, entry.username, entry.password)
