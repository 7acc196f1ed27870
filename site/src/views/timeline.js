// When forums met: series as lanes, editions and parts as bars as wide as their date is uncertain.
import { forumCard, forumDates, links } from "../card.js";
import { isCivilForum } from "../civil.js";
import { byId, compare, fold, groupBy, label, link, nameOf, number, rows, t } from "../data.js";
import { behind, choice, h, s, textField, tick } from "../dom.js";
import { href, update } from "../router.js";

export const name = "timeline";
export const needs = () => ["forums", "participations"];

const LANES = 14; // what fits on a screen; the rest is one click away
const ROW = 12;
const STANDING = new Set(["ongoing", "dormant", "ended"]);

/** Where a forum stands in time: earliest and latest day, and how precisely its start is known; null without a date. */
function span(forum) {
  const held = forum.start_date || forum.end_date;
  const of = (column) => forum[`${held ? "" : "planned_"}${column}`];
  const from = of("start_date__from") ?? of("end_date__from");
  const latest = of("start_date__to") ?? from;
  if (!from) return null;
  const to = of("end_date__to") ?? latest;
  const days = (Date.parse(latest) - Date.parse(from)) / 86400000;
  const precision = days < 1 ? "day" : days < 32 ? "month" : "year";
  return { from: Date.parse(from), to: Date.parse(to) + 86400000, precision, planned: !held, open: !of("end_date") };
}

/** The forum at the head of the lane of a forum: the series of its series, or the parent of its parent. */
function head(forum) {
  let at = forum;
  for (let step = 0; step < 10; step++) {
    const above = byId("forums", at.series_forum_id ?? at.parent_forum_id);
    if (!above) break;
    at = above;
  }
  return at.forum_id;
}

function chosen(params) {
  const query = params.query;
  const level = query.get("level") ?? "";
  const words = fold(query.get("q"));
  const from = Number(query.get("from") ?? 2000);
  const to = Number(query.get("to") ?? new Date().getFullYear() + 1);
  const civil = query.get("civil") === "1";
  const matching = rows("forums").filter((forum) => {
    if (level && forum.level !== level) return false;
    if (civil && !isCivilForum(forum)) return false;
    if (!words) return true;
    const heads = byId("forums", head(forum));
    return [forum, heads].some((one) => fold(`${one.name} ${one.acronym ?? ""} ${nameOf("forums", one.forum_id)}`).includes(words));
  });
  const start = Date.UTC(from, 0, 1);
  const end = Date.UTC(to + 1, 0, 1);
  const undated = [];
  const dated = [];
  let outside = 0;
  for (const forum of matching) {
    const at = span(forum);
    if (!at) undated.push(forum);
    else if (at.to > start && at.from < end) dated.push({ forum, ...at });
    else outside += 1;
  }
  return { undated, dated, outside, start, end, from, to, level, civil, q: query.get("q") ?? "", id: query.get("id"), all: query.get("all") === "1" };
}

/** Lanes: one for each head with at least two dated forums, the longest first; then single forums by level. */
function lanes(dated) {
  const series = [];
  const single = [];
  for (const [id, bars] of groupBy(dated, ({ forum }) => head(forum))) {
    if (bars.length > 1) series.push({ id, bars });
    else single.push(...bars);
  }
  series.sort((one, other) => other.bars.length - one.bars.length || compare(nameOf("forums", one.id), nameOf("forums", other.id)));
  const levels = [...groupBy(single, ({ forum }) => forum.level)].sort((one, other) => other[1].length - one[1].length);
  return { series, single: levels.map(([level, bars]) => ({ level, bars })) };
}

function drawLane(lane, state, width) {
  const x = (time) => Math.max(0, Math.min(width, ((time - state.start) / (state.end - state.start)) * width));
  const rowsUsed = [];
  const marks = [];
  const standing = lane.bars.find(({ forum }) => forum.forum_id === lane.id && STANDING.has(forum.forum_status));
  if (standing) {
    const end = standing.open && standing.forum.forum_status !== "ended" ? state.end : standing.to;
    marks.push(s("line", { class: "standing", x1: x(standing.from), x2: x(end), y1: 6, y2: 6 }));
  }
  const bars = [...lane.bars].sort((one, other) => one.from - other.from);
  for (const bar of bars) {
    const id = bar.forum.forum_id;
    const left = x(bar.from);
    // A standing forum is its founding, and the line; a bar as long as its life would say that it met all the time.
    const right = STANDING.has(bar.forum.forum_status) ? left + 7 : x(bar.to);
    const wide = Math.max(right - left, bar.precision === "day" ? 5 : 7);
    let row = rowsUsed.findIndex((end) => end + 2 <= left);
    if (row < 0) row = rowsUsed.push(0) - 1;
    rowsUsed[row] = left + wide;
    const civil = isCivilForum(bar.forum);
    const words = [nameOf("forums", id), forumDates(bar.forum), civil ? t("b_civil") : ""].filter(Boolean).join(", ");
    const point = () => update({ id: id === state.id ? "" : id });
    marks.push(s("a", {
      id: `bar-${id}`, href: href("timeline", [], { id }), class: `bar ${bar.precision}${civil ? " civil" : ""}${bar.planned ? " planned" : ""}${id === state.id ? " chosen" : ""}`,
      "aria-label": words, tabindex: marks.some((mark) => mark.getAttribute("tabindex") === "0") ? "-1" : "0",
      onclick: (event) => {
        event.preventDefault();
        point();
      },
    }, s("title", {}, words), s("rect", { x: Math.min(left, width - wide), y: row * ROW + 2, width: wide, height: ROW - 3, rx: 2 })));
  }
  const height = Math.max(1, rowsUsed.length) * ROW + 2;
  const lines = ticks(state, width).map(({ at }) => s("line", { class: "grid", x1: at, x2: at, y1: 0, y2: height }));
  return s("svg", {
    width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": lane.words,
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const stops = [...event.currentTarget.querySelectorAll("a")];
      stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))].focus();
    },
  }, lines, marks);
}

function ticks(state, width) {
  const years = state.to - state.from + 1;
  const step = [1, 2, 5, 10, 20].find((one) => (years / one) * 48 <= width) ?? 20;
  const found = [];
  for (let year = Math.ceil(state.from / step) * step; year <= state.to; year += step) {
    found.push({ year, at: ((Date.UTC(year, 0, 1) - state.start) / (state.end - state.start)) * width });
  }
  return found;
}

function laneWords(lane) {
  return lane.id ? nameOf("forums", lane.id) : t("b_single", { level: label("forums", "level", lane.level) });
}

function chart(state) {
  const { series, single } = lanes(state.dated);
  const shown = state.all ? series : series.slice(0, LANES);
  const list = [...shown, ...(state.all || series.length <= LANES ? single : [])];
  const box = h("div", { class: "lanes" });
  const paint = () => {
    const narrow = box.clientWidth < 620;
    const width = Math.max(240, box.clientWidth - (narrow ? 0 : 230));
    const axis = s("svg", { width, height: 20, viewBox: `0 0 ${width} 20`, "aria-hidden": "true", class: "axis" },
      ticks(state, width).map(({ year, at }) => s("text", { x: at + 2, y: 14 }, String(year))));
    box.replaceChildren(
      h("div", { class: "lane top-axis" }, h("div", { class: "lane-name" }), axis),
      ...list.map((lane) => {
        lane.words = laneWords(lane);
        return h("div", { class: "lane" },
          h("div", { class: "lane-name" }, lane.id ? h("a", { href: link("forums", lane.id) }, lane.words) : lane.words, " ",
            h("span", { class: "kind" }, number(lane.bars.length))),
          drawLane(lane, state, width));
      }));
  };
  const rest = series.length - shown.length;
  const more = series.length > LANES && h("button", { id: "all-lanes", class: "rest", onclick: () => update({ all: state.all ? "" : "1" }) },
    state.all ? t("b_fewer_lanes") : t("b_all_lanes", { n: number(rest), m: number(single.reduce((sum, one) => sum + one.bars.length, 0)) }));
  return { box, paint, more };
}

function legend() {
  const mark = (className) => s("svg", { width: 26, height: 14, "aria-hidden": "true" },
    s("a", { class: `bar ${className}` }, s("rect", { x: 1, y: 2, width: className.startsWith("day") ? 6 : className.startsWith("month") ? 9 : 24, height: 10, rx: 2 })));
  return h("ul", { class: "marks" },
    [["day", "b_day"], ["month", "b_month"], ["year", "b_year"], ["day civil", "b_civil"], ["year planned", "b_planned_only"]]
      .map(([className, key]) => h("li", {}, mark(className), t(key))),
    h("li", {}, s("svg", { width: 26, height: 14, "aria-hidden": "true" }, s("line", { class: "standing", x1: 0, x2: 26, y1: 7, y2: 7 })), t("b_standing")));
}

export function show(element, params) {
  const state = chosen(params);
  const years = Array.from({ length: 81 }, (_, i) => [String(1950 + i), String(1950 + i)]);
  const levels = Object.keys(rows("forums").reduce((all, forum) => ({ ...all, [forum.level]: 1 }), {}));
  const { box, paint, more } = chart(state);
  element.append(
    h("h1", {}, t("b_timeline_title")),
    h("p", { class: "says" }, describe(params)),
    h("div", { class: "filters" },
      textField("t-q", t("b_name_has"), state.q, (q) => update({ q }, { replace: true })),
      choice("t-level", t("b_level"), [["", t("b_all")], ...levels.map((one) => [one, label("forums", "level", one)])], state.level, (level) => update({ level })),
      choice("t-from", t("b_from"), years, String(state.from), (from) => update({ from })),
      choice("t-to", t("b_to"), years, String(state.to), (to) => update({ to })),
      tick("t-civil", t("b_only_civil"), state.civil, (on) => update({ civil: on ? "1" : "" }))),
    legend(),
    h("div", { class: "card-place" }, state.id && forumCard(state.id, () => update({ id: "" }))),
    box);
  if (more) element.append(h("p", {}, more));
  element.append(
    h("p", { class: "note" }, t("b_civil_note")),
    behind(t("b_timeline_title"), [t("b_forum"), t("b_when"), t("b_level"), t("b_civil_short"), ""], () =>
      state.dated.sort((one, other) => one.from - other.from).map(({ forum }) => [
        h("a", { href: link("forums", forum.forum_id) }, nameOf("forums", forum.forum_id)), forumDates(forum),
        label("forums", "level", forum.level), isCivilForum(forum) ? t("b_yes") : "", links("forums", forum.forum_id)])),
    h("details", {}, h("summary", {}, t("b_undated", { n: number(state.undated.length) })),
      h("ul", { class: "columns" }, state.undated.map((forum) => h("li", {}, h("a", { href: link("forums", forum.forum_id) }, nameOf("forums", forum.forum_id)))))));
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (box.clientWidth !== width) paint();
    width = box.clientWidth;
  });
  paint();
  width = box.clientWidth;
  watch.observe(box);
  return () => watch.disconnect();
}

export function describe(params) {
  const state = chosen(params);
  const civil = state.dated.filter(({ forum }) => isCivilForum(forum)).length;
  const vague = state.dated.filter(({ precision }) => precision !== "day").length;
  return t("b_timeline_says", { n: number(state.dated.length), from: state.from, to: state.to, civil: number(civil), vague: number(vague), outside: number(state.outside), undated: number(state.undated.length) });
}
