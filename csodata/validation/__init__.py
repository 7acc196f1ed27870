"""Validation: one table against a schema, the dataset, or a contribution beside the dataset. Each gives a Report."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csodata.messages import frictionless_types
    from csodata.validation.contribution import validate_contribution
    from csodata.validation.package import validate_dataset
    from csodata.validation.table import validate_table

__all__ = ["frictionless_types", "validate_contribution", "validate_dataset", "validate_table"]

MODULES = {
    "frictionless_types": "csodata.messages",
    "validate_contribution": "csodata.validation.contribution",
    "validate_dataset": "csodata.validation.package",
    "validate_table": "csodata.validation.table",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: who checks one table does not wait for the rules of the dataset."""
    from importlib import import_module

    if name not in MODULES:
        raise AttributeError(name)
    return getattr(import_module(MODULES[name]), name)
