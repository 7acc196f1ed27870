"""Validation: one table against a schema, the dataset, or a contribution beside the dataset. Each gives a Report."""

from csodata.messages import frictionless_types
from csodata.validation.contribution import validate_contribution
from csodata.validation.package import validate_dataset
from csodata.validation.table import validate_table

__all__ = ["frictionless_types", "validate_contribution", "validate_dataset", "validate_table"]
