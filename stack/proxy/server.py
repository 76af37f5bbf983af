"""One proxy: LiteLLM's own application, started the way its command line starts it, in a forked process."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import hmac
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import uvicorn
import uvloop

import mutant
from covering import Covering
from memory import Memory
from settled import Settled, note_tasks
from spend import Spend

if TYPE_CHECKING:
    from collections.abc import Callable

    import covering


_ENGINE_PORTS = range(10_000, 20_000)
"""Where engines listen: below what systems give out by themselves."""


class Manner(TypedDict):
    """What a proxy is to be like, beyond its configuration and its environment."""

    premium: bool
    """Whether it believes that it has an enterprise licence: what LiteLLM's licence check is made to have answered."""
    constants: dict[str, str]
    """What ``litellm/constants.py`` would have read from the environment, by name."""
    writes_spend: bool
    """Whether what a request has spent is written before its answer ends."""
    mutant: mutant.Mutant | None
    """What is changed in LiteLLM before it starts."""
    scenario: str
    """The file with the name of the scenario that is played on its lane, where that is covered; empty: none is."""


def serve(
    manner: Manner, *, coverage: covering.Order | None, parent_is_gone: int, ready: Callable[[int], None]
) -> None:
    """Start the proxy and serve until the process is ended.

    :param coverage: what it is to note of what it runs
    :param parent_is_gone: a file descriptor that becomes readable when this process should no longer be
    :param ready: called with the port once the first request may come
    """
    if manner["mutant"] is not None:
        mutant.apply(manner["mutant"])
    noted = Covering(coverage, manner["scenario"]) if coverage and manner["scenario"] else None
    uvloop.run(_serve(manner, covering=noted, parent_is_gone=parent_is_gone, ready=ready))


async def _serve(
    manner: Manner, *, covering: Covering | None, parent_is_gone: int, ready: Callable[[int], None]
) -> None:
    loop = asyncio.get_running_loop()
    loop.add_reader(parent_is_gone, os._exit, 1)
    note_tasks(loop)

    from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER  # noqa: PLC0415
    from litellm.proxy import proxy_server  # noqa: PLC0415
    from prisma.engine import utils as prisma_engine  # noqa: PLC0415

    prisma_engine.get_open_port = _engine_port
    _set_constants(manner["constants"])
    premium = manner["premium"]
    proxy_server.cleanup_router_config_variables()
    # An operator's Python may import more of its own. LiteLLM's command line looks where it was started.
    sys.path.append(str(Path(os.environ["CONFIG_FILE_PATH"]).parent))
    # `initialize` validates premium settings, and both it and the lifespan may ask the licence check again.
    proxy_server.premium_user = premium
    await proxy_server.initialize(config=os.environ["CONFIG_FILE_PATH"])
    proxy_server.premium_user = premium
    async with proxy_server.proxy_startup_event(proxy_server.app) as state:
        proxy_server.premium_user = premium
        if proxy_server.prisma_client is None:
            msg = "LiteLLM started without a database"
            raise RuntimeError(msg)
        # The lifespan only schedules this, and an authentication that comes first finds no user behind its key.
        await proxy_server.prisma_client.check_view_exists()

        # The first request that logs anything would start it, and with it a task that never ends, in its own name.
        GLOBAL_LOGGING_WORKER.start()
        spend = Spend(proxy_server.scheduler if manner["writes_spend"] else None)

        async def finish() -> None:
            try:
                await spend.write()
            finally:
                if covering is not None:
                    covering.ended()

        application = proxy_server.app if covering is None else covering.watched(proxy_server.app)
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = uvicorn.Server(
            uvicorn.Config(
                Settled(application, dict(state or {}), _control_secret(), Memory(), finish),
                lifespan="off",
                log_level="warning",
                access_log=False,
                # Clients keep their connections; one closed under them would look like a fault of the proxy.
                timeout_keep_alive=3600,
            ),
        )
        ready(listener.getsockname()[1])
        await server.serve(sockets=[listener])


def _engine_port() -> int:
    """Give a free port for this proxy's engine, by the process's id: no other proxy's engine gets it meanwhile.

    Prisma's client takes any, and lets go of it again before it starts the engine. A proxy that starts beside it may be
    given the same one; its own engine then ends, and it is answered by the other's, which has another lane's database.
    """
    for number in range(len(_ENGINE_PORTS)):
        port = _ENGINE_PORTS[(os.getpid() + number) % len(_ENGINE_PORTS)]
        # It listens on `localhost`, which may have either address.
        addresses = socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)
        if not any(_is_taken(family, address) for family, _, _, _, address in addresses):
            return port
    msg = f"Of the ports {_ENGINE_PORTS.start} to {_ENGINE_PORTS.stop - 1} none is free for an engine"
    raise RuntimeError(msg)


def _is_taken(family: int, address: tuple[str | int | bytes, ...]) -> bool:
    try:
        with socket.socket(family) as probe:
            # As the engine will: one that has just ended keeps nobody from it.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        # That the machine has no IPv6, for one, is no reason to try the next port.
        return error.errno == errno.EADDRINUSE
    return False


def _set_constants(constants: dict[str, str]) -> None:
    """Make them as if LiteLLM had found them in its environment when it was imported: it was so, in the launcher."""
    import litellm.constants  # noqa: PLC0415

    for name, text in constants.items():
        before: int = getattr(litellm.constants, name)
        for module in list(sys.modules.values()):
            # Whoever imported it by name has it in a variable of its own.
            if module.__name__.startswith("litellm.") and vars(module).get(name) is before:
                setattr(module, name, int(text))


def _control_secret() -> str:
    """What the project's own requests carry. Whoever has the master key can make it; nobody sends it by accident."""
    return hmac.new(os.environ["LITELLM_MASTER_KEY"].encode(), b"behavior-control", hashlib.sha256).hexdigest()
