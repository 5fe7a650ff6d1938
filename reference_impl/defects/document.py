"""Defects of document."""

from reference_impl.defects.defect import Collection

defects = Collection()
