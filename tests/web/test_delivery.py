"""How answers and errors leave: the status of each error, ETags, the forms that Accept chooses."""

from __future__ import annotations

import pytest

from policygraph import errors
from policygraph.web.delivery.failures import status_of

STATUSES = {
    errors.QueryRejected: 400,
    errors.QueryTooLong: 413,
    errors.AnswerTooLarge: 413,
    errors.NotRepresentable: 406,
    errors.QueryStopped: 503,
    errors.EngineBusy: 429,
    errors.EngineUnavailable: 503,
    errors.QueryError: 400,
    errors.StoreError: 503,
    errors.ReleaseError: 503,
    errors.MappingError: 500,
    errors.ServerError: 500,
}


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_each_family_of_errors_has_its_status(kind: type[errors.PolicygraphError], status: int) -> None:
    assert status_of(kind("What, where, and the cure.")) == status


def test_no_error_of_an_engine_is_left_to_the_default() -> None:
    ours = {kind for kind in errors.EngineError.__subclasses__() if kind.__module__ == errors.__name__}
    assert ours and all(kind in STATUSES and STATUSES[kind] != 500 for kind in ours)
