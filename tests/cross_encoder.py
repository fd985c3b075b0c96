"""A small model that scores pairs of texts, for the tests of what is made of such models."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fakes import BICYCLES, ISLANDS, LOCKERS


def small(
    folder: Path, head: str = "BertForSequenceClassification", labels: int = 1, named: Mapping[int, str] | None = None
) -> str:
    """A cross-encoder of one layer, its weights of chance, whose words are single characters. named: its labels."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    characters = sorted({*LOCKERS, *ISLANDS, *BICYCLES, *"海岛邮路有几艘船？Who came? Nine came."} - {" ", "\n"})
    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names: dict[str, Any] = {
        **{"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"},
        "model_max_length": 512,
    }
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=512, num_labels=labels, initializer_range=0.5,
    )  # fmt: skip
    if named:
        config.id2label = dict(named)
    getattr(transformers, head)(config).save_pretrained(folder)
    return str(folder)
