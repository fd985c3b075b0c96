"""How good an assistant is: gold questions, measures, runs and reports, for ours and for any other that answers."""

from eval.cases import Case
from eval.run import Run, evaluate

__all__ = ["Case", "Run", "evaluate"]
