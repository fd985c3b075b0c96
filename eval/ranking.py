"""Measures of a ranking against graded judgements, as trec_eval defines them, computed by ir-measures.

nDCG is that of Järvelin and Kekäläinen 2002 with the gains as judged and log2 discounts; average precision, recall and
reciprocal rank as in trec_eval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SHOWN = ("nDCG@10", "AP@100", "R@10", "R@100", "RR@10")


def ndcg(k: int, ranking: Sequence[str], gains: Mapping[str, int]) -> float:
    """In [0, 1]. ranking: names, best first, each once. Raises ValueError when nothing has a gain."""
    return judged(gains, ranking, (f"nDCG@{k}",))[f"nDCG@{k}"]


def judged(gains: Mapping[str, int], ranking: Sequence[str], names: Sequence[str] = SHOWN) -> dict[str, float]:
    """The measures of one ranking by their names. Raises ValueError when nothing has a gain."""
    import ir_measures

    if not any(gain > 0 for gain in gains.values()):
        raise ValueError("a ranking is measured by what is relevant, and nothing is")
    if not ranking:
        return dict.fromkeys(names, 0.0)
    measures = {ir_measures.parse_measure(name): name for name in names}
    qrels = [ir_measures.Qrel("q", name, gain) for name, gain in gains.items()]
    # trec_eval orders by score and equal scores by name; ours is the order given.
    scored = [ir_measures.ScoredDoc("q", name, float(-place)) for place, name in enumerate(ranking)]
    found = ir_measures.calc_aggregate(list(measures), qrels, scored)
    return {name: float(found[measure]) for measure, name in measures.items()}
