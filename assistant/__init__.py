"""How a question is answered: understood, searched, decided, answered, checked."""

from .answer import Answer, Citation, Question, Sentence
from .assistant import Assistant

__all__ = ["Answer", "Assistant", "Citation", "Question", "Sentence"]
