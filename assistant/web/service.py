"""What every face of the server does with a question: limits it, answers it, counts it, and notes it in the log."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.passage import Hit
from sources.bulletin import Bulletin

from ..answer import Answer, Progress
from ..errors import ERRORS
from ..settings import Settings
from .access import NOBODY, User
from .audit import Audit
from .feedback import Feedback, FeedbackStore
from .filters import year_asked
from .limits import Limits
from .metrics import Metrics

if TYPE_CHECKING:
    from index.store import Entry

    from .. import Assistant
    from ..within import Keep
    from .crew import Crew


class Service:
    """One assistant for all faces. face: "page", "api", "openai" or "mcp", as it stands in the log and the metrics."""

    def __init__(self, assistant: Assistant | Crew, settings: Settings) -> None:
        self.settings = settings
        self.feedback = FeedbackStore(settings.data / "feedback.db")
        self.audit = Audit(settings.data / "audit.db", settings.audit_days)
        self.metrics = Metrics(self._count, lambda: getattr(assistant, "processes", 1))
        self._assistant = assistant
        self._limits = Limits(settings.questions_per_minute)

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        user: User = NOBODY,
        face: str = "page",
        keep: Keep | None = None,
    ) -> Answer:
        """Raises as `Assistant.ask`, and TooOften."""
        question = self.settings.accept(question)
        with self._noted(question, user, face) as done:
            done.append(self._assistant.ask(question, history, keep))
        return done[0]

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        user: User = NOBODY,
        face: str = "page",
        keep: Keep | None = None,
    ) -> Generator[Progress | Answer, None, None]:
        """As `Assistant.stream`: the first item tells that the question is accepted, the last is the Answer.

        To be closed by its reader, which ends the work.
        """
        question = self.settings.accept(question)
        with self._noted(question, user, face) as done:
            steps = self._assistant.stream(question, history, keep)
            with closing(steps):
                for step in steps:
                    if isinstance(step, Answer):
                        done.append(step)
                    yield step

    def search(self, question: str, k: int, user: User = NOBODY) -> list[Hit]:
        """Raises as `Assistant.search`, and TooOften."""
        self._limits.take(user.name, user.address)
        return self._assistant.search(self.settings.accept(question), k)

    @property
    def index_folder(self) -> Path | None:
        """The folder of the index; None when it is elsewhere."""
        folder = getattr(getattr(self._assistant, "index", self._assistant), "folder", None)
        return folder if isinstance(folder, Path) else None

    @property
    def ready(self) -> bool:
        """False while the bulletins are still being opened: questions then wait for that."""
        return bool(getattr(self._assistant, "ready", True))

    def follow_ups(self, answer: Answer, keep: Keep | None = None) -> tuple[str, ...]:
        """Questions that may come next and can be answered; nobody is charged for them."""
        return self._assistant.follow_ups(answer, keep)

    def reasons(self, sentence: str, quotes: Sequence[str]) -> tuple[str, ...]:
        """What the check finds nowhere in the quotes that a sentence cites, in English."""
        return self._assistant.check(sentence, quotes).reasons

    def year_asked(self, question: str) -> str | None:
        """As `filters.year_asked`."""
        call = getattr(self._assistant, "call", None)
        return call(year_asked, question) if call else year_asked(question)

    def versions(self, bulletin_id: str) -> tuple[str, ...]:
        """Sources of the other bulletins on the same event. Raises KeyError."""
        return self._assistant.versions(bulletin_id)

    def bulletin(self, bulletin_id: str) -> Bulletin:
        """Raises KeyError when there is none of that id, or none any more."""
        return self._assistant.bulletin(bulletin_id)

    def bulletins(self) -> list[Entry]:
        """Every bulletin, newest first."""
        return list(self._assistant.bulletins())

    def take_feedback(self, feedback: Feedback) -> Feedback:
        """Kept and counted. Raises FeedbackRefused."""
        kept = self.feedback.add(feedback)
        self.metrics.feedback.labels(kept.verdict).inc()
        return kept

    def close(self) -> None:
        """The files of the server; the assistant belongs to whoever opened it."""
        self.feedback.close()
        self.audit.close()

    @contextmanager
    def _noted(self, question: str, user: User, face: str) -> Iterator[list[Answer]]:
        """The body puts the Answer into what this gives."""
        self._limits.take(user.name, user.address)
        began = time.perf_counter()
        done: list[Answer] = []
        self.metrics.running.inc()
        try:
            yield done
        except GeneratorExit:
            # The reader of a stream has gone, and nobody knows what it has seen by then.
            if not done:
                self.metrics.left.labels(face).inc()
                self.audit.unanswered(user, face, question, "left", "", time.perf_counter() - began)
            raise
        except Exception as error:
            self.metrics.failures.labels(face, type(error).__name__).inc()
            # The words of an error that we do not know may hold anything; they are in the server's own log.
            told = f": {error}" if isinstance(error, ERRORS) else ""
            told = type(error).__name__ + told
            self.audit.unanswered(user, face, question, "failed", told, time.perf_counter() - began)
            raise
        finally:
            self.metrics.running.dec()
            for answer in done:
                seconds = time.perf_counter() - began
                self.metrics.answered(face, answer, seconds)
                self.audit.answered(user, face, answer, seconds)

    def _count(self) -> int:
        return len(self._assistant.bulletins())
