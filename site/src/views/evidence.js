// Evidence: for a record, each citation with its source, place and basis; disagreements side by side.
import { byId, citationsOf, columnTitle, dateText, describeSchema, evidence, groupBy, label, link, nameOf, number, rows, schema, t, tableNames, tableTitle } from "../data.js";
import { h } from "../dom.js";
import { href } from "../router.js";
import { columnsOf, recordLink, search, searchesIn, silence, table, value } from "./parts.js";

export const name = "evidence";
export const needs = () => tableNames();
const PAGES = ["forums", "actors", "instruments", "objectives", "commitments"];

export function show(element, params) {
  const [tableName, id] = params.path;
  const row = id && schema(tableName) && byId(tableName, id);
  element.append(h("h1", {}, row ? nameOf(tableName, id) : t("c_evidence_title")), h("p", { class: "says" }, describe(params)));
  if (!row) return element.append(...entrance());
  element.append(h("p", { class: "ways-on" }, h("span", { class: "type", title: describeSchema(tableName) }, tableTitle(tableName)), " · ",
    PAGES.includes(tableName) && [h("a", { href: link(tableName, id) }, t("c_page")), " · "],
    tableName === "actors" && [h("a", { href: href("actors", [id]) }, t("c_actor_view")), " · "],
    h("a", { href: href("tables", [tableName], { q: id }) }, t("c_in_table"))));
  element.append(...(tableName === "sources" ? ofSource(row) : ofRecord(tableName, id, row)));
}

export function describe({ path: [tableName, id] }) {
  if (!id) return t("c_evidence_says", { n: number(rows("citations").length), s: number(rows("sources").length), d: number(disagreements().length) });
  if (!schema(tableName) || !byId(tableName, id)) return t("c_no_record", { id });
  if (tableName === "sources") return t("c_source_says", { n: number(rows("citations").filter((row) => row.source_id === id).length) });
  const citations = citationsOf(tableName, id);
  const against = citations.filter((one) => one.stance !== "supports").length;
  const sources = new Set(citations.map((one) => one.source?.source_id)).size;
  return `${t("c_record_says", { n: citations.length, s: sources })} ${against ? t("c_record_against", { n: against }) : t("c_record_no_against")}`;
}

const disagreements = () => rows("citations").filter((row) => row.stance !== "supports");

function ofRecord(tableName, id, row) {
  const citations = citationsOf(tableName, id);
  const whole = citations.filter((one) => !one.column);
  const single = groupBy(citations.filter((one) => one.column), "column");
  const disputed = [...single].filter(([, list]) => list.some((one) => one.stance !== "supports"));
  const backed = [...single].filter(([column]) => !disputed.some(([other]) => other === column));
  const doubts = whole.filter((one) => one.stance !== "supports");
  const columns = columnsOf(tableName);
  const silent = columns.filter((column) => row[column] === null);
  const searches = searchesIn(row.note);
  const counted = rows("counts").filter((one) => one.table_name === tableName && one.record_id === id);
  const parts = [];
  if (disputed.length || doubts.length) parts.push(h("h2", {}, t("c_disagreements")),
    disputed.map(([column, list]) => versus(tableName, column, row, list.filter((one) => one.stance === "supports").length ? list : [...whole, ...list])),
    doubts.length > 0 && cards(doubts));
  parts.push(h("h2", {}, t("c_whole")), h("p", {}, t("c_whole_why")), whole.length ? cards(whole.filter((one) => one.stance === "supports")) : silenceOf());
  if (backed.length) parts.push(h("h2", {}, t("c_single")), backed.map(([column, list]) => h("section", { class: "statement" },
    h("h3", {}, columnTitle(tableName, column), t("c_colon"), value(tableName, column, row, true)), cards(list))));
  parts.push(h("h2", {}, t("c_record")), h("dl", { class: "facts wide" }, columns.filter((column) => !silent.includes(column)).map((column) =>
    h("div", {}, h("dt", { title: describeSchema(tableName, column) }, columnTitle(tableName, column)), h("dd", {}, value(tableName, column, row))))));
  if (silent.length) parts.push(h("p", { class: "silent" }, t("c_silent_about", { columns: silent.map((column) => columnTitle(tableName, column)).join(", ") })));
  if (searches.length) parts.push(searches.map(search));
  if (counted.length) parts.push(h("h2", {}, tableTitle("counts")), table(tableTitle("counts"), [
    ...["counted", "count_value", "qualifier", "as_of_date", "note"].map((column) => [columnTitle("counts", column), (one) => value("counts", column, one)]),
    [t("c_evidence"), (one) => h("a", { href: evidence("counts", one.count_id) }, t("c_evidence"), h("span", { class: "unseen" }, `: ${one.count_value}`))]], counted));
  return parts.flat(Infinity).filter(Boolean);
}

const silenceOf = () => h("p", { class: "silent" }, t("c_no_citation"));

/** One value that sources tell differently: what stands here, and what another says, side by side. */
function versus(tableName, column, row, list) {
  const sides = groupBy(list.filter((one) => one.stance !== "supports"), (one) => one.other_value ?? "");
  const says = (raw) => (raw ? value(tableName, column, { ...row, [column]: raw }) : t("c_other_value"));
  return h("section", { class: "statement" }, h("h3", {}, columnTitle(tableName, column)), h("div", { class: "versus" },
    h("div", {}, h("p", { class: "side" }, t("c_here")), h("p", { class: "value" }, value(tableName, column, row, true)), cards(list.filter((one) => one.stance === "supports"))),
    [...sides].map(([raw, against]) => h("div", { class: "against" }, h("p", { class: "side" }, t("c_there")), h("p", { class: "value" }, says(raw)), cards(against)))));
}

function cards(list) {
  return h("ul", { class: "cards" }, list.map((one) => h("li", {},
    h("p", { class: "source" }, sourceLink(one.source), h("span", { class: "type" }, [one.source?.publisher, one.source?.published_date && dateText(one.source.published_date),
      one.source && label("sources", "source_type", one.source.source_type)].filter(Boolean).join(" · "))),
    h("dl", { class: "facts" }, h("div", {}, h("dt", {}, columnTitle("citations", "locator")), h("dd", {}, one.locator ?? silence(true))),
      h("div", {}, h("dt", {}, columnTitle("citations", "citation_basis")), h("dd", {}, label("citations", "citation_basis", one.basis)))),
    one.note && h("p", {}, one.note),
    one.source && h("p", { class: "small" }, h("a", { href: evidence("sources", one.source.source_id) }, t("c_what_it_backs"), h("span", { class: "unseen" }, `: ${one.source.title}`))))));
}

function sourceLink(source) {
  if (!source) return silence(true);
  const address = source.canonical_url ?? source.observed_url;
  return /^https?:/.test(address ?? "") ? h("a", { href: address, rel: "noreferrer" }, source.title) : source.title;
}

/** A source: what it is, and all that is taken from it. */
function ofSource(row) {
  const taken = rows("citations").filter((one) => one.source_id === row.source_id);
  return [h("p", {}, sourceLink(row)), h("dl", { class: "facts wide" }, columnsOf("sources").filter((column) => row[column] !== null).map((column) =>
    h("div", {}, h("dt", {}, columnTitle("sources", column)), h("dd", {}, value("sources", column, row))))),
  h("h2", {}, t("c_what_it_backs")), table(t("c_what_it_backs"), [
    [t("c_record"), (one) => recordLink(one.table_name, one.record_id)],
    [columnTitle("citations", "table_name"), (one) => tableTitle(one.table_name)],
    [columnTitle("citations", "column_name"), (one) => (one.column_name ? columnTitle(one.table_name, one.column_name) : t("c_whole_short"))],
    ...["locator", "citation_basis", "stance"].map((column) => [columnTitle("citations", column), (one) => value("citations", column, one)]),
    [t("c_evidence"), (one) => h("a", { href: evidence(one.table_name, one.record_id) }, t("c_evidence"), h("span", { class: "unseen" }, `: ${nameOf(one.table_name, one.record_id)}`))]], taken, 50)];
}

/** Without a record: how to get here, where sources disagree, what was looked for and not found. */
function entrance() {
  return [h("p", {}, t("c_evidence_how"), " ", h("a", { href: href("tables", ["citations"]) }, t("c_all_citations")), " · ", h("a", { href: href("tables", ["sources"]) }, t("c_all_sources"))),
    h("h2", {}, t("c_disagreements")), table(t("c_disagreements"), [
      [t("c_record"), (row) => h("a", { href: evidence(row.table_name, row.record_id) }, nameOf(row.table_name, row.record_id))],
      [columnTitle("citations", "column_name"), (row) => (row.column_name ? columnTitle(row.table_name, row.column_name) : t("c_whole_short"))],
      [t("c_here"), (row) => { const here = byId(row.table_name, row.record_id); return here && row.column_name ? value(row.table_name, row.column_name, here) : silence(); }],
      [t("c_there"), (row) => (row.column_name && row.other_value ? value(row.table_name, row.column_name, { [row.column_name]: row.other_value }) : t("c_other_value"))],
      [columnTitle("citations", "source_id"), (row) => recordLink("sources", row.source_id)]], disagreements()),
    h("h2", {}, t("c_looked_title")), h("p", {}, t("c_looked_why")), table(t("c_looked_title"), ["question", "where_searched", "searched_date", "outcome"].map((column) =>
      [columnTitle("searches", column), (row) => value("searches", column, row)]), rows("searches"), 8)];
}
