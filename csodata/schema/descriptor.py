"""Strict reading of this dataset's datapackage.json: what is not known, or not as the house has it, is an error."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic import Field as Key

from csodata.dataset import DESCRIPTOR, Dataset
from csodata.errors import BadSchemaError

Text = Annotated[str, Key(min_length=1)]
Hash = Annotated[str, Key(pattern=r"^sha256:[0-9a-f]{64}$|^$")]  # empty until the first build
Profile = Literal["https://datapackage.org/profiles/2.0/dataresource.json"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class File(_Strict):
    """A file, its size and its hash."""

    path: Text
    bytes: int = Key(ge=0)
    hash: Hash


class Resource(File):
    """A table: its canonical CSV, its schema, and the same rows as Parquet."""

    name: str = Key(pattern=r"^[a-z]+(?:_[a-z]+)*$")
    profile: Literal["tabular-data-resource"]
    standard: Profile = Key(alias="$schema")
    type: Literal["table"]
    scheme: Literal["file"]
    format: Literal["csv"]
    mediatype: Literal["text/csv"]
    encoding: Literal["utf-8"]
    schema_path: Text = Key(alias="schema")
    parquet: File

    @model_validator(mode="after")
    def _one_name_everywhere(self) -> "Resource":
        expected = (f"data/{self.name}.csv", f"schemas/{self.name}.json", f"data/{self.name}.parquet")
        if (self.path, self.schema_path, self.parquet.path) != expected:
            raise ValueError(f"the files of '{self.name}' are {', '.join(expected)}")
        return self


class Licence(_Strict):
    """A licence: its SPDX name, what it covers, where it stands."""

    name: Text
    title: Text
    path: Text


class Contributor(_Strict):
    """Who made the dataset."""

    title: Text
    roles: list[Text] = Key(min_length=1)


class Source(_Strict):
    """What the dataset was made from."""

    title: Text
    path: Text


class Package(_Strict):
    """The dataset as a whole."""

    standard: Literal["https://datapackage.org/profiles/2.0/datapackage.json"] = Key(alias="$schema")
    profile: Literal["tabular-data-package"]
    name: Literal["csodata"]
    title: Text
    description: Text
    version: str = Key(pattern=r"^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)$")
    created: str = Key(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")
    licenses: list[Licence] = Key(min_length=1)
    contributors: list[Contributor] = Key(min_length=1)
    keywords: list[Text] = Key(min_length=1)
    sources: list[Source] = Key(min_length=1)
    resources: list[Resource] = Key(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> "Package":
        names = [resource.name for resource in self.resources]
        if len(names) != len(set(names)):
            raise ValueError("two resources have the same name")
        return self


def descriptor_faults(dataset: Dataset) -> list[str]:
    """Return a sentence for each key of the descriptor that is missing, not known, or not as it should be."""
    try:
        Package.model_validate(dataset.descriptor)
    except ValidationError as error:
        return [_sentence(fault, dataset.descriptor) for fault in error.errors()]
    return []


def require_descriptor(dataset: Dataset) -> None:
    """Raise BadSchemaError where the descriptor is not as it should be."""
    found = descriptor_faults(dataset)
    if found:
        raise BadSchemaError(f"{dataset.path / DESCRIPTOR}: {'; '.join(found)}.")


def _sentence(fault: Any, descriptor: dict[str, Any]) -> str:
    place = list(fault["loc"])
    if len(place) > 1 and place[0] == "resources":
        place[1] = descriptor["resources"][place[1]].get("name", place[1])
    key = ".".join(map(str, place)) or "resources"
    if fault["type"] == "extra_forbidden":
        return f"the key '{key}' is not known here; is it misspelt?"
    message = fault["msg"].removeprefix("Value error, ")
    return f"the key '{key}': {message[:1].lower()}{message[1:]}"
