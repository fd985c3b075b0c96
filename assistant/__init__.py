"""How a question is answered: understood, searched, decided, answered, checked."""

from .answer import Answer, Citation, Progress, Question, Sentence
from .assistant import Assistant

__all__ = ["Answer", "Assistant", "Citation", "Progress", "Question", "Sentence"]
