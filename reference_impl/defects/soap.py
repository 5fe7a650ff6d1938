"""Defects of soap."""

from reference_impl.defects.defect import Collection

defects = Collection()
