"""Keys over all rows: which stand twice, and which point to a row of their own table that does not exist."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from csodata.arrays import bytes_of, text_array, text_scalar
from csodata.reading import in_order
from csodata.schema import ForeignKey, TableSchema, to_text
from csodata.validation.records import Record

if TYPE_CHECKING:
    import pyarrow as pa

NAN = "NaN"  # equal to nothing, itself included
PART, ESCAPE, EMPTY = "\x1f", "\\", "\\0"

Columns = Mapping[str, "pa.StringArray"]


class At(NamedTuple):
    """A row, which becomes a record when somebody asks for it."""

    rows: Sequence[Record]
    number: int

    def record(self) -> Record:
        """Return the row."""
        return self.rows[self.number]


class Repeated(NamedTuple):
    """A key that stood before, and where it did."""

    code: str
    fields: list[str]
    value: str
    at: At
    earlier: At


class Lost(NamedTuple):
    """A key that points to no row of its own table."""

    foreign_key: ForeignKey
    value: str
    at: At


class _Unique(NamedTuple):
    """Fields whose values stand once; `whole`: only where none of them is empty."""

    code: str
    fields: list[str]
    whole: bool = False


class Keys:
    """Takes in the keys of a table's rows, block by block, then tells: it holds their texts, and no other cell."""

    def __init__(self, schema: TableSchema, columns: Sequence[str], *, own: bool = True) -> None:
        """Take the schema, and the columns that the table has: a key that lacks one is passed over.

        Foreign keys to the table itself are looked at where they are `own` business: not where all its rows are known.
        """
        present = set(columns)
        uniques = [_Unique("duplicate-value", [field.name]) for field in schema.fields if field.constraints.unique]
        uniques += [_Unique("duplicate-key", schema.primary_key)] if schema.primary_key else []
        uniques += [_Unique("duplicate-combination", key, whole=True) for key in schema.unique_keys]
        self._uniques = [unique for unique in uniques if present.issuperset(unique.fields)]
        self._own = [
            key
            for key in schema.foreign_keys
            if own and key.reference.resource == "" and present.issuperset(key.fields)
        ]
        self._numbers = {field.name for field in schema.fields if field.type == "number"}
        self._blocks: list[list[tuple[list[pa.StringArray], Sequence[Record], bool]]] = []

    def texts(self, columns: Columns) -> "list[pa.StringArray]":
        """Return one text a row for each key: the unique ones, then the foreign ones, then what these point to."""
        uniques = [self._unless_nan(unique.fields, columns, whole=unique.whole) for unique in self._uniques]
        lower = [combined([columns[name] for name in key.fields]) for key in self._own]
        upper = [
            self._unless_nan(key.reference.fields, columns)
            for key in self._own
            if columns.keys() >= set(key.reference.fields)
        ]
        return [*uniques, *lower, *upper]

    def _unless_nan(self, fields: Sequence[str], columns: Columns, *, whole: bool = False) -> "pa.StringArray":
        import pyarrow.compute as pc

        texts = combined([columns[name] for name in fields], whole=whole)
        for name in self._numbers.intersection(fields):
            texts = pc.if_else(pc.is_in(columns[name], text_array([NAN])), text_scalar(None), texts)
        return texts

    def take(self, *parts: "tuple[list[pa.StringArray], Sequence[Record]]", told: bool = True) -> None:
        """Take in the texts and rows of a block; its parts hold different rows of it, each in order.

        Rows that are not `told` are taken keys, but no fault of theirs is of interest.
        """
        if self._uniques or self._own:
            self._blocks.append([(texts, rows, told) for texts, rows in parts])

    def repeated(self) -> Iterator[Repeated]:
        """Yield each row whose key stood before, key by key, in the order of the rows."""
        side_by_side = in_order if len(self._blocks) > 1 else map  # threads are not worth their start for one block
        encoded = side_by_side(lambda number: self._all(number).dictionary_encode(), range(len(self._uniques)))
        for number, (unique, codes) in enumerate(zip(self._uniques, encoded, strict=True)):
            twice = _repeated_texts(codes)
            before: dict[str, At] = {}
            for text, at, told in self._standing(number, twice) if len(twice) else ():
                if text in before and told:
                    yield Repeated(unique.code, unique.fields, _shown(text, unique.fields), at, before[text])
                before[text] = at

    def lost(self) -> Iterator[Lost]:
        """Yield each row whose foreign key leads to no row of this table."""
        import pyarrow.compute as pc

        for index, key in enumerate(self._own):
            lower = len(self._uniques) + index
            upper = len(self._uniques) + len(self._own) + index
            above = self._all(upper)
            below = self._all(lower)
            if len(below):
                unknown = pc.unique(below.filter(pc.invert(pc.is_in(below, above)))).drop_null()
                for text, at, _ in self._standing(lower, unknown) if len(unknown) else ():
                    yield Lost(key, _shown(text, key.fields), at)

    def _all(self, number: int) -> "pa.ChunkedArray":
        import pyarrow as pa

        chunks = [texts[number] for block in self._blocks for texts, _, _ in block if number < len(texts)]
        return pa.chunked_array(chunks, pa.string())

    def _standing(self, number: int, wanted: "pa.StringArray") -> Iterator[tuple[str, At, bool]]:
        """Yield where some texts stand, in the order of the rows."""
        import pyarrow.compute as pc

        for block in self._blocks:
            hits = []
            for texts, rows, told in block:
                indices = pc.indices_nonzero(pc.is_in(texts[number], wanted))
                found = texts[number].take(indices).to_pylist()
                hits += [(text, At(rows, index), told) for text, index in zip(found, indices.to_pylist(), strict=True)]
            yield from sorted(hits, key=lambda hit: hit[1].record().row or 0) if len(block) > 1 else hits


def combined(parts: "Sequence[pa.StringArray]", *, whole: bool = False) -> "pa.StringArray":
    """Return the parts of a key as one text each row, different for different keys.

    Null where all parts are; where one is, if the key counts as a `whole` only.
    """
    import pyarrow.compute as pc

    if len(parts) == 1:
        return parts[0]
    escaped = [_escaped(part) for part in parts]
    texts = pc.binary_join_element_wise(
        *escaped, text_scalar(PART), null_handling="emit_null" if whole else "replace", null_replacement=EMPTY
    )
    if whole or not all(part.null_count for part in parts):
        return texts
    return pc.if_else(pc.equal(texts, text_scalar(PART.join([EMPTY] * len(parts)))), text_scalar(None), texts)


def _escaped(part: "pa.StringArray") -> "pa.StringArray":
    import pyarrow.compute as pc

    texts = bytes_of(part)
    if ESCAPE.encode() not in texts and PART.encode() not in texts:
        return part
    return pc.replace_substring(pc.replace_substring(part, ESCAPE, ESCAPE * 2), PART, f"{ESCAPE}s")


def _shown(text: str, fields: Sequence[str]) -> str:
    """Return a key as people read it."""
    if len(fields) == 1:
        return text
    parts = ["" if part == EMPTY else part for part in text.split(PART)]
    return ", ".join(part.replace(f"{ESCAPE}s", PART).replace(ESCAPE * 2, ESCAPE) for part in parts)


def _repeated_texts(encoded: "pa.ChunkedArray") -> "pa.StringArray":
    """Return the texts that stand more than once, from a dictionary of all texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not encoded.num_chunks:
        return text_array([])
    texts = encoded.chunk(encoded.num_chunks - 1).dictionary
    if len(texts) == len(encoded) - encoded.null_count:
        return texts.slice(0, 0)
    # Codes are given in the order in which texts come: where none is higher than all before, the text stood before.
    codes = pa.chunked_array([chunk.indices for chunk in encoded.chunks]).combine_chunks().drop_null()
    stood = pc.less_equal(codes[1:], pc.cumulative_max(codes)[:-1])
    return texts.take(pc.unique(codes[1:].filter(stood)))


def one_spelling(value: Any) -> str | None:
    """Return a value as a text that is the same for equal values."""
    if not isinstance(value, Decimal):
        return None if value is None else to_text(value)
    if value.is_nan():
        return NAN
    if not value.is_finite() or not value:
        return str(value) if value else "0"
    short = Context(prec=len(value.as_tuple().digits)).normalize(value)
    exponent = short.as_tuple().exponent
    return format(short, "f") if isinstance(exponent, int) and -30 < exponent < 30 else str(short)
