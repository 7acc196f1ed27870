// The dataset in memory: what data/*.js put into window.CSODATA, as rows, names, labels and citations.
// A table is loaded when a view needs it: as a script, since a page from file:// may not fetch.

const rowsByTable = new Map();
const indexByTable = new Map();
const scripts = new Map();
let language = "en";
let citations = null;
let translations = null;

const RECORD_PAGES = new Set(["forums", "actors", "instruments", "objectives", "commitments"]);

/** Everything of data/meta.js. */
export const meta = () => window.CSODATA;

/** The language that is shown, "en" or "fr". */
export const lang = () => language;

/** Show another language; the caller draws again. */
export function setLang(code) {
  language = code === "fr" ? "fr" : "en";
  document.documentElement.lang = language;
}

/** The words of a key of words.json, with {name} replaced from `values`. */
export function t(key, values = {}) {
  const pair = meta().words[key];
  const text = pair ? pair[language === "fr" ? 1 : 0] : key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A number as the language writes it. */
export const number = (value) => value.toLocaleString(language);

/** The words that stand for an empty cell. */
export const emptyText = () => t("b_empty");

/** The names of all tables, in the order of the schemas. */
export const tableNames = () => Object.keys(meta().schemas);

/** Load data/<name>.js, once. */
export function script(name) {
  if (!scripts.has(name)) {
    scripts.set(name, new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = `data/${name}.js`;
      element.onload = resolve;
      element.onerror = () => {
        scripts.delete(name);
        reject(new Error(`data/${name}.js cannot be loaded`));
      };
      document.head.append(element);
    }));
  }
  return scripts.get(name);
}

/** Load tables, with those that their rows name: a promise, or null where all is here. */
export function load(tables) {
  const wanted = new Set();
  const add = (table) => {
    if (wanted.has(table)) return;
    wanted.add(table);
    for (const { name, target } of schema(table).fields) {
      if (name === "record_id") tableNames().forEach(add); // the record may be of any table
      else if (target) add(target);
    }
  };
  tables.forEach(add);
  if (wanted.size) wanted.add("names");
  const missing = [...wanted].filter((table) => !(table in meta().tables));
  return missing.length ? Promise.all(missing.map(script)) : null;
}

/** The rows of a table as objects; made once. */
export function rows(table) {
  if (!rowsByTable.has(table)) {
    if (!(table in meta().tables)) throw new Error(`${table} is not loaded: the view has to name it in what it needs`);
    const { columns, rows: cells } = meta().tables[table];
    rowsByTable.set(
      table,
      cells.map((cell) => {
        const row = {};
        for (let i = 0; i < columns.length; i++) row[columns[i]] = cell[i];
        return row;
      }),
    );
  }
  return rowsByTable.get(table);
}

/** The name of a table's key column. */
export const keyOf = (table) => [].concat(meta().schemas[table].key)[0];

/** The row with this id, or undefined. */
export function byId(table, id) {
  if (!indexByTable.has(table)) {
    const key = keyOf(table);
    indexByTable.set(table, new Map(rows(table).map((row) => [row[key], row])));
  }
  return indexByTable.get(table).get(id);
}

/** Rows grouped by a column: Map of value to array of rows. */
export function groupBy(list, column) {
  const groups = new Map();
  const of = typeof column === "function" ? column : (row) => row[column];
  for (const row of list) {
    const value = of(row);
    if (groups.has(value)) groups.get(value).push(row);
    else groups.set(value, [row]);
  }
  return groups;
}

function frenchName(table, id) {
  if (!translations) {
    translations = new Map();
    for (const row of rows("names")) {
      const key = `${row.table_name}/${row.record_id}`;
      if (row.language_code?.startsWith("fr") && row.name_type !== "acronym" && row.name_type !== "former"
        && (row.name_type === "official" || !translations.has(key))) translations.set(key, row.name);
    }
  }
  return translations.get(`${table}/${id}`);
}

/** What people call a record, in the language that is shown. */
export function nameOf(table, id) {
  const row = byId(table, id);
  if (!row) return String(id ?? emptyText());
  if (language === "fr") {
    const french = row.name_fr ?? frenchName(table, id);
    if (french) return french;
  }
  if (row.name ?? row.title) return row.name ?? row.title;
  const parts = [];
  for (const field of schema(table).fields) {
    const value = row[field.name];
    if (value === null || field.name === keyOf(table)) continue;
    if (field.target && !field.name.startsWith("on_behalf")) parts.push(nameOf(field.target, value));
    else if (field.enum && field.name !== "table_name") parts.push(label(table, field.name, value));
    else if (field.name === "record_id") parts.push(nameOf(row.table_name, value));
    if (parts.length === 3) break;
  }
  return parts.length ? parts.join(" · ") : String(id);
}

/** The other names of a record (from the names table, with its acronym). */
export function otherNames(table, id) {
  const names = rows("names").filter((row) => row.table_name === table && row.record_id === id);
  return names.map((row) => row.name);
}

/** The schema of a table, as meta.js has it. */
export const schema = (table) => meta().schemas[table];

/** One field of a schema, or undefined. */
export const field = (table, column) => schema(table)?.fields.find((one) => one.name === column);

const inLanguage = (thing, key) => (language === "fr" && thing[`${key}_fr`]) || thing[key];

/** The title of a table for people. */
export const tableTitle = (table) => inLanguage(schema(table), "title");

/** The title of a column for people. */
export function columnTitle(table, column) {
  const found = field(table, column);
  return found ? inLanguage(found, "title") : column;
}

/** The description of a table, or of one of its columns. */
export function describeSchema(table, column = null) {
  const thing = column === null ? schema(table) : field(table, column);
  return thing ? inLanguage(thing, "description") : "";
}

/** A cell for people: the label of an enum value, the name of a record, yes or no, or "the source does not say". */
export function label(table, column, value) {
  const found = field(table, column);
  if (value === null || value === undefined || value === "") return found?.empty?.[language === "fr" ? 1 : 0] || emptyText();
  if (found?.enum) {
    const labels = found.enum[value];
    return labels ? labels[language === "fr" ? 1 : 0] || labels[0] : String(value);
  }
  if (found?.target && byId(found.target, value)) return nameOf(found.target, value);
  if (typeof value === "boolean") return t(value ? "b_yes" : "b_no");
  return String(value);
}

/** The number of citations of a record; counted beforehand, so that they need not be loaded. */
export const citationCount = (table, id) => byId(table, id)?.citations__n ?? 0;

/** The citations of a record. */
export function citationsOf(table, id) {
  citations ??= groupBy(rows("citations"), (row) => `${row.table_name}/${row.record_id}`);
  return (citations.get(`${table}/${id}`) ?? []).map((row) => ({
    id: row.citation_id,
    source: byId("sources", row.source_id),
    locator: row.locator,
    basis: row.citation_basis,
    stance: row.stance,
    column: row.column_name,
    other_value: row.other_value,
    note: row.note,
  }));
}

/** The address of a record's page; of its evidence, where a table has no pages. */
export function link(table, id) {
  if (!RECORD_PAGES.has(table)) return evidence(table, id);
  return `r/${language === "fr" ? "fr/" : ""}${table}/${encodeURIComponent(id)}.html`;
}

/** The address of the evidence of a record. */
export const evidence = (table, id) => `#/evidence/${table}/${encodeURIComponent(id)}`;

/** Text without case and accents, to search and to sort by. */
export const fold = (text) => String(text ?? "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Compare two texts as the language sorts them. */
export const compare = (one, other) => String(one).localeCompare(String(other), language, { numeric: true, sensitivity: "base" });

/** An EDTF date in words ("October 2019", "about 2004", "since 1998"). */
export function dateText(edtf) {
  if (!edtf) return emptyText();
  if (edtf.includes("/")) {
    const [from, to] = edtf.split("/");
    if (from === "..") return t("b_until", { date: dateText(to) });
    if (to === "..") return t("b_since", { date: dateText(from) });
    return t("b_span", { from: dateText(from), to: dateText(to) });
  }
  const plain = edtf.replace(/[~?%]/g, "");
  const [year, month, day] = plain.split("-");
  let text = plain;
  if (/^\d{3}X$/.test(plain)) text = t("b_decade", { year: plain.replace("X", "0") });
  else if (month && Number(month) > 20) text = `${t(`b_season_${month}`)} ${year}`;
  else if (month) {
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
    text = date.toLocaleDateString(language === "fr" ? "fr" : "en-GB", {
      timeZone: "UTC", year: "numeric", month: "long", ...(day ? { day: "numeric" } : {}),
    });
  }
  if (/[~%]/.test(edtf)) text = t("b_about", { date: text });
  if (/[?%]/.test(edtf)) text = t("b_uncertain", { date: text });
  return text;
}
