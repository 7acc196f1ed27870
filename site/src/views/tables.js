// Tables: every table with facets and search; the selection as CSV, as permalink, as citation.
import { byId, columnTitle, compare, describeSchema, evidence, field, fold, groupBy, keyOf, label, meta, nameOf, number, rows, schema, t, tableNames, tableTitle } from "../data.js";
import { choice, h } from "../dom.js";
import { go, href } from "../router.js";
import { columnsOf, evidenceLink, namesByRecord, recordLink, remember, scroller, value } from "./parts.js";

export const name = "tables";
export const needs = ({ path }) => [tableOf(path)];
const PAGE = 100;
const MANY = 400; // values of a facet; beyond that, the search serves better
const OWN = ["q", "sort", "page", "from", "to"];

export function show(element, { path, query }) {
  const table = tableOf(path);
  const state = stateOf(table, query);
  const all = rows(table);
  const change = (changes) => go(href(name, [table], { ...state, page: "", ...changes }));
  const result = h("div", { class: "result" });
  const input = h("input", { id: "tables-q", type: "search", autocomplete: "off", value: state.q, oninput: () => {
    state.q = input.value;
    state.page = "";
    remember(href(name, [table], state));
    draw();
  } });
  function draw() {
    result.replaceChildren(...outcome(table, selected(table, state), state));
  }
  element.append(
    h("h1", {}, t("c_tables_title")),
    h("div", { class: "filters" }, choice("tables-table", t("c_table"), tableNames().map((one) => [one, `${tableTitle(one)} (${number(meta().counts[one])})`]), table,
      (one) => go(href(name, [one]))),
      h("div", { class: "field" }, h("label", { for: "tables-q" }, t("c_search")), input)),
    h("p", { class: "says" }, describeSchema(table)),
    h("details", { class: "columns" }, h("summary", {}, t("c_columns")), h("dl", {}, schema(table).fields.map((one) =>
      h("div", {}, h("dt", {}, columnTitle(table, one.name), " ", h("code", {}, one.name)), h("dd", {}, describeSchema(table, one.name)))))),
    h("details", { open: innerWidth > 736 || Object.keys(state).some((key) => !["q", "sort", "page"].includes(key) && state[key]) }, h("summary", {}, t("c_filters")), h("div", { class: "filters" },
      facets(table, all).map(([column, counts]) => choice(`facet-${column}`, heading(table, column),
        [["", t("c_all")], ...counts], state[column], (chosen) => change({ [column]: chosen }))),
      dateColumn(table) && ["from", "to"].map((side) => h("div", { class: "field" }, h("label", { for: `facet-${side}` }, t(`c_year_${side}`, { column: columnTitle(table, dateColumn(table)) })),
        h("input", { id: `facet-${side}`, type: "number", min: "1800", max: "2100", value: state[side], onchange: (event) => change({ [side]: event.target.value }) }))),
      h("a", { class: "reset", href: href(name, [table]) }, t("c_reset")))),
    result);
  draw();
}

export function describe({ path, query }) {
  const table = tableOf(path);
  return t("c_tables_says", { n: number(selected(table, stateOf(table, query)).length), all: number(rows(table).length), table: tableTitle(table) });
}

const tableOf = (path) => (schema(path[0]) ? path[0] : "forums");

function stateOf(table, query) {
  return Object.fromEntries([...OWN, ...schema(table).fields.map((one) => one.name)].map((key) => [key, query.get(key) ?? ""]));
}

/** A column's title; of one that points to a record by its identifier, and shows its name, the title without "ID". */
function heading(table, column) {
  const title = columnTitle(table, column);
  if (!field(table, column).target) return title;
  const bare = title.replace(/ (ID|code)$/, "").replace(/^(Identifiant|Code) (du |de la |de l’|de )/, "");
  return bare[0].toUpperCase() + bare.slice(1);
}

const dateColumn = (table) => ["start_date", "adopted_date", "made_date", "stated_date", "published_date", "from_date", "as_of_date", "founded_date"].find((column) => field(table, column));

/** The columns to choose by: [column, [[value, text with count]]]. */
function facets(table, all) {
  return schema(table).fields.filter((one) => one.enum || one.target || one.type === "boolean" || one.name === "language_code").map((one) => {
    const counts = [...groupBy(all, one.name)].filter(([raw]) => raw !== null);
    const order = one.enum ? Object.keys(one.enum) : null;
    const options = counts.map(([raw, part]) => [String(raw), `${label(table, one.name, raw)} (${number(part.length)})`])
      .sort((a, b) => (order ? order.indexOf(a[0]) - order.indexOf(b[0]) : compare(a[1], b[1])));
    const empty = all.length - counts.reduce((sum, [, part]) => sum + part.length, 0);
    if (empty) options.push(["-", `${t("c_silent")} (${number(empty)})`]);
    return [one.name, options];
  }).filter(([, options]) => options.length > 1 && options.length <= MANY);
}

const texts = new Map();

/** What a row is found by: its cells, the labels and names they stand for, and its other names. */
function textsOf(table) {
  const at = `${table} ${document.documentElement.lang}`;
  if (!texts.has(at)) {
    const others = namesByRecord(table);
    const fields = schema(table).fields;
    texts.set(at, new Map(rows(table).map((row) => [row, fold([...(others.get(row[keyOf(table)]) ?? []), ...fields.flatMap((one) => {
      const raw = row[one.name];
      if (raw === null) return [];
      if (one.name === "record_id" && row.table_name) return [raw, nameOf(row.table_name, raw)];
      return one.enum || one.target ? [raw, label(table, one.name, raw)] : [raw];
    })].join("\n"))])));
  }
  return texts.get(at);
}

/** The rows that are chosen, in the order of the table. */
function selected(table, state) {
  const words = fold(state.q).split(/\s+/).filter(Boolean);
  const found = words.length ? textsOf(table) : null;
  const chosen = schema(table).fields.map((one) => [one.name, state[one.name]]).filter(([, raw]) => raw);
  const date = dateColumn(table);
  return rows(table).filter((row) => chosen.every(([column, raw]) => (raw === "-" ? row[column] === null : String(row[column]) === raw))
    && (!found || words.every((word) => found.get(row).includes(word)))
    && (!state.from || (row[`${date}__to`] ?? row[`${date}__from`] ?? "") >= state.from)
    && (!state.to || (row[`${date}__from`] ?? row[`${date}__to`] ?? "~").slice(0, 4) <= state.to));
}

function outcome(table, list, state) {
  const sorted = sort(table, list, state.sort);
  const page = Math.min(Math.max(1, Number(state.page) || 1), Math.max(1, Math.ceil(list.length / PAGE)));
  const columns = columnsOf(table).filter((column) => list.some((row) => row[column] !== null));
  const head = ["name", "title"].find((column) => columns.includes(column));
  if (head) columns.unshift(...columns.splice(columns.indexOf(head), 1));
  const cited = rows(table).some((row) => row.citations__n);
  const missing = columnsOf(table).filter((column) => !columns.includes(column));
  const sorter = (column) => {
    const down = state.sort === column;
    return h("th", { scope: "col", "aria-sort": down ? "ascending" : state.sort === `-${column}` ? "descending" : null },
      h("a", { href: href(name, [table], { ...state, page: "", sort: down ? `-${column}` : column }), title: describeSchema(table, column) }, heading(table, column),
        h("span", { "aria-hidden": "true" }, down ? " ↑" : state.sort === `-${column}` ? " ↓" : "")));
  };
  return [
    h("div", { class: "take" }, h("p", { role: "status" }, t("c_selected", { n: number(list.length), all: number(rows(table).length) })),
      h("button", { type: "button", id: "take-csv", disabled: !list.length, onclick: () => save(`${table}.csv`, csv(table, list), "text/csv") }, t("c_take_csv")),
      takeAlong(table, list, state)),
    list.length ? scroller(tableTitle(table), h("table", { class: "data" }, h("caption", { class: "unseen" }, tableTitle(table)),
      h("thead", {}, h("tr", {}, columns.map((column, index) => [sorter(column), index === 0 && (cited || table === "citations" || table === "sources") && h("th", { scope: "col" }, t("c_evidence"))]))),
      h("tbody", {}, sorted.slice((page - 1) * PAGE, page * PAGE).map((row) => h("tr", {}, columns.map((column, index) => [
        h(index ? "td" : "th", index ? { "data-title": heading(table, column) } : { scope: "row" }, index === 0 && column === head ? recordLink(table, row[keyOf(table)]) : cell(table, column, row)),
        index === 0 && (cited || table === "citations" || table === "sources") && h("td", { "data-title": t("c_evidence") }, proof(table, row))])))))) : h("p", {}, t("c_no_rows")),
    pages(table, list.length, page, state),
    h("p", { class: "silent" }, t("c_dash"), missing.length && list.length ? ` ${t("c_empty_columns", { columns: missing.map((column) => columnTitle(table, column)).join(", ") })}` : ""),
  ];
}

function proof(table, row) {
  if (table === "citations") return h("a", { href: evidence(row.table_name, row.record_id) }, t("c_evidence"));
  return table === "sources" ? h("a", { href: evidence(table, row.source_id) }, t("c_what_it_backs")) : evidenceLink(table, row[keyOf(table)]);
}

function cell(table, column, row) {
  const content = value(table, column, row);
  return typeof content === "string" && content.length > 90 ? h("span", { class: "long", title: content }, content) : content;
}

function sort(table, list, by) {
  if (!by) return list;
  const column = by.replace(/^-/, "");
  const text = (row) => (row[column] === null ? null : column.endsWith("_date") || typeof row[column] === "number" ? row[column] : label(table, column, row[column]));
  const order = by.startsWith("-") ? -1 : 1;
  return list.map((row) => [text(row), row]).sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : order * (typeof a === "number" ? a - b : compare(a, b)))).map(([, row]) => row);
}

function pages(table, n, page, state) {
  const last = Math.ceil(n / PAGE);
  if (last < 2) return h("p");
  const to = (other, words) => (other >= 1 && other <= last ? h("a", { href: href(name, [table], { ...state, page: other === 1 ? "" : other }) }, words) : h("span", { class: "silent" }, words));
  return h("nav", { class: "pages", "aria-label": t("c_pages") }, to(page - 1, t("c_before")), h("span", {}, t("c_page_of", { page, last })), to(page + 1, t("c_after")));
}

/** The rows as canonical CSV: the columns of the schema, line feeds, quotation marks where needed. */
function csv(table, list) {
  const columns = schema(table).fields.map((one) => one.name);
  const quoted = (cell) => (/[,"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [columns, ...list.map((row) => columns.map((column) => String(row[column] ?? "")))].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

function save(file, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  h("a", { href: address, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The selection as an address that shows it again, and as a text that cites it. */
function takeAlong(table, list, state) {
  const chosen = schema(table).fields.filter((one) => state[one.name]).map((one) => `${columnTitle(table, one.name)}: ${state[one.name] === "-" ? t("c_silent") : choiceText(table, one, state[one.name])}`);
  if (state.q) chosen.unshift(`“${state.q}”`);
  for (const side of ["from", "to"]) if (state[side]) chosen.push(`${t(`c_year_${side}`, { column: columnTitle(table, dateColumn(table)) })} ${state[side]}`);
  const address = location.href.split("#")[0] + href(name, [table], state);
  const cited = () => `${meta().citation.text} ${t("c_cite_rows", { n: number(list.length), all: number(rows(table).length), table: tableTitle(table) })}${chosen.length ? ` (${chosen.join("; ")})` : ""}.`;
  const box = (id, words, text, lines) => {
    const area = h("textarea", { id, readonly: true, rows: lines }, text);
    const done = h("span", { role: "status" });
    return [h("label", { for: id }, words), area, h("button", { type: "button", onclick: async () => {
      area.select();
      try {
        await navigator.clipboard.writeText(text);
        done.textContent = t("c_copied");
      } catch {
        done.textContent = t("c_marked"); // a page may be kept from the clipboard; the text is marked, to be copied by hand
      }
    } }, t("c_copy")), " ", done];
  };
  const details = h("details", { class: "along", ontoggle: () => {
    if (details.open && details.children.length === 1) details.append(h("div", {}, box("along-link", t("c_permalink"), address, 2), box("along-cite", t("c_citation"), cited(), 4),
      box("along-bibtex", "BibTeX", meta().citation.bibtex, 6), h("button", { type: "button", onclick: () => save(`${table}-citation.txt`, `${cited()}\n\n${address}\n\n${meta().citation.bibtex}\n`, "text/plain") }, t("c_take_citation"))));
  } }, h("summary", {}, t("c_along")));
  return details;
}

function choiceText(table, one, raw) {
  if (one.type === "boolean") return label(table, one.name, raw === "true");
  return one.target && byId(one.target, raw) ? nameOf(one.target, raw) : label(table, one.name, raw);
}
