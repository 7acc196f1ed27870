"""The dataset in words that machines share: Croissant (schema.org JSON-LD), the head of a Hugging Face data card."""

import json
from collections.abc import Mapping
from typing import Any

from csodata.schema import Field, TableSchema

TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean"}
# As the Croissant 1.0 specification gives it; readers hold it against their own copy.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(descriptor: Mapping[str, Any], models: Mapping[str, TableSchema], cite_as: str) -> str:
    """Return the dataset as Croissant 1.0: files with their hashes, and a record set for each table.

    Args:
        descriptor: the Data Package, with bytes and hashes.
        models: its schemas by table.
        cite_as: how it is cited.
    """
    whole = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": descriptor["name"],
        "alternateName": descriptor["title"],
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "description": descriptor["description"],
        "license": descriptor["licenses"][0]["path"],
        "version": descriptor["version"],
        "datePublished": descriptor["created"][:10],
        "citeAs": cite_as,
        "keywords": descriptor["keywords"],
        "inLanguage": ["en", "fr"],
        "isAccessibleForFree": True,
        "creator": [{"@type": "sc:Organization", "name": who["title"]} for who in descriptor["contributors"]],
        "distribution": [_file(resource) for resource in descriptor["resources"]],
        "recordSet": [_record_set(table, model) for table, model in models.items()],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _file(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource["path"],
        "name": resource["path"],
        "contentUrl": resource["path"],
        "contentSize": f"{resource['bytes']} B",
        "encodingFormat": resource["mediatype"],
        "sha256": resource["hash"].removeprefix("sha256:"),
    }


def _record_set(table: str, model: TableSchema) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": model.description,
        "key": [{"@id": f"{table}/{name}"} for name in model.primary_key],
        "field": [_field(table, field) for field in model.fields],
    }


def _field(table: str, field: Field) -> dict[str, Any]:
    # Keys to other tables are left to the Data Package: where tables point to each other, readers of Croissant stop.
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": field.name,
        "description": field.description,
        "dataType": "sc:URL" if field.format == "uri" else TYPES.get(field.type, "sc:Text"),
        "source": {"fileObject": {"@id": f"data/{table}.csv"}, "extract": {"column": field.name}},
    }


def card_head(descriptor: Mapping[str, Any], rows: int) -> str:
    """Return the head of a data card as Hugging Face reads it: licence, languages, size, and a configuration a table.

    The files are named as they are seen from the folder of the tables.
    """
    sizes = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))
    size = next((name for most, name in sizes if rows < most), "100K<n<1M")
    lines = ["---", f"pretty_name: {json.dumps(descriptor['title'], ensure_ascii=False)}", "license: cc-by-4.0"]
    lines += ["language: [en, fr]", f"size_categories: [{size}]", "tags:"]
    lines += [f"- {json.dumps(word, ensure_ascii=False)}" for word in descriptor["keywords"]]
    lines.append("configs:")
    for resource in descriptor["resources"]:
        path = resource["parquet"]["path"].rpartition("/")[2]
        lines += [f"- config_name: {resource['name']}", f"  data_files: {path}"]
    return "\n".join([*lines, "---", ""])
