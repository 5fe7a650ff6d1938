"""Defects of lifecycle."""

from reference_impl.defects.defect import Collection

defects = Collection()
