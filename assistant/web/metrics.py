"""What the server counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE

from ..answer import Answer

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 90.0)


class Metrics:
    """Counters of one server. Labels have few values: no question, user or address is ever one of them."""

    def __init__(self, bulletins: Callable[[], int], processes: Callable[[], int]) -> None:
        """bulletins: how many there are in the index now. processes: how many answer."""
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.requests = Counter(
            "bulletins_http_requests", "Requests by route and status.", ("method", "route", "status"), registry=registry
        )
        self.request_seconds = Histogram(
            "bulletins_http_request_seconds",
            "Until the last byte was sent.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.answers = Counter(
            "bulletins_answers", "Answers by face, outcome and who wrote them.", ("face", "outcome", "answerer"),
            registry=registry,
        )  # fmt: skip
        self.answer_seconds = Histogram(
            "bulletins_answer_seconds",
            "From the question to the answer.",
            ("face",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.failures = Counter("bulletins_failures", "Questions that raised.", ("face", "error"), registry=registry)
        self.left = Counter("bulletins_streams_left", "Streams whose reader went away.", ("face",), registry=registry)
        self.running = Gauge("bulletins_answers_running", "Questions being answered.", registry=registry)
        self.feedback = Counter("bulletins_feedback", "Feedback by verdict.", ("verdict",), registry=registry)
        Gauge("bulletins_indexed", "Bulletins in the index.", registry=registry).set_function(bulletins)
        Gauge("bulletins_processes", "Processes that answer.", registry=registry).set_function(processes)

    def answered(self, face: str, answer: Answer, seconds: float) -> None:
        self.answers.labels(face, answer.outcome, answer.answerer).inc()
        self.answer_seconds.labels(face).observe(seconds)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self._registry)


__all__ = ["CONTENT_TYPE", "Metrics"]
