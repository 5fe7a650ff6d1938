"""Defects of pull."""

from reference_impl.defects.defect import Collection

defects = Collection()
