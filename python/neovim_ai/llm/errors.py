"""Failures of servers and networks, put once into the words that users see."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from neovim_ai.errors import AiError, Kind, is_of_memory, no_memory


@dataclass(frozen=True)
class Where:
    """Who was asked, for messages: never a key, never a query string.

    Attributes:
        host: Host and port, or `the local model`.
        model: The model's name; may be empty before one is known.
        key_source: Where the key comes from (`OPENAI_API_KEY`), for hints.
        via: The proxy in between, host and port; empty without one.
    """

    host: str
    model: str = ""
    key_source: str = "OPENAI_API_KEY"
    via: str = ""


class BusyError(AiError):
    """The server asks to wait; `seconds` is what its `Retry-After` said."""

    def __init__(self, kind: Kind, message: str, hint: str, seconds: float) -> None:
        super().__init__(kind, message, hint)
        self.seconds = seconds


class BrokenError(AiError):
    """The connection or the answer ended too early; the same request may work a second time."""


class BadParameterError(AiError):
    """The server rejects one parameter of the request by name."""

    def __init__(self, message: str, parameter: str) -> None:
        super().__init__(Kind.BAD_REQUEST, message, "See :AiLog.")
        self.parameter = parameter


DROPPABLE = (
    "max_tokens",
    "temperature",
    "stream_options",
    "logprobs",
    "top_logprobs",
    "grammar",
    "response_format",
    "json_schema",
    "timings_per_token",
    "seed",
)
"""Parameters that a request can do without, or with another name."""

TRY_AGAIN = "Try again."
SEE_STATUS = "Try again later, or choose another model with :AiModel."

# status → (kind, sentence after the host's name, next step); what a body says may refine it
STATUSES: dict[int, tuple[Kind, str, str]] = {
    400: (Kind.BAD_REQUEST, "did not understand the request", "See :AiLog for its answer."),
    401: (Kind.AUTH, "refused the key", "Check the key in {key_source}."),
    402: (Kind.QUOTA, "says that the account has no credit", "Add credit, or use another model."),
    403: (Kind.AUTH, "does not allow this key to use {model}", "Check what the key may do."),
    404: (Kind.BAD_REQUEST, "has nothing at this address", "base_url usually ends in /v1."),
    405: (Kind.BAD_REQUEST, "is no model server", "base_url usually ends in /v1."),
    407: (Kind.CONNECTION, "is behind a proxy that wants a password", "Set the option proxy."),
    408: (Kind.TIMEOUT, "gave up waiting for the request", TRY_AGAIN),
    409: (Kind.SERVER, "reports a conflict", TRY_AGAIN),
    413: (Kind.CONTEXT, "finds the request too large", "Lower max_prompt_tokens."),
    422: (Kind.BAD_REQUEST, "did not understand the request", "See :AiLog for its answer."),
    429: (Kind.RATE_LIMITED, "got too many requests", "Wait a little and try again."),
    500: (Kind.SERVER, "failed inside", SEE_STATUS),
    502: (Kind.SERVER, "has a gateway that cannot reach the model", SEE_STATUS),
    503: (Kind.SERVER, "is not ready", SEE_STATUS),
    504: (Kind.TIMEOUT, "has a gateway that gave up waiting", SEE_STATUS),
    529: (Kind.RATE_LIMITED, "is overloaded", SEE_STATUS),
}

_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit balance", re.I)
_CONTEXT = re.compile(
    r"context[ _]?(length|size|window)|maximum context|prompt is too long|too many tokens|n_ctx",
    re.I,
)
_NO_MODEL = re.compile(
    r"model[^.]{0,80}(not found|does not exist|not exist|not loaded)|model_not_found"
    r"|no models? (is )?loaded",
    re.I,
)
_UNKNOWN_HOST = re.compile(r"name or service|nodename|name resolution|getaddrinfo|no address", re.I)


def from_status(status: int, body: str, where: Where, retry_after: float | None = None) -> AiError:
    """Translate an HTTP status and the server's own words."""
    if status in (400, 413, 422, 500) and _CONTEXT.search(body):
        return too_long(where)
    if status == 429 and _QUOTA.search(body):
        return _error(where, *STATUSES[402])
    if status in (400, 404) and _NO_MODEL.search(body):
        return no_such_model(where)
    parameter = _rejected(body) if status in (400, 422) else None
    if parameter:
        return BadParameterError(
            f"{where.host} does not take the parameter {parameter}.", parameter
        )
    kind, what, hint = STATUSES.get(status) or _by_class(status)
    error = _error(where, kind, f"{what} (status {status})", hint)
    if retry_after is not None and status in (429, 503, 529):
        return BusyError(error.kind, error.message, error.hint, retry_after)
    return error


def from_body(error: object, where: Where) -> AiError:
    """Translate an `error` object that came with status 200 or inside a stream."""
    code = error.get("code") if isinstance(error, dict) else None
    text = str(error)
    if isinstance(code, int) and code in STATUSES:
        return from_status(code, text, where)
    if _CONTEXT.search(text):
        return too_long(where)
    if _QUOTA.search(text):
        return _error(where, *STATUSES[402])
    said = error.get("message", text) if isinstance(error, dict) else text
    return AiError(Kind.SERVER, f"{where.host} reports an error: {_short(str(said))}", SEE_STATUS)


def from_exception(error: BaseException, where: Where) -> AiError:
    """Translate what openai, httpx2 or the system raised while talking to a server."""
    if isinstance(error, AiError):
        return error
    chain = list(_causes(error))
    for cause in chain:
        known = _from_cause(cause, where)
        if known is not None:
            return known
    names = {type(cause).__name__ for cause in chain}
    if names & {"ConnectTimeout", "PoolTimeout"}:
        return _error(where, Kind.TIMEOUT, "cannot be reached in time", _NETWORK)
    if "ProxyError" in names:
        return AiError(
            Kind.CONNECTION, f"The proxy does not let us reach {where.host}.", "Check option proxy."
        )
    if "ConnectError" in names:
        return _unreachable(" ".join(str(c) for c in chain), where)
    if names & {"ReadTimeout", "WriteTimeout", "APITimeoutError"}:
        return silence(where, "nothing was heard")
    return broken(where)


_NETWORK = "Check the network, base_url and the option proxy."


def _from_cause(cause: BaseException, where: Where) -> AiError | None:
    if is_of_memory(cause):
        return no_memory()
    if isinstance(cause, ssl.SSLCertVerificationError):
        return AiError(
            Kind.TLS,
            f"The certificate of {where.host} is not trusted: {cause.verify_message.rstrip('.')}.",
            "Behind a company's proxy, set ca_bundle.",
        )
    if isinstance(cause, ssl.SSLError):
        return AiError(
            Kind.TLS, f"No secure connection to {where.host} came about.", "Check base_url."
        )
    if isinstance(cause, ConnectionRefusedError):
        return _refused(where)
    if isinstance(cause, socket.gaierror):
        return _unknown_host(where)
    return None


def _unreachable(said: str, where: Where) -> AiError:
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return AiError(
            Kind.TLS,
            f"The certificate of {where.host} is not trusted.",
            "Behind a company's proxy, set ca_bundle.",
        )
    if _UNKNOWN_HOST.search(said):
        return _unknown_host(where)
    return _refused(where)


def _refused(where: Where) -> AiError:
    if where.via:
        message = f"The proxy {where.via}, on the way to {where.host}, does not answer."
        return AiError(Kind.CONNECTION, message, "Correct the option proxy or your environment.")
    return AiError(
        Kind.CONNECTION,
        f"Nothing answers at {where.host}.",
        "Is the server running? Check base_url, or choose a model with :AiModel.",
    )


def _unknown_host(where: Where) -> AiError:
    return AiError(Kind.CONNECTION, f"The name {where.host} cannot be looked up.", _NETWORK)


def no_such_model(where: Where) -> AiError:
    """Say that the server does not have the model."""
    return AiError(
        Kind.MODEL_MISSING,
        f"{where.host} has no model '{where.model}'.",
        "Choose one with :AiModel, or set the option model.",
    )


def too_long(where: Where) -> AiError:
    """Say that the prompt does not fit the model's context."""
    return AiError(
        Kind.CONTEXT,
        f"The request is longer than {where.model or where.host} can read.",
        "Lower max_prompt_tokens.",
    )


def read_in_part(where: Where, read: int, sent: int) -> AiError:
    """Say that a server cut the prompt without a word: its own count gives it away."""
    return AiError(
        Kind.CONTEXT,
        f"{where.model or where.host} read {read} of about {sent} tokens: its context is smaller.",
        "Lower max_prompt_tokens, or give the server a longer context.",
    )


def silence(where: Where, what: str) -> AiError:
    """Say that a watchdog ended the wait."""
    hint = "Try again, or raise the option timeout."
    return AiError(Kind.TIMEOUT, f"{where.host} fell silent: {what}.", hint)


def broken(where: Where) -> AiError:
    """Say that the connection ended before the answer did."""
    return BrokenError(Kind.CONNECTION, f"{where.host} broke the connection.", TRY_AGAIN)


def truncated(where: Where) -> AiError:
    """Say that the answer stopped without its end."""
    return BrokenError(
        Kind.TRUNCATED, f"The answer of {where.host} ended in the middle.", TRY_AGAIN
    )


def not_ours(where: Where, what: str) -> AiError:
    """Say that what came back is not what a model server sends."""
    return AiError(
        Kind.BAD_REPLY,
        f"{where.host} answered with {what}: no model server?",
        "Check base_url; a login page or proxy may be in between.",
    )


def _error(where: Where, kind: Kind, what: str, hint: str) -> AiError:
    names = {"model": where.model or "this model", "key_source": where.key_source}
    return AiError(kind, f"{where.host} {what.format_map(names)}.", hint.format_map(names))


def _by_class(status: int) -> tuple[Kind, str, str]:
    if 300 <= status < 400:
        return Kind.BAD_REPLY, "sends us elsewhere", "Set base_url to the final address."
    if status >= 500:
        return Kind.SERVER, "failed", SEE_STATUS
    return Kind.BAD_REQUEST, "refused the request", "See :AiLog for its answer."


def _rejected(body: str) -> str | None:
    for name in DROPPABLE:
        if re.search(rf"(?<![\w.]){name}(?!\w)", body):
            return name
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    queue: list[BaseException] = [error]
    seen: set[int] = set()
    while queue:
        one = queue.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        queue += [c for c in (one.__cause__, one.__context__) if c is not None]
        if isinstance(one, BaseExceptionGroup):
            queue += one.exceptions


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:157]}..."
