"""Imports LiteLLM once and forks one proxy per lane, in about a second instead of ten.

Commands arrive as JSON lines on standard input, one ``Fork`` each. What happens is told as JSON lines on what was
standard output when the launcher started (LiteLLM prints there too, so that is pointed elsewhere first):

``imported``  once, when proxies can be forked
``forked``    a proxy has a process, which is still starting
``ready``     a proxy answers on ``port``; from here on it is on its own
``failed``    a proxy could not start; ``error`` says why, ``engine`` whether its query engine was running
``exited``    a proxy is gone, wanted or not, with its wait status

Its one argument, where there is one, is a ``covering.Order`` in JSON: what the import and the proxies run is noted.

The end of standard input ends the launcher, and the end of the launcher ends every proxy.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
import typing
from typing import TYPE_CHECKING, TypedDict, cast

import covering
from lifeline import Lifeline, die_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covering import Order
    from server import Manner


_STARTED_WITH = (
    "anyio._backends._asyncio",
    "apscheduler.executors.asyncio",
    "apscheduler.triggers.cron",
    "apscheduler.triggers.interval",
    "litellm.integrations.shadow_eval_logger",
    "litellm.integrations.websearch_interception.handler",
    "litellm.proxy.admin_mcp",
    "litellm.proxy.hooks.mcp_semantic_filter",
    "litellm.proxy.management_endpoints.mcp_management_endpoints",
    "litellm.proxy.pass_through_endpoints.llm_passthrough_endpoints",
    "litellm.proxy.policy_engine.init_policies",
    "litellm.proxy.spend_tracking.vantage_endpoints",
    "litellm.router_utils.search_api_router",
    "litellm_enterprise.proxy.common_utils.check_responses_cost",
)
"""What proxies import while they start, nearly half of the work of that on 1.106.0. A release that lacks one of them or
imports more, merely starts more slowly."""


class Fork(TypedDict):
    """One proxy to start."""

    name: str
    """What the answers call it."""
    log: str
    """The file its output goes to."""
    environment: dict[str, str]
    """Set on top of the launcher's own: ``DATABASE_URL``, ``CONFIG_FILE_PATH``, ``LITELLM_MASTER_KEY``,
    and what the profile adds."""
    manner: Manner
    """What makes it another proxy than a plain one."""


def main() -> None:
    die_with_parent()
    tell = Teller()
    started = time.monotonic()
    coverage: Order | None = json.loads(sys.argv[1]) if len(sys.argv) > 1 else None
    with covering.importing(coverage) if coverage else contextlib.nullcontext():
        import_litellm()
    if threading.active_count() > 1:
        names = [thread.name for thread in threading.enumerate()]
        sys.exit(f"importing LiteLLM started threads {names}: forking would lose them")
    tell("imported", seconds=round(time.monotonic() - started, 2))

    lifeline = Lifeline()
    reap_children(tell)
    for line in sys.stdin:
        fork(cast("Fork", json.loads(line)), lifeline, tell, coverage)


class Teller:
    """Writes events where the supervisor reads; everything else that prints goes to standard error."""

    def __init__(self) -> None:
        self._channel = os.dup(1)
        os.dup2(2, 1)

    def __call__(self, event: str, **facts: object) -> None:
        # One write of one short line: lines of several processes do not mix in a pipe below PIPE_BUF. Not through a
        # file object: the end of a child interrupts this to tell its own, and theirs cannot be entered twice.
        os.write(self._channel, f"{json.dumps({'event': event, **facts})}\n".encode())


def import_litellm() -> None:
    """Do the slow part once. Without the collector it is seconds faster; frozen objects stay shared after a fork."""
    gc.disable()
    import litellm  # noqa: PLC0415

    # Only now that `typing_extensions` is there, which looks at the parameters of what is exchanged.
    with sharing_annotations("prisma.types"):
        import prisma.models  # noqa: F401, PLC0415
    import litellm.proxy.proxy_server  # noqa: F401, PLC0415

    import server  # noqa: F401, PLC0415 - now, so that every proxy of a run is of one source

    for name in _STARTED_WITH:
        # Another release may have the module and lack what it imports; LiteLLM then does without it.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    gc.enable()


@contextlib.contextmanager
def sharing_annotations(name: str) -> Iterator[None]:
    """Make what the annotations of one module's types say one object where it is said again.

    The database client has 32,000 types with 109,000 fields, and each would be compiled by itself: a quarter of the
    time that its import takes, and 25 MB.
    """
    check = typing._type_check  # type: ignore[attr-defined]  # noqa: SLF001

    @functools.cache
    def checked(text: str, *rest: object, **options: object) -> object:
        return check(text, *rest, **options)

    # The same text of another module means something else.
    def check_once(annotation: object, *rest: object, **options: object) -> object:
        is_shared = isinstance(annotation, str) and options.get("module") == name
        return (checked if is_shared else check)(annotation, *rest, **options)

    typing._type_check = check_once  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        yield
    finally:
        typing._type_check = check  # type: ignore[attr-defined]  # noqa: SLF001


def reap_children(tell: Teller) -> None:
    def reap(_signal: int, _frame: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                tell("exited", pid=pid, status=status)

    signal.signal(signal.SIGCHLD, reap)


def fork(order: Fork, lifeline: Lifeline, tell: Teller, coverage: Order | None) -> None:
    # Held back, or the end of a child could be told before its beginning.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    pid = os.fork()
    if pid != 0:
        tell("forked", name=order["name"], pid=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        return
    code = 1
    try:
        die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        redirect_output(order["log"])
        os.environ.update(order["environment"])

        from server import serve  # noqa: PLC0415

        serve(
            order["manner"],
            coverage=coverage,
            parent_is_gone=lifeline.hold(),
            ready=lambda port: tell("ready", name=order["name"], pid=os.getpid(), port=port),
        )
        code = 0
    except BaseException as error:  # noqa: BLE001 - whatever it is, the supervisor must hear of it
        traceback.print_exc()
        # Short enough for one write; the log has the rest.
        what = f"{type(error).__name__}: {error}"[:1500]
        tell("failed", name=order["name"], pid=os.getpid(), error=what, engine=has_child())
    finally:
        # Never back into the launcher's loop, whose command pipe this process shares.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def has_child() -> bool:
    """Whether a process that this one started is alive. A proxy starts its query engine and no other."""
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def redirect_output(log: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)


if __name__ == "__main__":
    main()
