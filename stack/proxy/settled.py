"""Makes "the response is complete" mean "what the request set off is done".

LiteLLM schedules some writes (audit rows, key hooks) for after its response. Those are tasks, created in the context of
the request; the last chunk of the response is held back until they have ended and what was queued to be logged has been
logged. The application itself is untouched.

Beside the application's requests it answers the project's own: those that carry ``x-behavior-control`` with the right
secret. All others are the application's, whatever their path.

``POST /quiet?seconds=N``
    waits until no request is open, so long at most: ``{"open": ["POST /key/update", ...]}``
``POST /forget``
    puts the proxy's memory back as it was when it was ready, unless a request is open:
    ``{"changed": [paths], "open": [...]}``
``POST /mutant``
    exchanges one function of LiteLLM for the ``mutant.Mutant`` in the body, or takes that back for ``null``, unless a
    request is open: ``{"put": whether it is in, "open": [...]}``, or ``{"cannot": why}``
``POST /routes``
    every route of the application: see ``routes.Table``. It loads all of LiteLLM, so it is not for a proxy in use.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import hmac
import json
import logging
import math
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER

import mutant
import routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator, MutableMapping

    from memory import Memory

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

_PATIENCE = 5.0
"""Seconds to wait for a request's tasks. Writes end within milliseconds; this bounds what was never going to end."""

_SERVER_ERROR = 500

_tasks_of_request: contextvars.ContextVar[set[asyncio.Task[Any]] | None] = contextvars.ContextVar(
    "tasks_of_request", default=None
)


def note_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """From here on, every task made in the context of a request is known to that request."""

    def make_task(
        loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any] | Generator[Any, None, Any], **options: Any
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(coroutine, loop=loop, **options)
        tasks = _tasks_of_request.get()
        if tasks is not None:
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        return task

    loop.set_task_factory(make_task)


class _Request:
    """One that the application got, and what it set off."""

    def __init__(self, scope: Message) -> None:
        self.line = f"{scope['method']} {scope['path']}"
        self.tasks: set[asyncio.Task[Any]] = set()
        self.is_served = False

    @property
    def is_open(self) -> bool:
        return not self.is_served or bool(self.tasks)


class Settled:
    """An ASGI application around another one, whose responses end when the tasks of their requests have ended."""

    def __init__(
        self,
        application: Application,
        state: dict[str, Any],
        secret: str,
        memory: Memory,
        finish: Callable[[], Awaitable[None]],
    ) -> None:
        """Wrap ``application``.

        :param state: what its lifespan yielded; a server that runs the lifespan itself hands it to every request
        :param secret: what the project's own requests carry
        :param memory: what the proxy knew when it was ready
        :param finish: what is done before each answer ends
        """
        self._application = application
        self._state = state
        self._secret = secret.encode()
        self._memory = memory
        self._finish = finish
        self._exchange = mutant.Exchange()
        self._requests: set[_Request] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-behavior-control"), b"")
        if hmac.compare_digest(given, self._secret):
            await self._control(scope, receive, send)
            return
        scope["state"] = dict(self._state)
        request = _Request(scope)
        self._requests.add(request)
        held_back: list[Message] = []
        to_come = math.inf

        async def hold_back_the_end(message: Message) -> None:
            nonlocal to_come
            ends = False
            if message["type"] == "http.response.start":
                to_come = _length_of_body(message)
                # What nobody expected is answered, and raised once more: uvicorn closes the connection then, and
                # whoever would have kept it has to know.
                if message["status"] >= _SERVER_ERROR:
                    message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            elif message["type"] == "http.response.body":
                to_come -= len(message.get("body", b""))
                ends = not message.get("more_body", False)
            # A client is done when it has as many bytes as were announced, whatever the application sends then: with
            # Starlette's BaseHTTPMiddleware around it, as in 1.80.17, the last message is an empty one.
            if held_back or ends or to_come <= 0:
                held_back.append(message)
            else:
                await send(message)

        token = _tasks_of_request.set(request.tasks)
        try:
            await self._application(scope, receive, hold_back_the_end)
        finally:
            _tasks_of_request.reset(token)
            await _ended(request.tasks, scope)
            try:
                await self._finish()
            finally:
                request.is_served = True
                if not request.is_open:
                    self._requests.discard(request)
            for message in held_back:
                await send(message)

    async def _control(self, scope: Message, receive: Receive, send: Send) -> None:
        answer: dict[str, object] | None = None
        if scope["path"] == "/quiet":
            answer = {"open": await self._open_after(float(parse_qs(scope["query_string"].decode())["seconds"][0]))}
        elif scope["path"] == "/forget":
            still_open = await self._open_after(0)
            answer = {"open": still_open, "changed": [] if still_open else self._memory.put_back()}
        elif scope["path"] == "/mutant":
            answer = await self._exchanged(json.loads(await _body(receive)))
        elif scope["path"] == "/routes":
            answer = dict(await routes.table(self._application))
        await send(
            {
                "type": "http.response.start",
                "status": 404 if answer is None else 200,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    async def _exchanged(self, changed: mutant.Mutant | None) -> dict[str, object]:
        still_open = await self._open_after(0)
        if still_open:
            return {"put": False, "open": still_open}
        if changed is None:
            self._exchange.take_back()
            return {"put": False, "open": []}
        try:
            return {"put": self._exchange.put(changed), "open": []}
        except mutant.CannotApplyError as error:
            return {"cannot": str(error)}

    async def _open_after(self, seconds: float) -> list[str]:
        """What is open still when so much time has passed, or nothing as soon as nothing is."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            self._requests = {request for request in self._requests if request.is_open}
            if not self._requests or asyncio.get_running_loop().time() >= deadline:
                return sorted(request.line for request in self._requests)
            await asyncio.sleep(0.005)


async def _body(receive: Receive) -> bytes:
    whole = b""
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        whole += part
        if not message.get("more_body", False):
            return whole


def _length_of_body(start: Message) -> float:
    """How many bytes of body the head of a response announces; infinity where it does not say."""
    if start["status"] in {204, 304}:
        return 0
    lengths = [int(value) for name, value in start.get("headers", ()) if name.lower() == b"content-length"]
    return lengths[0] if lengths else math.inf


async def _ended(tasks: set[asyncio.Task[Any]], scope: Message) -> None:
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while True:
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            logging.getLogger(__name__).warning(
                "%s %s left tasks running after %s s: %s",
                scope["method"],
                scope["path"],
                _PATIENCE,
                sorted(map(str, tasks)),
            )
            return
        if tasks:
            await asyncio.wait(tasks, timeout=left)
        # What is queued to be logged becomes a task of its request when it is taken up. A task may make another one.
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(GLOBAL_LOGGING_WORKER.flush(), timeout=max(left, 0.001))
            if not tasks:
                return
