"""Late interaction: what is kept of a token's vector, and how well a question is met."""

from __future__ import annotations

import numpy as np
import pytest

from index.token_vectors import TokenVectors, layers_joined, likeness, met, rotated


def some(tokens: int, dim: int, seed: int = 0) -> np.ndarray:
    return rotated(np.random.default_rng(seed).standard_normal((tokens, dim)).astype(np.float32))


def test_rotating_keeps_cosines_and_makes_unit_vectors() -> None:
    plain = np.random.default_rng(1).standard_normal((6, 48)).astype(np.float32)
    unit = plain / np.linalg.norm(plain, axis=1, keepdims=True)
    turned = rotated(plain)
    assert turned @ turned.T == pytest.approx(unit @ unit.T, abs=1e-5)


@pytest.mark.parametrize("dim", [8, 30, 384])
@pytest.mark.parametrize("tokens", [0, 1, 7])
def test_what_is_packed_comes_back_nearly_and_packs_to_the_same(tokens: int, dim: int) -> None:
    vectors = some(tokens, dim)
    blob = TokenVectors(vectors, np.arange(1, tokens + 1)).packed()
    assert len(blob) == tokens * (2 + -(-dim // 4))
    back = TokenVectors.unpacked(blob, dim)
    assert back.vectors.shape == (tokens, dim)
    assert back.ends.tolist() == list(range(1, tokens + 1))
    assert back.packed() == blob
    if dim == 384:
        assert ((back.vectors * vectors).sum(axis=1) > 0.9).all()


def test_a_token_that_a_few_numbers_hold_survives_being_packed() -> None:
    spiky = np.zeros((1, 384), np.float32)
    spiky[0, [3, 200]] = 1.0
    vectors = rotated(spiky)
    back = TokenVectors.unpacked(TokenVectors(vectors, np.array([1])).packed(), 384).vectors
    assert float((back @ vectors.T)[0, 0]) > 0.9


@pytest.mark.parametrize("dim", [30, 64])
def test_each_token_of_the_question_counts_by_its_best_match_in_any_of_the_passages(dim: int) -> None:
    question, first, second = some(3, dim), some(5, dim, 1), some(4, dim, 2)
    packed = [TokenVectors(vectors, np.arange(len(vectors))).packed() for vectors in (first, second)]
    found = met(question, packed)
    for (row,), blob in zip(found, packed, strict=True):
        assert row == pytest.approx((question @ TokenVectors.unpacked(blob, dim).vectors.T).max(axis=1), abs=1e-5)
    assert likeness(np.concatenate(found)) == pytest.approx(float(np.maximum(found[0], found[1]).mean()))
    assert likeness(np.concatenate(met(first, packed))) > 0.8


def test_each_part_of_a_passage_has_its_own_tokens() -> None:
    question, vectors = some(3, 64), some(6, 64, 1)
    blob = TokenVectors(vectors, np.array([2, 4, 6, 8, 10, 12])).packed()
    back = TokenVectors.unpacked(blob, 64).vectors
    # The second part begins after the third token, the third holds none, the last one the rest.
    (found,) = met(question, [blob], [[6, 9, 9]])
    for row, part in zip(found[[0, 1, 3]], (back[:3], back[3:4], back[4:]), strict=True):
        assert row == pytest.approx((question @ part.T).max(axis=1), abs=1e-5)
    assert found[2].tolist() == [-1] * 3
    (whole,) = met(question, [blob])
    assert whole[0] == pytest.approx(found.max(axis=0))


def test_nothing_is_like_nothing() -> None:
    none, one = TokenVectors.none(4), TokenVectors(np.eye(4, dtype=np.float32)[:1], np.array([3]))
    question = np.eye(4, dtype=np.float32)
    assert likeness(met(none.vectors, [one.packed()])[0]) == 0
    assert likeness(met(question, [none.packed()])[0]) == 0
    assert met(question, []) == []
    assert met(question, [none.packed(), one.packed()])[0].tolist() == [[-1] * 4]


def test_each_layer_counts_by_its_direction_and_the_last_for_more() -> None:
    middle, last = np.array([[5, 0, 0]], np.float32), np.array([[0, 0.1, 0]], np.float32)
    ((along, across, other),) = layers_joined(np.stack([middle, last])).tolist()
    assert 0 < along < across and other == 0
    # Of one layer alone the direction is kept.
    (alone,) = layers_joined(last[None])
    assert alone[1] > 0 and not alone[[0, 2]].any()
    assert layers_joined(np.empty((2, 0, 3), np.float32)).shape == (0, 3)
