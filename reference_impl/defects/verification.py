"""Defects of verification."""

from reference_impl.defects.defect import Collection

defects = Collection()
