"""How errors become gRPC status: one table. `lanner_proto.status` turns them back into errors.

An error that is in no row is a bug of the coordinator: the caller gets INTERNAL and a reference,
the log has the reference with all of it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import grpc
from google.rpc import error_details_pb2, status_pb2

from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.runtime import artifacts, errors
from lanner_coordinator.runtime.secrets.providers.contract import ProviderFailed
from lanner_coordinator.store import errors as store_errors

logger = logging.getLogger(__name__)

DETAILS_KEY = "grpc-status-details-bin"
"""Trailing metadata that carries details, as all of gRPC has agreed on."""

DETAILED_PROBLEMS = 50
"""Problems of sources in the details of one answer: metadata must stay small."""

STATUS_OF_ERROR: Mapping[type[Exception], grpc.StatusCode] = {
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.InvalidRequest: grpc.StatusCode.INVALID_ARGUMENT,
    errors.Blocked: grpc.StatusCode.FAILED_PRECONDITION,
    errors.NotAllowed: grpc.StatusCode.FAILED_PRECONDITION,
    errors.AlreadyThere: grpc.StatusCode.ALREADY_EXISTS,
    errors.Changed: grpc.StatusCode.ABORTED,
    errors.Overloaded: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.NotDurable: grpc.StatusCode.RESOURCE_EXHAUSTED,
    artifacts.ArtifactMissing: grpc.StatusCode.NOT_FOUND,
    artifacts.ArtifactRefused: grpc.StatusCode.INVALID_ARGUMENT,
    artifacts.ArtifactDamaged: grpc.StatusCode.INVALID_ARGUMENT,
    artifacts.UploadOutOfStep: grpc.StatusCode.ABORTED,
    artifacts.ArtifactError: grpc.StatusCode.FAILED_PRECONDITION,
    artifacts.StorageUnavailable: grpc.StatusCode.UNAVAILABLE,
    artifacts.StorageFull: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ProviderFailed: grpc.StatusCode.UNAVAILABLE,
    store_errors.StoreFull: grpc.StatusCode.RESOURCE_EXHAUSTED,
    store_errors.StoreClosed: grpc.StatusCode.UNAVAILABLE,
    store_errors.StoreError: grpc.StatusCode.INTERNAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a failed call is answered with.

    Attributes:
        code: The status.
        text: A sentence for people.
        metadata: Trailing metadata.
    """

    code: grpc.StatusCode
    text: str
    metadata: Sequence[tuple[str, bytes]] = ()


def answer_of(error: Exception, method: str) -> Answer:
    """The answer to an error; what nobody expected is logged with a reference."""
    code = _code_of(error)
    if code is None:
        reference = secrets.token_hex(4)
        logger.error("%s failed, reference %s", method, reference, exc_info=error)
        text = f"the coordinator failed at this; its log tells more at reference {reference}"
        return Answer(code=grpc.StatusCode.INTERNAL, text=text)
    problems = error.problems if isinstance(error, errors.InvalidRequest) else ()
    metadata = ((DETAILS_KEY, _details(code, str(error), problems)),) if problems else ()
    return Answer(code=code, text=str(error), metadata=metadata)


def _code_of(error: Exception) -> grpc.StatusCode | None:
    for kind in type(error).__mro__:
        code = STATUS_OF_ERROR.get(kind)
        if code is not None:
            return code
    return None


def _details(code: grpc.StatusCode, text: str, problems: Sequence[Problem]) -> bytes:
    violations = error_details_pb2.BadRequest()
    for problem in problems[:DETAILED_PROBLEMS]:
        violations.field_violations.add(
            field=problem.path,
            description=f"line {problem.position.line}: {problem.message}",
            reason=problem.code,
        )
    number: int = code.value[0]
    status = status_pb2.Status(code=number, message=text)
    status.details.add().Pack(violations)
    record: bytes = status.SerializeToString()
    return record
