"""Writes what requests have spent at once, by LiteLLM's own jobs, instead of seconds later in another test."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apscheduler.job import Job
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

_JOBS = ("update_spend_job", "update_daily_tag_spend_job", "update_gateway_requests_job")
"""The last one is there in 1.106.0 only."""

_MONITORS = ("monitor_spend_logs_queue", "_monitor_spend_logs_queue")
"""A task that looks every other second whether anything is to be written, as 1.106.0 and 1.87.0 call it."""


class Spend:
    """The jobs that write spend. From here on nobody else runs them."""

    def __init__(self, scheduler: AsyncIOScheduler | None) -> None:
        """Take them off the clock.

        :param scheduler: LiteLLM's; None: it goes on writing when it likes
        """
        self._jobs: list[Job] = []
        if scheduler is None:
            return
        self._jobs = [job for job in map(scheduler.get_job, _JOBS) if job is not None]
        if not self._jobs:
            msg = f"LiteLLM has none of the jobs {_JOBS}: spend would be written at any time"
            raise RuntimeError(msg)
        for job in self._jobs:
            job.pause()
        for task in asyncio.all_tasks():
            if getattr(task.get_coro(), "__name__", "") in _MONITORS:
                task.cancel()

    async def write(self) -> None:
        """Run each once."""
        for job in self._jobs:
            await job.func(*job.args, **job.kwargs)
