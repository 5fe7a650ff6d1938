"""Named defects: each makes the node do one thing wrong, as some real system did or would."""

from reference_impl.defects.catalogue import DEFECTS
from reference_impl.defects.defect import Defect

__all__ = ["DEFECTS", "Defect"]
