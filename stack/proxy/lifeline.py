"""Ways for a process to end with its parent, also when the parent is killed with -9."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends. Linux only; elsewhere ``Lifeline`` has to do."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        # It ended before the kernel knew.
        os._exit(1)


class Lifeline:
    """A pipe whose only writer is the parent: its reading end is at end-of-file when the parent is gone."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()

    def hold(self) -> int:
        """Called in the child: lets go of the writing end and returns the file descriptor to watch."""
        os.close(self._writer)
        return self._reader
