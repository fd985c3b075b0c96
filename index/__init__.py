"""How passages are found: bulletins split, folded, embedded, stored and searched."""

from .errors import IndexDamaged, IndexingError, IndexMismatch, IndexMissing, ModelUnavailable
from .passage import Hit, Passage

__all__ = ["Hit", "IndexDamaged", "IndexMismatch", "IndexMissing", "IndexingError", "ModelUnavailable", "Passage"]
