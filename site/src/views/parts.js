// What the views of access, actors, tables and evidence share: links to records, cells, long tables, searches.
import { citationCount, columnTitle, dateText, evidence, field, label, link, nameOf, rows, schema, t } from "../data.js";
import { h } from "../dom.js";
import { href } from "../router.js";
import "./parts.css";

/** Write the state of a view into the address without drawing the view again: what is typed keeps its place. */
export function remember(address) {
  history.replaceState(null, "", address);
}

/** Return a link to a record: an actor's view, a page of its own, or its evidence. */
export function recordLink(table, id, text = nameOf(table, id)) {
  if (!id) return silence();
  return h("a", { href: table === "actors" ? href("actors", [id]) : link(table, id) }, text);
}

/** Return a link to the evidence of a record that says how many citations there are. */
export function evidenceLink(table, id) {
  const n = citationCount(table, id);
  return h("a", { class: "evidence", href: evidence(table, id), title: nameOf(table, id) }, t(n === 1 ? "c_citation_one" : "c_citation_many", { n }),
    h("span", { class: "unseen" }, `: ${nameOf(table, id)}`));
}

/** Return the mark of an empty cell: a dash in tables, in words elsewhere. */
export function silence(long = false) {
  return long ? h("span", { class: "silent" }, t("c_silent"))
    : h("span", { class: "silent", title: t("c_silent") }, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "unseen" }, t("c_silent")));
}

/** Return the value of a cell as people read it: a label, a name that is a link, a day, an address. */
export function value(table, column, row, long = false) {
  const raw = row[column];
  if (raw === null || raw === undefined) return silence(long);
  const target = field(table, column)?.target;
  if (target && target !== "countries" && target !== "themes") return recordLink(target, raw);
  if (column === "record_id" && row.table_name) return recordLink(row.table_name, raw);
  if (column.endsWith("_date")) return h("span", { class: "when" }, dateText(raw));
  if (/^https?:\/\//.test(raw)) return h("a", { href: raw, rel: "noreferrer" }, raw.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, ""));
  return label(table, column, raw);
}

/** Return a table; columns are [heading, row → content]; beyond `first` rows a button shows the others. */
export function table(caption, columns, list, first = 12) {
  const body = h("tbody");
  const draw = (part) => body.append(...part.map((row) => h("tr", {}, columns.map(([, content], index) =>
    h(index ? "td" : "th", { scope: index ? null : "row" }, content(row))))));
  draw(list.slice(0, first));
  const box = h("div", { class: "rows" }, scroller(caption, h("table", {}, h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, columns.map(([heading]) => h("th", { scope: "col" }, heading)))), body)));
  if (list.length > first) box.append(more(list.length, () => {
    draw(list.slice(first));
    body.rows[first].querySelector("a")?.focus();
  }));
  return box;
}

/** Return a button that shows the rest, once. */
export function more(n, draw) {
  const button = h("button", { type: "button", class: "more", onclick: () => {
    draw();
    button.remove();
  } }, t("c_show_all", { n }));
  return button;
}

/** Return the table behind a chart, made when it is opened; `make` returns it. */
export function behind(n, make) {
  const details = h("details", { class: "behind", ontoggle: () => {
    if (details.open && details.children.length === 1) details.append(make());
  } }, h("summary", {}, t("c_table_behind", { n })));
  return details;
}

/** Return a box that scrolls sideways and that the keyboard reaches. */
export function scroller(name, ...children) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, ...children);
}

/** Return the searches that a note names, as rows. */
export function searchesIn(note) {
  return note ? rows("searches").filter((row) => note.includes(row.search_id)) : [];
}

/** Return what was looked for and not found, with where and when. */
export function search(row) {
  return h("div", { class: "sought" }, h("strong", {}, t("c_looked")), " ", row.question, h("dl", { class: "facts" },
    ["where_searched", "searched_date", "outcome"].map((column) => h("div", {}, h("dt", {}, columnTitle("searches", column)), h("dd", {}, value("searches", column, row))))));
}

/** Return the columns of a table that describe a record, all but its key. */
export const columnsOf = (table) => schema(table).fields.map((one) => one.name).filter((name) => name !== schema(table).key && name !== schema(table).key[0]);

/** Return the rows of other names by record. */
export function namesByRecord(table) {
  const names = new Map();
  for (const row of rows("names")) if (row.table_name === table) names.set(row.record_id, [...(names.get(row.record_id) ?? []), row.name]);
  return names;
}
