"""Waiting for what a library does only asynchronously, wherever the caller is."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Do the work to its end and return what comes of it.

    In a thread that runs an event loop of its own (whoever uses the judge as a library may) no second one can run, so
    the work is done beside it.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()
