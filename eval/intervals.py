"""How sure a mean is, and whether two runs differ: the statistics of `compare` and of the report, computed by SciPy.

Intervals are percentile bootstraps over cases (Efron 1979); the test of a difference is the paired randomisation test
(Smucker, Allan and Carterette 2007), exact where few cases differ. Many measures are looked at together, so their p
values are also given adjusted for the share of false discoveries (Benjamini and Hochberg 1995). All are seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

SEED = 20260101
RESAMPLES = 2_000
PERMUTATIONS = 9_999
CONFIDENCE = 0.95


def interval(values: Sequence[float], seed: int = SEED) -> tuple[float, float] | None:
    """Where the mean lies with 95 % confidence; None for fewer than two values, of which nothing can be told."""
    import numpy as np
    from scipy.stats import bootstrap

    if len(values) < 2:
        return None
    if len(set(values)) == 1:
        return values[0], values[0]
    found = bootstrap(
        (np.asarray(values, float),), np.mean, n_resamples=RESAMPLES, confidence_level=CONFIDENCE,
        method="percentile", rng=np.random.default_rng(seed),
    ).confidence_interval  # fmt: skip
    return float(found.low), float(found.high)


def interval_of(
    statistic: Callable[[Sequence[int]], float | None], cases: int, seed: int = SEED
) -> tuple[float, float] | None:
    """Where a statistic that is no mean lies with 95 % confidence: told positions of cases, drawn with repeats.

    Draws of which it says nothing are left out; None for fewer than two cases, or when it never says anything.
    """
    import numpy as np

    if cases < 2:
        return None
    draws = np.random.default_rng(seed).integers(0, cases, (RESAMPLES, cases))
    found = [value for draw in draws if (value := statistic([int(i) for i in draw])) is not None]
    if not found:
        return None
    outside = (1 - CONFIDENCE) / 2
    low, high = np.quantile(found, [outside, 1 - outside])
    return float(low), float(high)


def p_value(a: Sequence[float], b: Sequence[float], seed: int = SEED) -> float:
    """How often values as far apart as these come from two runs that do not differ, in (0, 1]; a[i], b[i] are pairs."""
    import numpy as np
    from scipy.stats import permutation_test

    # Equal pairs swap without effect: leaving them out changes nothing, and a test of few pairs is exact.
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if not pairs:
        return 1.0
    if len(pairs) == 1:
        return 1.0  # swapped or not, a single pair is as far apart
    first, second = (np.array(side, float) for side in zip(*pairs, strict=True))
    found = permutation_test(
        (first, second), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples", vectorized=True,
        n_resamples=PERMUTATIONS, rng=np.random.default_rng(seed),
    )  # fmt: skip
    return min(1.0, float(found.pvalue))


def adjusted(p_values: Sequence[float]) -> list[float]:
    """The p values such that of those called significant at 5 % at most 5 % are expected to be so by chance."""
    from scipy.stats import false_discovery_control

    return [float(p) for p in false_discovery_control(p_values)] if p_values else []
