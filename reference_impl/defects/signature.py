"""Defects of signature."""

from reference_impl.defects.defect import Collection

defects = Collection()
