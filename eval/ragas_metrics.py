"""RAGAS's own metrics over the rows of `to-ragas`, asked of a chat model that speaks OpenAI's protocol.

    PYTHON -I eval/ragas_metrics.py ROWS SCORED MODEL [URL]

PYTHON is that of an environment in which RAGAS is installed (`make ragas`), since RAGAS wants other versions of its
libraries than ours: so nothing of ours is imported here. -I keeps this folder, which has a ragas.py, off its path.
"""

from __future__ import annotations

import sys


def main(rows: str, scored: str, name: str, url: str = "") -> None:
    from langchain_openai import ChatOpenAI
    from ragas import EvaluationDataset, evaluate
    from ragas.llms import LangchainLLMWrapper
    from ragas.metrics import Faithfulness, LLMContextPrecisionWithReference, LLMContextRecall

    chosen = [Faithfulness(), LLMContextRecall(), LLMContextPrecisionWithReference()]
    model = LangchainLLMWrapper(ChatOpenAI(model=name, base_url=url or None, temperature=0))
    # What the model makes nothing of becomes NaN; the other rows are still scored.
    result = evaluate(EvaluationDataset.from_jsonl(rows), metrics=chosen, llm=model, raise_exceptions=False)
    result.to_pandas().to_json(scored, orient="records", lines=True, force_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
