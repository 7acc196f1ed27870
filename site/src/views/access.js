// Access: by which way civil society got into each forum, year by year.
import { byId, columnTitle, compare, dateText, field, groupBy, label, meta, nameOf, rows, t } from "../data.js";
import { choice, h } from "../dom.js";
import { go, href } from "../router.js";
import { behind, evidenceLink, more, recordLink, scroller, search, searchesIn, table, value } from "./parts.js";

export const name = "access";
export const needs = () => ["access", "searches"];
const FIRST = 30; // lines drawn at once
const WIDE = 26; // years that fit side by side
const DEGREES = {
  shut: ["no_access", "none_found"],
  limited: ["restricted", "separate_event", "by_invitation", "observer", "in_state_delegation"],
  voice: ["speaking_slot", "written_input", "common_session"],
  inside: ["full_participation", "formal_mechanism", "co_organiser"],
};
const degreeOf = (mode) => Object.keys(DEGREES).find((degree) => DEGREES[degree].includes(mode));

export function show(element, params) {
  const state = stateOf(params);
  const list = selected(state);
  const change = (changes) => go(href(name, [], { ...state, ...changes }));
  const modes = Object.keys(field("access", "access_mode").enum);
  const families = [...groupBy(rows("access"), (row) => familyOf(row.forum_id)).keys()]
    .sort((a, b) => compare(nameOf("forums", a), nameOf("forums", b)));
  element.append(
    h("h1", {}, t("c_access_title")),
    h("p", { class: "says" }, describe(params)),
    h("form", { class: "filters", onsubmit: (event) => event.preventDefault() },
      choice("access-forum", t("c_forum"), [["", t("c_all_forums")], ...families.map((id) => [id, nameOf("forums", id)])], state.forum, (forum) => change({ forum, year: "" })),
      choice("access-mode", columnTitle("access", "access_mode"), [["", t("c_all_modes")], ...modes.map((mode) => [mode, label("access", "access_mode", mode)])], state.mode, (mode) => change({ mode })),
      (state.forum || state.mode || state.year) && h("a", { class: "reset", href: href(name) }, t("c_reset"))),
    legend(),
    list.length ? grid(list, state) : h("p", {}, t("c_no_rows")),
  );
  if (state.forum) element.append(...single(list, state).flat());
  element.append(behind(list.length, () => rowsBehind(list)));
}

export function describe(params) {
  const state = stateOf(params);
  const list = selected(state);
  const found = list.filter((row) => degreeOf(row.access_mode) !== "shut");
  const texts = [t(state.forum ? "c_access_says_one" : "c_access_says", {
    n: list.length, f: new Set(list.map((row) => familyOf(row.forum_id))).size, forum: state.forum && nameOf("forums", state.forum),
  })];
  const counts = [...groupBy(found, "access_mode")].sort((a, b) => b[1].length - a[1].length).slice(0, 2);
  if (counts.length) texts.push(t("c_access_most", { modes: counts.map(([mode, part]) => `${label("access", "access_mode", mode)} (${part.length})`).join(", ") }));
  return texts.join(" ");
}

function stateOf({ query }) {
  return { forum: query.get("forum") ?? "", mode: query.get("mode") ?? "", year: query.get("year") ?? "" };
}

function selected({ forum, mode, year }) {
  return rows("access").filter((row) => (!forum || familyOf(row.forum_id) === forum || row.forum_id === forum)
    && (!mode || row.access_mode === mode) && (!year || yearsOf(row).some(([one]) => String(one) === year)));
}

/** The series, or the forum that stands alone, to which a forum or a part of it belongs. */
function familyOf(id) {
  const seen = new Set();
  for (let forum = byId("forums", id); forum && !seen.has(forum.forum_id); forum = byId("forums", forum.series_forum_id ?? forum.parent_forum_id)) {
    seen.add(forum.forum_id);
    id = forum.forum_id;
  }
  return id;
}

/** The years of a row of access: [year, said?]; a standing way in goes on, faintly, where no end is said. */
function yearsOf(row) {
  const forum = byId("forums", row.forum_id) ?? {};
  const year = (day) => (day ? Number(day.slice(0, 4)) : null);
  const own = year(row.from_date__from) ?? year(row.from_date__to);
  const held = year(forum.start_date__from);
  const standing = isStanding(forum);
  const start = own ?? (standing ? null : held);
  if (start === null) return [];
  const end = year(row.to_date__to) ?? (standing ? null : Math.max(start, own ? start : year(forum.end_date__to) ?? start));
  const last = Math.min(end ?? lastYear(), lastYear());
  return Array.from({ length: Math.max(1, last - start + 1) }, (_, index) => [start + index, index === 0 || end !== null]);
}

const isStanding = (forum) => forum.forum_type === "series" || forum.forum_status === "ongoing";
const lastYear = () => Number(meta().created.slice(0, 4));

function legend() {
  return h("div", { class: "degrees" }, Object.entries(DEGREES).map(([degree, modes]) => h("div", {},
    h("strong", {}, h("span", { class: `swatch degree-${degree}`, "aria-hidden": "true" }), t(`c_degree_${degree}`)),
    h("span", {}, modes.map((mode, index) => [index ? ", " : "", label("access", "access_mode", mode)])))),
    h("div", {}, h("strong", {}, h("span", { class: "swatch degree-voice faint", "aria-hidden": "true" }), t("c_faint")), h("span", {}, t("c_faint_why"))));
}

/** One line a forum, one column a year; each cell is a link to the rows behind it. */
function grid(list, state) {
  const lineOf = (row) => (state.forum ? row.forum_id : familyOf(row.forum_id));
  const lines = [...groupBy(list, lineOf)].sort(state.forum
    ? (a, b) => (firstDay(a[0]) > firstDay(b[0]) ? 1 : -1) : (a, b) => b[1].length - a[1].length);
  const spans = new Map(list.map((row) => [row, yearsOf(row)]));
  const all = [...spans.values()].flat().map(([year]) => year);
  const last = Math.max(...all);
  const from = Math.max(Math.min(...all), last - WIDE); // the years before share the first column
  const columns = all.length ? Array.from({ length: last - from + 1 }, (_, index) => from + index) : [];
  const earlier = Math.min(...all) < from;
  const undated = list.some((row) => !spans.get(row).length);
  const body = h("tbody");
  const draw = (part) => body.append(...part.map(([id, own]) => h("tr", {},
    h("th", { scope: "row" }, state.forum ? recordLink("forums", id) : h("a", { href: href(name, [], { ...state, forum: id, year: "" }), title: nameOf("forums", id) }, nameOf("forums", id))),
    columns.map((year) => cell(id, year === from && earlier ? t("c_until_year", { year }) : year, own.flatMap((row) => spans.get(row).filter(([one]) => Math.max(one, from) === year).map(([, said]) => [row, said])), state)),
    undated && cell(id, t("c_no_year"), own.filter((row) => !spans.get(row).length).map((row) => [row, true]), state))));
  draw(lines.slice(0, FIRST));
  const rest = lines.length > FIRST && more(lines.length, () => {
    draw(lines.slice(FIRST));
    body.rows[FIRST].querySelector("a").focus();
  });
  return h("div", {}, scroller(t("c_access_title"), h("table", { class: "grid" }, h("caption", { class: "unseen" }, t("c_access_title")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("c_forum")),
      columns.map((year) => h("th", { scope: "col", class: year % 5 ? "year" : "year fifth" }, h("span", { "aria-hidden": "true" }, `${year === from && earlier ? "≤" : ""}’${String(year).slice(2)}`), h("span", { class: "unseen" }, year === from && earlier ? t("c_until_year", { year }) : String(year)))),
      undated && h("th", { scope: "col", class: "undated" }, t("c_no_year")))), body)), rest);
}

const firstDay = (id) => byId("forums", id)?.start_date__from ?? "";

function cell(id, year, found, state) {
  if (!found.length) return h("td", {});
  const modes = [...groupBy(found, ([row]) => row.access_mode)];
  const text = `${nameOf("forums", id)}, ${year}: ${modes.map(([mode, part]) => label("access", "access_mode", mode) + (part.some(([, said]) => said) ? "" : ` (${t("c_faint")})`)).join("; ")}`;
  return h("td", {}, h("a", { class: "cell", title: text, "aria-label": text, href: href(name, [], { ...state, forum: familyOf(id), year: Number(year) ? year : "" }) },
    modes.map(([mode, part]) => h("span", { class: `degree-${degreeOf(mode)}${part.some(([, said]) => said) ? "" : " faint"}` }))));
}

/** The rows of one forum in words, and what was looked for and not found. */
function single(list, state) {
  const searches = [...new Map(list.flatMap((row) => searchesIn(row.note)).map((row) => [row.search_id, row])).values()];
  return [h("h2", {}, state.year ? `${nameOf("forums", state.forum)}, ${state.year}` : nameOf("forums", state.forum)),
    h("p", {}, recordLink("forums", state.forum, t("c_page_of_forum")), state.year && [" · ", h("a", { href: href(name, [], { ...state, year: "" }) }, t("c_all_years"))]),
    h("ul", { class: "ways" }, list.map((row) => h("li", {},
      h("strong", {}, h("span", { class: `swatch degree-${degreeOf(row.access_mode)}`, "aria-hidden": "true" }), label("access", "access_mode", row.access_mode)), " · ",
      recordLink("forums", row.forum_id), " · ", when(row), row.organised_by && ` · ${columnTitle("access", "organised_by")}${t("c_colon")}${label("access", "organised_by", row.organised_by)}`,
      h("div", {}, row.accreditation_route, row.accreditation_route && row.note && " ", row.note), evidenceLink("access", row.access_id)))),
    searches.map(search)];
}

function when(row) {
  const forum = byId("forums", row.forum_id) ?? {};
  const held = isStanding(forum) ? null : forum.start_date;
  if (!row.from_date && !row.to_date) return held ? dateText(held) : value("access", "from_date", row);
  if (!row.from_date || !row.to_date || row.from_date === row.to_date) return row.from_date ? dateText(row.from_date) : t("b_until", { date: dateText(row.to_date) });
  return t("b_span", { from: dateText(row.from_date), to: dateText(row.to_date) });
}

function rowsBehind(list) {
  const column = (one) => [columnTitle("access", one), (row) => value("access", one, row)];
  return table(t("c_access_title"), [...["forum_id", "access_mode", "organised_by", "accreditation_route", "from_date", "to_date", "note"].map(column),
    [t("c_evidence"), (row) => evidenceLink("access", row.access_id)]], list, 25);
}
