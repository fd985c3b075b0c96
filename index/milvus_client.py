"""pymilvus as the store uses it: each call in time, each error told with its remedy."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

from .errors import IndexMissing, IndexUnusable
from .place import MilvusPlace

_TIMEOUT_S, _LITE_TIMEOUT_S = 60.0, 3_600.0  # Milvus Lite works in this very process: it is slow, not away


class Client:
    """pymilvus, its errors told as ours."""

    _users: Counter[str] = Counter()  # of Milvus Lite, which runs within this process as long as somebody uses it

    def __init__(self, place: MilvusPlace, writable: bool) -> None:
        self._place, self._open = place, False
        try:
            import pymilvus
        except ImportError as problem:
            raise IndexUnusable(
                f"The index at {place} needs pymilvus, which is not installed.",
                'Install it: pip install "bulletin-assistant[milvus]"',
            ) from problem
        # What they log is raised as well, and told by us.
        for library in ("pymilvus", "milvus_lite", "grpc._server"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
        self.kinds = pymilvus.DataType
        self._errors: tuple[type[Exception], ...] = (pymilvus.MilvusException, OSError)
        if place.folder:
            if not writable and not place.folder.is_dir():
                raise IndexMissing(
                    f"There is no index in {place.folder}.",
                    f"Build it first: bulletins index FOLDER --index {place}",
                )
            place.folder.mkdir(parents=True, exist_ok=True)
        self._users[place.uri] += 1
        self._open = True
        try:
            self._client = self.do(pymilvus.MilvusClient, uri=place.uri, token=place.token, timeout=10)
        except BaseException:
            self.close()
            raise

    def bm25(self, text: str, into: str) -> Any:
        from pymilvus import Function, FunctionType

        return Function(
            name="bm25", function_type=FunctionType.BM25, input_field_names=[text], output_field_names=[into]
        )

    def __call__(self, what: str, *args: Any, **options: Any) -> Any:
        if what not in ("create_schema", "prepare_index_params"):
            options.setdefault("timeout", _LITE_TIMEOUT_S if self._place.folder else _TIMEOUT_S)
        return self.do(getattr(self._client, what), *args, **options)

    def do(self, what: Any, *args: Any, **options: Any) -> Any:
        try:
            return what(*args, **options)
        except self._errors as problem:
            reason = str(getattr(problem, "message", problem)).splitlines()[0][:300]
            if self._place.folder:
                raise IndexUnusable(
                    f"Milvus Lite in {self._place.folder} cannot be used now: {reason}.",
                    "One process at a time may use it: end the other one, or let milvus-lite server share the folder "
                    "and name milvus+http://HOST:PORT/bulletins (docs/scaling.md).",
                ) from problem
            raise IndexUnusable(
                f"Milvus at {self._place} does not do what it is asked: {reason}.",
                "See that it runs, can be reached from here and takes this name and password, then try again.",
            ) from problem

    def close(self) -> None:
        if not self._open:
            return
        self._open = False
        if hasattr(self, "_client"):
            self._client.close()
        self._users[self._place.uri] -= 1
        if self._place.folder and not self._users[self._place.uri]:
            from milvus_lite.server_manager import server_manager_instance

            server_manager_instance.release_server(self._place.uri)
