"""Tunes the bundled model to read a sentence beside its source in the other language, for the grounding check.

    python -m eval.tune [--parallel FILE]... [--pairs FILE]... --out assistant/across.npz

First on pairs altered by machine (`eval/altered.py`) out of parallel paragraphs, lines of JSON with "en" and "zh";
`index/data/parallel.jsonl` is among them. Then on pairs written by hand: `eval/gold/across.jsonl`, those of
`eval/training/pairs.jsonl`, and files of such lines. A part of the texts, told by "unseen", takes none: there
`python -m eval.across` fits what the model weighs.

Whoever alters sentences writes them shorter than true ones, and a model's are not: so clauses of true sentences stand
among the pairs as true ones, altered sentences beside true ones as altered ones, and a pair counts for the less, the
more its length alone tells. Only narrow matrices are fitted (LoRA), of the fourth layer to the ninth. About an hour.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.prepared import prepare
from assistant.settings import load_settings
from index.bundled import NAME, sentence_transformer
from index.embed import open_embedder
from index.normalise import one_script
from index.together import PLACES, joined
from sources.fold import fold

from .across import GOLD, part_of
from .altered import Pair, aligned, altered
from .judge import read_pairs

TRAINING = Path(__file__).parent / "training"
PARALLEL = Path(__file__).parent.parent / "index" / "data" / "parallel.jsonl"
_FIRST = 3  # of the layers that are tuned
_LAYERS = 9  # of the twelve: the upper three earned nothing and take a quarter of the time
_RANK = 16
_MACHINE_TOKENS, _HAND_TOKENS = 120, 200  # longer pairs are left out
_MACHINE, _HAND = (1e-3, 1), (6e-4, 2)  # learning rate, epochs
_BATCH = 8


@dataclass(frozen=True)
class Example:
    """A pair as the model reads it. marks: 1 for each token of the sentence that was altered; () when not known."""

    ids: list[int]
    own: np.ndarray
    supported: bool
    marks: tuple[int, ...]
    chinese: bool
    weight: float = 1.0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parallel", type=Path, action="append", default=[], help="paragraphs in both languages")
    parser.add_argument("--pairs", type=Path, action="append", default=[], help="more pairs written by hand")
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write")
    args = parser.parse_args(arguments)
    settings, rng = load_settings(), random.Random(1)
    folder = sentence_transformer(settings.cache / NAME)
    read = Tokens(folder)
    embedder = open_embedder(settings.embedding, settings.cache)
    paragraphs = [aligned(en, zh, embedder) for file in (PARALLEL, *args.parallel) for en, zh in _paragraphs(file)]
    machine = [read.example(pair) for pair in altered(paragraphs, rng)]
    machine = [one for one in machine if len(one.ids) <= _MACHINE_TOKENS]
    true = [one for one in machine if one.supported]
    wrong = [one for one in machine if not one.supported]
    tuned = Tuned(folder)
    tuned.fit([*true, *rng.sample(wrong, min(len(wrong), len(true)))], *_MACHINE, rng)
    tuned.fit(weighed([read.example(pair) for pair in _by_hand(args.pairs, rng)]), *_HAND, rng)
    np.savez(args.out, allow_pickle=False, **tuned.changes())


def _paragraphs(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        if pair.get("kind", "passage") == "passage":
            yield pair["en"], pair["zh"]


def _by_hand(files: Sequence[Path], rng: random.Random) -> Iterator[Pair]:
    """Pairs of seen texts, with clauses of the true ones and altered ones beside true ones."""
    pairs = [
        pair
        for file in (GOLD / "across.jsonl", GOLD / "check.jsonl", TRAINING / "pairs.jsonl", *files)
        for pair in read_pairs(file)
        if not pair.unseen
    ]
    texts = {pair.spans: [other for other in pairs if other.supported and other.spans == pair.spans] for pair in pairs}
    for pair in pairs:
        source = prepare("\n".join(pair.spans)).text
        yield Pair(pair.kind, pair.sentence, source, pair.supported)
        if pair.supported and rng.random() < 0.8 and (part := part_of(pair.sentence, rng)):
            yield Pair("part", part, source, True)
        chinese = prepare(pair.sentence).chinese
        beside = [o.sentence for o in texts[pair.spans] if o != pair and prepare(o.sentence).chinese == chinese]
        if beside and rng.random() < (0.2 if pair.supported else 0.45):
            both = [pair.sentence, rng.choice(beside)]
            rng.shuffle(both)
            yield Pair(pair.kind, ("" if chinese else " ").join(both), source, pair.supported)


def weighed(examples: Sequence[Example]) -> list[Example]:
    """Short enough, each with the weight that leaves nothing to be told of a pair by its length and language."""
    kept = [example for example in examples if len(example.ids) <= _HAND_TOKENS]
    if not kept:
        return []
    lengths = np.log([example.own.sum() for example in kept])
    chinese = np.array([example.chinese for example in kept], float)
    whole = np.log([len(example.ids) for example in kept])
    told = np.stack([np.ones(len(kept)), lengths, lengths**2, chinese, chinese * lengths, whole], axis=1)
    told[:, 1:] = (told[:, 1:] - told[:, 1:].mean(axis=0)) / (told[:, 1:].std(axis=0) + 1e-9)
    truth, w = np.array([example.supported for example in kept], float), np.zeros(told.shape[1])
    for _ in range(50):  # Newton's method
        p = 1 / (1 + np.exp(-told @ w))
        hessian = (told * (p * (1 - p))[:, None]).T @ told + 1e-3 * np.eye(len(w))
        w += np.linalg.solve(hessian, told.T @ (truth - p) - 1e-3 * w)
    likely = np.where(truth > 0, p, 1 - p)
    weights = np.clip(0.5 / likely, 0.2, 4.0)
    return [replace(example, weight=float(one)) for example, one in zip(kept, weights, strict=True)]


class Tokens:
    """Cuts pairs into tokens."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()

    def example(self, pair: Pair) -> Example:
        sentence, source = self._cut(prepare(pair.sentence).text, pair.source)
        ids, own = joined(sentence.ids, source.ids)
        marks = tuple(int(any(a < y and x < b for x, y in pair.marks)) for a, b in sentence.offsets)
        known = pair.supported or bool(pair.marks)
        return Example(ids, own, pair.supported, marks if known else (), prepare(pair.sentence).chinese)

    def answered(self, question: str, shown: str, answers: bool, weight: float) -> Example:
        """A question as the text, what is read with it as the source."""
        asked, source = self._cut(question, shown)
        ids, own = joined(asked.ids, source.ids)
        return Example(ids, own, answers, (), chinese=False, weight=weight)

    def _cut(self, *texts: str) -> Any:
        return self._tokenizer.encode_batch([one_script(fold(text)) for text in texts], add_special_tokens=False)


class Tuned:
    """The bundled model with narrow matrices beside its own, and a head that tells of each token whether it was
    altered: from that it learns sooner which words are met."""

    def __init__(self, folder: Path, begin: Path | None = None) -> None:
        """begin: changes to go on from."""
        import torch
        from sentence_transformers import SentenceTransformer

        torch.manual_seed(1)
        self.torch = torch
        self.bert: Any = SentenceTransformer(str(folder), device="cpu")[0].auto_model.eval().requires_grad_(False)
        self.bert.encoder.layer = self.bert.encoder.layer[:_LAYERS]
        wide = self.bert.config.hidden_size
        self.parts: dict[str, Any] = {
            "other": torch.zeros(wide),
            "head": torch.randn(2 * wide) / wide,
            "bias": torch.zeros(1),
            "words": torch.zeros(wide),
        }
        for number in range(_FIRST, _LAYERS):
            for place in PLACES:
                module = self.bert.encoder.layer[number].get_submodule(place)
                narrow, out = torch.randn(_RANK, module.in_features), torch.zeros(module.out_features, _RANK)
                self.parts[f"{number}.{place}.in"] = narrow / math.sqrt(module.in_features)
                self.parts[f"{number}.{place}.out"] = out
                module.register_forward_hook(self._beside(f"{number}.{place}"))
        if begin:
            with np.load(begin, allow_pickle=False) as stored:
                self.parts |= {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}
        for part in self.parts.values():
            part.requires_grad_(True)

    def _beside(self, name: str) -> Any:
        def added(_: Any, given: tuple[Any, ...], made: Any) -> Any:
            return made + given[0] @ self.parts[f"{name}.in"].T @ self.parts[f"{name}.out"].T

        return added

    def fit(self, examples: Sequence[Example], rate: float, epochs: int, rng: random.Random) -> None:
        torch = self.torch
        loss_of = torch.nn.functional.binary_cross_entropy_with_logits
        batches = [batch for _ in range(epochs) for batch in _batches(examples, rng)]
        optimiser = torch.optim.AdamW(self.parts.values(), lr=rate, weight_decay=0.02, betas=(0.9, 0.98))
        slower = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min((step + 1) / 50, max(0.05, 1 - step / len(batches)))
        )
        for batch in batches:
            told, words, own = self._forward(batch)
            truth, weight = (torch.tensor([float(v) for v in vs]) for vs in
                             zip(*((one.supported, one.weight) for one in batch), strict=True))  # fmt: skip
            loss = loss_of(told, truth, weight=weight)
            known = torch.tensor([bool(one.marks) for one in batch])
            if known.any():
                marks = torch.tensor([float(mark) for one in batch for mark in one.marks])
                use = own.bool() & known.unsqueeze(1)
                loss = loss + loss_of(words[use], marks, pos_weight=torch.tensor(3.0))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.parts.values(), 1.0)
            optimiser.step()
            slower.step()

    def _forward(self, batch: Sequence[Example]) -> tuple[Any, Any, Any]:
        """A logit for each pair, one for each token, and which tokens are the sentence's."""
        torch = self.torch
        longest = max(len(one.ids) for one in batch)
        ids, mask, own = (
            torch.zeros(len(batch), longest, dtype=kind) for kind in (torch.long, torch.bool, torch.float)
        )
        for row, one in enumerate(batch):
            ids[row, : len(one.ids)] = torch.tensor(one.ids)
            mask[row, : len(one.ids)] = True
            own[row, : len(one.ids)] = torch.from_numpy(one.own)
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.bert.embeddings(input_ids=ids)
            unseen = torch.zeros(len(batch), 1, 1, longest).masked_fill(~mask[:, None, None], -1e4)
            for number, layer in enumerate(self.bert.encoder.layer):
                if number == _FIRST:
                    hidden = hidden + self.parts["other"] * (mask * (1 - own)).unsqueeze(-1)
                hidden = layer(hidden, unseen)
        hidden = hidden.float()
        mean = (hidden * own.unsqueeze(-1)).sum(1) / own.sum(1, keepdim=True)
        told = torch.cat([hidden[:, 0], mean], 1) @ self.parts["head"] + self.parts["bias"]
        return told, hidden @ self.parts["words"], own

    def changes(self) -> dict[str, np.ndarray]:
        return {name: p.detach().numpy().astype(np.float16) for name, p in self.parts.items() if name != "words"}


def _batches(examples: Sequence[Example], rng: random.Random) -> list[list[Example]]:
    """All of them in batches of like length."""
    order = rng.sample(examples, len(examples))
    runs = [sorted(order[i : i + 32 * _BATCH], key=lambda one: len(one.ids)) for i in range(0, len(order), 32 * _BATCH)]
    batches = [run[i : i + _BATCH] for run in runs for i in range(0, len(run), _BATCH)]
    rng.shuffle(batches)
    return batches


if __name__ == "__main__":
    main()
