from __future__ import annotations

import asyncio
import errno
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neovim_ai.errors import AiError, Kind
from neovim_ai.jobs import Jobs, _clean

Wire = dict[str, Any]
DEADLINE = 10.0


class Sent:
    """What the editor got, in batches, with waits that have a deadline."""

    def __init__(self) -> None:
        self.batches: list[list[Wire]] = []
        self.changed = threading.Condition()

    def __call__(self, events: list[Wire]) -> None:
        with self.changed:
            self.batches.append(events)
            self.changed.notify_all()

    @property
    def events(self) -> list[Wire]:
        return [event for batch in self.batches for event in batch]

    def of(self, request_id: int) -> list[Wire]:
        return [event for event in self.events if event["id"] == request_id]

    def endings(self, request_id: int) -> list[Wire]:
        return [e for e in self.of(request_id) if e["type"] in ("result", "error")]

    def until(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, DEADLINE), self.batches

    def ending(self, request_id: int) -> Wire:
        self.until(lambda: bool(self.endings(request_id)))
        return self.endings(request_id)[0]


class ScriptedService:
    """Answers each method with a function of its own."""

    def __init__(self, **methods: Callable[..., Any]) -> None:
        self.methods = methods

    async def call(self, method: str, params: Mapping[str, Any], emit: Any) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = await self.methods[method](params, emit)
        return answer


class Desk:
    """Jobs with their service, what they sent and what they reported."""

    def __init__(self, **methods: Callable[..., Any]) -> None:
        self.sent = Sent()
        self.reports: list[BaseException] = []
        self.jobs = Jobs(
            ScriptedService(**methods), self.sent, lambda _, error: self.reports.append(error)
        )

    def ask(self, request_id: int, method: str, **params: Any) -> None:
        self.jobs.request({"id": request_id, "method": method, "params": params})


@pytest.fixture
def desk() -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def make(**methods: Callable[..., Any]) -> Desk:
        desks.append(Desk(**methods))
        return desks[-1]

    yield make
    for made in desks:
        made.jobs.close()


async def echo(params: Mapping[str, Any], emit: Any) -> Mapping[str, Any]:
    return params


async def forever(params: Mapping[str, Any], emit: Any) -> Mapping[str, Any]:
    emit({"type": "phase", "phase": "waiting", "detail": ""})
    await asyncio.Event().wait()
    return {}


def test_a_request_ends_with_its_result(desk: Callable[..., Desk]) -> None:
    d = desk(echo=echo)
    d.ask(7, "echo", word="hello")
    assert d.sent.ending(7) == {"id": 7, "type": "result", "result": {"word": "hello"}}


def test_our_errors_keep_their_kind_message_and_hint(desk: Callable[..., Desk]) -> None:
    async def refuse(params: Any, emit: Any) -> Any:
        raise AiError(Kind.AUTH, "The key was refused.", "Set another.")

    d = desk(refuse=refuse)
    d.ask(1, "refuse")
    assert d.sent.ending(1) == {
        "id": 1,
        "type": "error",
        "kind": "auth",
        "message": "The key was refused.",
        "hint": "Set another.",
    }
    assert d.reports == []


def test_an_unexpected_error_is_logged_and_said_without_its_text(desk: Callable[..., Desk]) -> None:
    async def crash(params: Any, emit: Any) -> Any:
        raise ValueError("secret inside")

    d = desk(crash=crash, echo=echo)
    d.ask(1, "crash")
    ending = d.sent.ending(1)
    assert (ending["kind"], "secret" in ending["message"]) == ("internal", False)
    assert [str(error) for error in d.reports] == ["secret inside"]
    d.ask(2, "echo")
    assert d.sent.ending(2)["type"] == "result"


@pytest.mark.parametrize(
    "error",
    [MemoryError(), OSError(errno.ENOMEM, "x"), RuntimeError("can't start new thread")],
    ids=["memory", "system", "thread"],
)
def test_memory_that_is_used_up_is_named(desk: Callable[..., Desk], error: Exception) -> None:
    async def crash(params: Any, emit: Any) -> Any:
        raise error

    d = desk(crash=crash, echo=echo)
    d.ask(1, "crash")
    assert (d.sent.ending(1)["kind"], "memory" in d.sent.ending(1)["message"]) == ("memory", True)
    d.ask(2, "echo")
    assert d.sent.ending(2)["type"] == "result"


def test_an_unknown_method_ends_too(desk: Callable[..., Desk]) -> None:
    d = desk(echo=echo)
    d.ask(3, "nonsense")
    assert d.sent.ending(3)["kind"] == "internal"


def test_cancel_ends_a_running_request_once(desk: Callable[..., Desk]) -> None:
    d = desk(forever=forever)
    d.ask(1, "forever")
    d.sent.until(lambda: bool(d.sent.of(1)))
    d.jobs.cancel(1)
    d.jobs.cancel(1)
    assert d.sent.ending(1)["kind"] == "cancelled"
    d.jobs.close()
    assert len(d.sent.endings(1)) == 1


def test_cancel_before_the_first_step_still_ends_the_request(desk: Callable[..., Desk]) -> None:
    d = desk(forever=forever)
    d.jobs._loop.call_soon_threadsafe(
        lambda: (d.jobs._start({"id": 5, "method": "forever"}), d.jobs._cancel(5))
    )
    assert d.sent.ending(5)["kind"] == "cancelled"


def test_cancelling_what_does_not_run_is_nothing(desk: Callable[..., Desk]) -> None:
    d = desk(echo=echo)
    d.jobs.cancel(99)
    d.ask(1, "echo")
    assert d.sent.ending(1)["type"] == "result"
    assert d.sent.of(99) == []


def test_requests_run_beside_each_other(desk: Callable[..., Desk]) -> None:
    d = desk(forever=forever, echo=echo)
    d.ask(1, "forever")
    d.ask(2, "echo")
    assert d.sent.ending(2)["type"] == "result"
    assert d.sent.endings(1) == []


def test_of_drafts_in_a_burst_the_newest_arrives_and_the_result_is_last(
    desk: Callable[..., Desk],
) -> None:
    async def burst(params: Any, emit: Any) -> Any:
        for number in range(500):
            emit({"type": "draft", "lines": [str(number)]})
        return {}

    d = desk(burst=burst)
    d.ask(1, "burst")
    d.sent.ending(1)
    drafts = [event["lines"] for event in d.sent.of(1) if event["type"] == "draft"]
    assert drafts[-1] == ["499"]
    assert len(drafts) < 10
    assert d.sent.of(1)[-1]["type"] == "result"


def test_drafts_of_two_requests_do_not_replace_each_other(desk: Callable[..., Desk]) -> None:
    gate = threading.Event()

    async def draft(params: Any, emit: Any) -> Any:
        emit({"type": "draft", "lines": [params["word"]]})
        await asyncio.to_thread(gate.wait, DEADLINE)
        return {}

    d = desk(draft=draft)
    d.ask(1, "draft", word="one")
    d.ask(2, "draft", word="two")
    d.sent.until(lambda: bool(d.sent.of(1) and d.sent.of(2)))
    gate.set()
    assert [d.sent.of(i)[0]["lines"] for i in (1, 2)] == [["one"], ["two"]]


def test_events_that_are_not_states_all_arrive_in_order(desk: Callable[..., Desk]) -> None:
    async def targets(params: Any, emit: Any) -> Any:
        for row in range(5):
            emit({"type": "target", "row": row})
        return {}

    d = desk(targets=targets)
    d.ask(1, "targets")
    d.sent.ending(1)
    assert [e["row"] for e in d.sent.of(1) if e["type"] == "target"] == [0, 1, 2, 3, 4]


def test_a_worker_thread_may_emit(desk: Callable[..., Desk]) -> None:
    async def threaded(params: Any, emit: Any) -> Any:
        await asyncio.to_thread(emit, {"type": "progress", "done": 1})
        return {}

    d = desk(threaded=threaded)
    d.ask(1, "threaded")
    d.sent.ending(1)
    assert [e["type"] for e in d.sent.of(1)] == ["progress", "result"]


def test_nothing_follows_the_ending(desk: Callable[..., Desk]) -> None:
    kept: list[Any] = []

    async def late(params: Any, emit: Any) -> Any:
        kept.append(emit)
        return {}

    d = desk(late=late, echo=echo)
    d.ask(1, "late")
    d.sent.ending(1)
    kept[0]({"type": "phase", "phase": "too late"})
    d.ask(2, "echo")
    d.sent.ending(2)
    assert d.sent.of(1)[-1]["type"] == "result"


def test_a_result_that_cannot_be_sent_is_an_error_not_silence(desk: Callable[..., Desk]) -> None:
    async def odd(params: Any, emit: Any) -> Any:
        return {"object": object()}

    d = desk(odd=odd)
    d.ask(1, "odd")
    assert d.sent.ending(1)["kind"] == "internal"


@pytest.mark.parametrize("line", ["x = '\udce9'", "a\nb", "a\0b"])
def test_a_buffer_that_could_not_be_written_back_is_refused(
    desk: Callable[..., Desk], line: str
) -> None:
    d = desk(echo=echo)
    d.ask(1, "echo", buffer={"path": "", "lines": ["ok", line], "encoding": "utf-8"})
    ending = d.sent.ending(1)
    assert ending["kind"] == "not_python"
    assert "Line 2" in ending["message"]


def test_closing_cancels_what_runs_and_ends_the_thread(desk: Callable[..., Desk]) -> None:
    d = desk(forever=forever)
    d.ask(1, "forever")
    d.sent.until(lambda: bool(d.sent.of(1)))
    d.jobs.close()
    assert d.sent.endings(1)[0]["kind"] == "cancelled"
    assert not d.jobs._thread.is_alive()


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plain)
def test_cleaned_text_can_be_encoded_and_clean_data_is_left_alone(value: Any) -> None:
    cleaned = _clean(value)
    json.dumps(cleaned, ensure_ascii=False).encode("utf-8")
    assert _clean(cleaned) == cleaned


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_good_text_is_not_changed(text: str) -> None:
    assert _clean({"text": [text]}) == {"text": [text]}
