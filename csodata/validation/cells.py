"""Check the cells of a batch: the sieve proves, the judge decides on what is left. Pure, and picklable.

The same function runs here on the blocks of a file, and elsewhere on the partitions of a table (docs/recipes/spark.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from csodata.arrays import mask_of, number_array, some, text_array, text_scalar
from csodata.errors import CsodataError
from csodata.schema import ForeignKey, TableSchema
from csodata.validation.judge import Verdict, judges
from csodata.validation.keys import NAN, combined, one_spelling
from csodata.validation.sieve import Sieve, not_of_form

if TYPE_CHECKING:
    import pyarrow as pa

Parents = Mapping[str, Sequence[Mapping[str, Any]]]

# Texts that are the only ones for their value, by type; any other is read and written anew before keys are compared.
ONE_SPELLING = {
    "integer": "(?:0|-?[1-9][0-9]{0,17})",
    "number": r"(?:0|-?[1-9][0-9]{0,14}(?:\.[0-9]{0,14}[1-9])?|-?0\.[0-9]{0,14}[1-9])",
    "boolean": "(?:true|false)",
}
WRONG = object()


class Found(NamedTuple):
    """What is wrong with some rows of a batch, in the same way and the same column."""

    code: str
    field: str | None
    rows: "pa.Int64Array"
    foreign_key: ForeignKey | None = None


class Checked(NamedTuple):
    """What is wrong with a batch, and its key columns, each value in its one spelling, null where there is none."""

    found: list[Found]
    keys: "dict[str, pa.StringArray]"


class CellCheck:
    """Checks batches of one table, whose columns are named as its fields; a null is an empty cell.

    Everything that one row and the tables above it can tell: types, constraints, blank rows, parts of the primary key
    that are missing, foreign keys to other tables. What it takes several rows to see is for `keys`.
    """

    def __init__(self, schema: TableSchema, parents: Parents | None = None) -> None:
        """Take the schema, and the rows that foreign keys point to, by table ("" is the table itself).

        A foreign key to a table that is not there is not checked.
        """
        self.schema = schema
        self.judges = judges(schema)
        self._sieves = {field.name: Sieve(field, schema.missing_values) for field in schema.fields}
        keys = [schema.primary_key, *schema.unique_keys, *(key.fields for key in schema.foreign_keys)]
        own = [key.reference.fields for key in schema.foreign_keys if not key.reference.resource]
        unique = [field.name for field in schema.fields if field.constraints.unique]
        self._keys = dict.fromkeys([*unique, *(name for key in [*keys, *own] for name in key)])
        above = parents or {}
        self._known = [
            (key, self._texts_above(key, above[key.reference.resource]))
            for key in schema.foreign_keys
            if key.reference.resource in above
        ]

    def __getstate__(self) -> dict[str, Any]:
        # Sieves and judges hold what cannot be sent to another process, and are made anew there.
        return {"schema": self.schema, "_keys": self._keys, "_known": self._known}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["schema"])  # type: ignore[misc]
        self.__dict__.update(state)

    def __call__(self, batch: "pa.RecordBatch") -> Checked:
        """Return what is wrong with a batch; raises BadSchemaError where frictionless cannot use a column."""
        names = [field.name for field in self.schema.fields if field.name in batch.schema.names]
        columns = {name: self._nulled(_as_text(batch.column(name), name)) for name in names}
        blank = self._blank_rows(batch, columns)
        found, keys = [], {}
        for name, cells in columns.items():
            suspects = self._sieves[name](cells)
            judged = None if suspects is None else self._judge(name, cells, suspects)
            if judged is not None:
                rows_by_code = ((code, _without(judged.rows_with(code), blank)) for code in judged.codes())
                found += [Found(code, name, rows) for code, rows in rows_by_code if len(rows)]
            if name in self._keys:
                keys[name] = self._in_one_spelling(name, cells, judged)
        if blank is not None:
            found.append(Found("blank-row", None, blank))
        return Checked([*found, *self._missing_keys(keys), *self._unknown(keys)], keys)

    def _nulled(self, cells: "pa.StringArray") -> "pa.StringArray":
        """Return a column with nulls for empty texts, if these are missing values; no text is copied for it."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if "" not in self.schema.missing_values:
            return cells
        full = pc.not_equal(cells, text_scalar(""))
        if pc.all(full, skip_nulls=False).as_py() is True:
            return cells
        if cells.null_count:
            full = pc.fill_null(full, mask_of([], 1)[0])
        if cells.offset:
            return pc.if_else(full, cells, text_scalar(None))
        return pa.StringArray.from_buffers(len(cells), *cells.buffers()[1:], full.buffers()[1])

    def _blank_rows(self, batch: "pa.RecordBatch", columns: "dict[str, pa.StringArray]") -> "pa.Int64Array | None":
        import pyarrow.compute as pc

        missing = text_array([value for value in self.schema.missing_values if value])
        blank = None
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            cells = columns.get(name, column)
            empty = cells.is_null()
            if name not in columns and cells.type == "string":
                empty = pc.or_kleene(empty, pc.equal(cells, text_scalar("")))
            if len(missing) and name in columns:
                empty = pc.or_(empty, pc.is_in(cells, missing))
            blank = empty if blank is None else pc.and_(blank, empty)
            if not pc.any(blank).as_py():
                return None
        return None if blank is None else some(blank)

    def _judge(self, name: str, cells: "pa.StringArray", suspects: "pa.Int64Array") -> "_Judged":
        import pyarrow.compute as pc

        rows = pc.unique(suspects).sort()
        texts = cells.take(rows).dictionary_encode(null_encoding="encode")
        distinct = texts.dictionary.to_pylist()
        return _Judged(rows, texts.indices, distinct, [self.judges[name](text) for text in distinct])

    def _in_one_spelling(self, name: str, cells: "pa.StringArray", judged: "_Judged | None") -> "pa.StringArray":
        """Return what the cells stand for, as texts that are equal where the values are; null for none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        pattern = ONE_SPELLING.get(self.schema.by_name[name].type)
        joined = "" in self.schema.missing_values
        odd = not_of_form(pattern, joined=joined)(cells) if pattern else None
        if odd is not None:
            judged = self._judge(name, cells, odd if judged is None else pa.concat_arrays([odd, judged.rows]))
        if judged is None:
            return cells
        spelled = [one_spelling(verdict.value) for verdict in judged.verdicts]
        if spelled == judged.distinct:
            return cells
        texts = text_array(spelled).take(judged.texts)
        return pc.replace_with_mask(cells, mask_of(judged.rows.to_pylist(), len(cells)), texts)

    def _missing_keys(self, keys: "dict[str, pa.StringArray]") -> Iterator[Found]:
        """Yield the rows without a part of the primary key; frictionless minds only a key without any part."""
        import pyarrow.compute as pc

        key = self.schema.primary_key
        told = None
        for name in key if keys.keys() >= set(key) else []:
            empty = keys[name].is_null()
            first = empty if told is None else pc.and_not(empty, told)
            told = empty if told is None else pc.or_(empty, told)
            if (rows := some(first)) is not None:
                yield Found("missing-key", name, rows)

    def _unknown(self, keys: "dict[str, pa.StringArray]") -> Iterator[Found]:
        """Yield the rows whose foreign key to another table leads nowhere."""
        import pyarrow.compute as pc

        for key, known in self._known:
            if keys.keys() >= set(key.fields):
                texts = combined([keys[name] for name in key.fields])
                if (rows := some(pc.invert(pc.is_in(texts, known)))) is not None:
                    yield Found("unknown-reference", key.fields[0], rows, key)

    def _texts_above(self, key: ForeignKey, rows: Iterable[Mapping[str, Any]]) -> "pa.StringArray":
        """Return the keys of other rows as `combined` gives those of a batch, and null among them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        named = list(zip(key.fields, key.reference.fields, strict=True))
        # What is no value of the column above, or equal to nothing, answers to no key: such a row is left out.
        read = ([self._spelled(name, row.get(target)) for name, target in named] for row in rows)
        above = [values for values in read if WRONG not in values]
        parts = [text_array(column) for column in zip(*above, strict=True)]
        nothing = text_array([None])  # a key that is empty in all its parts is no key
        return pc.unique(pa.concat_arrays([combined(parts), nothing])) if parts else nothing

    def _spelled(self, name: str, value: Any) -> Any:
        """Return a value of another table as a key of this one has it; None for an empty one."""
        field = self.schema.by_name[name]
        if isinstance(value, str) and field.type == "string" and field.format == "default":
            return None if value in self.schema.missing_values else value
        verdict = self.judges[name](value)
        text = one_spelling(verdict.value)
        return WRONG if "wrong-type" in verdict.faults or (field.type == "number" and text == NAN) else text


class _Judged(NamedTuple):
    """Some rows of a column, which of the distinct texts each has, these texts, and the verdicts on them."""

    rows: "pa.Int64Array"
    texts: "pa.Int32Array"
    distinct: list[str | None]
    verdicts: list[Verdict]

    def codes(self) -> list[str]:
        return list(dict.fromkeys(code for verdict in self.verdicts for code in verdict.faults))

    def rows_with(self, code: str) -> "pa.Int64Array":
        import pyarrow.compute as pc

        wrong = [index for index, verdict in enumerate(self.verdicts) if code in verdict.faults]
        if len(wrong) == len(self.verdicts):
            return self.rows
        return self.rows.filter(pc.is_in(self.texts, number_array(wrong).cast("int32")))


def _as_text(cells: "pa.Array", name: str) -> "pa.StringArray":
    """Return a column of texts as the plain kind of it; raises CsodataError for a column of something else."""
    import pyarrow as pa
    from pyarrow import types

    kind = cells.type.value_type if types.is_dictionary(cells.type) else cells.type
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return cells if cells.type == pa.string() else cells.cast(pa.string())
    raise CsodataError(f"The column '{name}' is of the type {kind}; what is checked are texts: cast it to string.")


def _without(rows: "pa.Int64Array", others: "pa.Int64Array | None") -> "pa.Int64Array":
    import pyarrow.compute as pc

    return rows if others is None else rows.filter(pc.invert(pc.is_in(rows, others)))
