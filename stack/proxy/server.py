"""One proxy: LiteLLM's own application, started the way its command line starts it, in a forked process."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import socket
from typing import TYPE_CHECKING

import uvicorn
import uvloop

from memory import Memory
from settled import Settled, note_tasks

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(*, premium: bool, parent_is_gone: int, ready: Callable[[int], None]) -> None:
    """Start the proxy and serve until the process is ended.

    :param premium: what LiteLLM's licence check is made to have answered
    :param parent_is_gone: a file descriptor that becomes readable when this process should no longer be
    :param ready: called with the port once the first request may come
    """
    uvloop.run(_serve(premium=premium, parent_is_gone=parent_is_gone, ready=ready))


async def _serve(*, premium: bool, parent_is_gone: int, ready: Callable[[int], None]) -> None:
    loop = asyncio.get_running_loop()
    loop.add_reader(parent_is_gone, os._exit, 1)
    note_tasks(loop)

    from litellm.proxy import proxy_server  # noqa: PLC0415

    proxy_server.cleanup_router_config_variables()
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

        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = uvicorn.Server(
            uvicorn.Config(
                Settled(proxy_server.app, dict(state or {}), _control_secret(), Memory()),
                lifespan="off",
                log_level="warning",
                access_log=False,
                # Clients keep their connections; one closed under them would look like a fault of the proxy.
                timeout_keep_alive=3600,
            ),
        )
        ready(listener.getsockname()[1])
        await server.serve(sockets=[listener])


def _control_secret() -> str:
    """What the project's own requests carry. Whoever has the master key can make it; nobody sends it by accident."""
    return hmac.new(os.environ["LITELLM_MASTER_KEY"].encode(), b"behavior-control", hashlib.sha256).hexdigest()
