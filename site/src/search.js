// The search of the frame: forums, actors, instruments, objectives and commitments by any of their names.
import MiniSearch from "minisearch";
import { fold, groupBy, keyOf, rows } from "./data.js";

const TABLES = ["actors", "forums", "instruments", "objectives", "commitments"];
let index = null;

/** Make the index; the first search does, if nobody did. */
export function prepare() {
  index = new MiniSearch({
    idField: "at",
    fields: ["name", "others"],
    storeFields: ["table", "id"],
    // Most words are plain ASCII, and quicker folded without the tables of Unicode.
    processTerm: (term) => (/^[\x20-\x7e]*$/.test(term) ? term.toLowerCase() : fold(term)) || null,
    searchOptions: {
      prefix: true,
      fuzzy: (term) => (term.length > 5 ? 0.15 : false),
      combineWith: "AND",
      boostDocument: (at) => (at.startsWith("actors/") || at.startsWith("forums/") ? 2 : 1),
    },
  });
  const others = groupBy(rows("names"), (row) => `${row.table_name}/${row.record_id}`);
  for (const table of TABLES) {
    const key = keyOf(table);
    index.addAll(rows(table).map((row) => {
      const at = `${table}/${row[key]}`;
      return {
        at, table, id: row[key],
        name: row.name ?? row.title,
        others: [row.acronym, ...(others.get(at) ?? []).map((other) => other.name)].filter(Boolean).join(" "),
      };
    }));
  }
}

/** The records that answer a search, best first: [{table, id}…]. */
export function search(text) {
  if (!index) prepare();
  return index.search(text).map(({ table, id }) => ({ table, id }));
}
