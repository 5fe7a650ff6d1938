"""What is required: one TOML file a family, the loader, the coverage table."""

from conformance.catalogue.coverage import Coverage, CoverageRow, coverage
from conformance.catalogue.loader import CatalogueError, load_catalogue, read_catalogue
from conformance.catalogue.model import Bearer, Catalogue, Requirement

__all__ = [
    "Bearer",
    "Catalogue",
    "CatalogueError",
    "Coverage",
    "CoverageRow",
    "Requirement",
    "coverage",
    "load_catalogue",
    "read_catalogue",
]
