"""Defects of tls."""

from reference_impl.defects.defect import Collection

defects = Collection()
