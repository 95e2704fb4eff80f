"""What libraries and the system raise, in our words."""

from __future__ import annotations

import socket
import ssl

import httpx2
import openai
import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import errors, sse
from neovim_ai.llm.errors import BadParameterError, BusyError, Where

WHERE = Where("llm.example.org", "big-model", "MY_KEY")
REQUEST = httpx2.Request("POST", "https://llm.example.org/v1/chat/completions")


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "CERTIFICATE_VERIFY_FAILED")
    error.verify_message = "unable to get local issuer certificate"
    return error


def as_the_sdk_raises(cause: BaseException) -> openai.APIConnectionError:
    error = openai.APIConnectionError(request=REQUEST)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "kind", "word", "step"),
    [
        (untrusted(), Kind.TLS, "issuer", "ca_bundle"),
        (ssl.SSLError("WRONG_VERSION_NUMBER"), Kind.TLS, "secure", "base_url"),
        (
            httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"),
            Kind.TLS,
            "trusted",
            "ca_bundle",
        ),
        (ConnectionRefusedError(), Kind.CONNECTION, "Nothing answers", "running"),
        (httpx2.ConnectError("All attempts failed"), Kind.CONNECTION, "Nothing answers", "running"),
        (socket.gaierror(-2, "unknown"), Kind.CONNECTION, "looked up", "network"),
        (
            httpx2.ConnectError("[Errno -3] Temporary failure in name resolution"),
            Kind.CONNECTION,
            "looked up",
            "network",
        ),
        (httpx2.ProxyError("403 Forbidden"), Kind.CONNECTION, "proxy", "proxy"),
        (httpx2.ConnectTimeout("slow"), Kind.TIMEOUT, "in time", "network"),
        (httpx2.WriteTimeout("slow"), Kind.TIMEOUT, "silent", "timeout"),
        (httpx2.ReadError("reset"), Kind.CONNECTION, "broke", "again"),
        (MemoryError(), Kind.MEMORY, "memory", "again"),
        (ExceptionGroup("both", [ConnectionRefusedError()]), Kind.CONNECTION, "Nothing", "running"),
    ],
)
def test_cause_is_found_behind_what_the_sdk_raises(
    cause: BaseException, kind: Kind, word: str, step: str
) -> None:
    error = errors.from_exception(as_the_sdk_raises(cause), WHERE)
    assert error.kind is kind
    assert word in error.message
    assert step in error.hint.lower()


def test_our_own_errors_pass_through() -> None:
    own = AiError(Kind.BUDGET, "x")
    assert errors.from_exception(own, WHERE) is own


@pytest.mark.parametrize("status", [*range(300, 309), *range(400, 432), *range(500, 530)])
def test_every_status_has_words_and_a_next_step(status: int) -> None:
    error = errors.from_status(status, "", WHERE)
    assert "llm.example.org" in error.message
    assert error.hint
    assert "{" not in str(error)


def test_rejected_parameter_is_named() -> None:
    said = "{'message': \"Unsupported parameter: 'max_tokens' is not supported. Use "
    error = errors.from_status(400, said + "'max_completion_tokens' instead.\"}", WHERE)
    assert isinstance(error, BadParameterError)
    assert error.parameter == "max_tokens"


def test_waiting_time_counts_only_where_waiting_helps() -> None:
    assert isinstance(errors.from_status(503, "", WHERE, 5.0), BusyError)
    assert not isinstance(errors.from_status(500, "", WHERE, 5.0), BusyError)
    quota = errors.from_status(429, "insufficient_quota", WHERE, 5.0)
    assert not isinstance(quota, BusyError)
    assert quota.kind is Kind.QUOTA


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("", None), ("soon", None)],
)
def test_retry_after_is_read(header: str, seconds: float | None) -> None:
    assert sse.retry_after(header) == seconds


def test_retry_after_may_be_a_date_and_a_past_one_is_now() -> None:
    assert sse.retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert (sse.retry_after("Wed, 21 Oct 2099 07:28:00 GMT") or 0) > 1e6
