"""Which lines and branches of LiteLLM's management endpoints run, and for whom: coverage.py in a process's own memory.

A context of coverage.py is a request, named ``SCENARIO | METHOD /path``. Whoever plays a scenario on a lane writes its
name into the lane's file first, so nothing of it is in the request itself. What runs for no request, as at startup, has
the empty context, and so has what runs while LiteLLM is imported.

Each process writes one data file into the stack's own folder, which goes with the stack. It is whole whenever nothing
is under way: proxies are ended with SIGKILL.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator

    import coverage

    from settled import Application, Message, Receive, Send

COVERED = "litellm/proxy/management_endpoints"


class Order(TypedDict):
    """What is to be covered by a launcher and its proxies."""

    packages: str
    """The folder that coverage.py is in, outside of the release."""
    folder: str
    """Where data files go."""


class Covering:
    """Notes what a proxy runs, by request."""

    def __init__(self, order: Order, scenario: str) -> None:
        """Begin.

        :param scenario: the file with the name of the scenario that is played on this proxy's lane
        """
        self._scenario = Path(scenario)
        self._open = 0
        self._coverage = _started(order, f"proxy-{os.getpid()}")

    def watched(self, application: Application) -> Application:
        """Give the same application, whose requests are known here. Of several at once, all are the first one's."""

        async def watching(scope: Message, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                self._open += 1
                if self._open == 1:
                    request = f"{scope['method']} {scope['path']}"
                    self._coverage.switch_context(f"{self._scenario.read_text()} | {request}")
            await application(scope, receive, send)

        return watching

    def ended(self) -> None:
        """Write what was counted of a request, once nothing of it is under way any more."""
        self._open -= 1
        if self._open == 0:
            self._coverage.switch_context("")


@contextlib.contextmanager
def importing(order: Order) -> Iterator[None]:
    """Note what runs meanwhile, and list files that are never imported."""
    sys.path.append(order["packages"])
    coverage = _started(order, "import")
    try:
        yield
    finally:
        coverage.stop()
        coverage.save()


def _started(order: Order, name: str) -> coverage.Coverage:
    # Newer Pythons have another way of watching, which knows no contexts.
    os.environ["COVERAGE_CORE"] = "ctrace"
    import coverage  # noqa: PLC0415 - only who covers has it

    found = importlib.util.find_spec("litellm")
    if found is None or found.origin is None:
        msg = "LiteLLM is not installed"
        raise RuntimeError(msg)
    started = coverage.Coverage(
        data_file=str(Path(order["folder"]) / name),
        branch=True,
        config_file=False,
        messages=False,
        source=[str(Path(found.origin).parent.parent / COVERED)],
    )
    started.start()
    return started
