// Who asked what, which objective it serves, what was promised, and what came of it.
import { links } from "../card.js";
import { byId, compare, dateText, fold, groupBy, label, link, nameOf, number, rows, t } from "../data.js";
import { behind, choice, h, textField } from "../dom.js";
import { update } from "../router.js";
import { isPromise, join } from "../statements.js";
import { drawFlow, flows } from "./flow.js";

export const name = "chain";
export const needs = () => ["commitment_actors", "commitment_objectives", "commitment_updates", "objectives"];

const SINGLE = 24; // so many objectives can be read one by one in the chart; above, themes stand for them
const LISTED = 40;
const FILTERS = ["theme", "forum", "maker", "addressee", "objective"];

function within(table, id, parents) {
  const key = table === "themes" ? "theme_id" : "forum_id";
  const found = new Set([id]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const row of rows(table)) if (parents.some((column) => found.has(row[column]))) found.add(row[key]);
  }
  return found;
}

function chosen(params) {
  const query = params.query;
  const state = Object.fromEntries(FILTERS.map((key) => [key, query.get(key) ?? ""]));
  state.gap = query.get("gap") ?? "";
  state.q = query.get("q") ?? "";
  state.all = query.get("all") === "1";
  const { objectives, served, actors } = join();
  const themes = state.theme && within("themes", state.theme, ["parent_theme_id"]);
  const forums = state.forum && within("forums", state.forum, ["series_forum_id", "parent_forum_id"]);
  const words = fold(state.q);
  const has = (row) => !words || fold(`${row.title} ${row.summary ?? ""}`).includes(words);
  const filtered = FILTERS.some((key) => state[key]) || words;
  state.statements = rows("commitments").filter((row) =>
    (!themes || themes.has(row.theme_id))
    && (!forums || forums.has(row.forum_id))
    && (!state.maker || actors(row.commitment_id, "maker").includes(state.maker))
    && (!state.addressee || actors(row.commitment_id, "addressee").includes(state.addressee))
    && (!state.objective || served(row.commitment_id).includes(state.objective))
    && has(row));
  const linked = new Set(state.statements.flatMap((row) => served(row.commitment_id)));
  state.objectives = objectives.filter(({ row, id, asks, promises }) => {
    if (state.gap && (promises.length || (state.gap === "asked" && !asks.length))) return false;
    if (state.objective) return id === state.objective;
    if (!filtered) return true;
    if (linked.has(id)) return true;
    if (state.addressee) return false;
    return (!themes || themes.has(row.theme_id)) && (!forums || forums.has(row.forum_id))
      && (!state.maker || row.actor_id === state.maker || row.stated_by_actor_id === state.maker) && has(row);
  });
  state.single = filtered && state.objectives.filter((one) => linked.has(one.id)).length <= SINGLE;
  return state;
}

function statement(row) {
  const { actors } = join();
  const names = (role) => actors(row.commitment_id, role).map((id) => nameOf("actors", id)).join(", ");
  const to = names("addressee");
  return h("li", {},
    h("span", { class: "kind" }, label("commitments", "speech_act", row.speech_act)), " ",
    h("a", { href: link("commitments", row.commitment_id), lang: "en" }, row.title),
    h("div", { class: "small" }, [names("maker"), to && t("b_to_whom", { to }), row.made_date && dateText(row.made_date)].filter(Boolean).join(" · ")),
    h("div", { class: "small" }, links("commitments", row.commitment_id)));
}

function holder(row) {
  const of = [["forums", row.forum_id], ["actors", row.actor_id], ["instruments", row.instrument_id]].filter(([, id]) => id);
  return of.map(([table, id]) => nameOf(table, id)).join(", ");
}

function objectiveItem({ row, id, asks, promises }, open) {
  const { reports } = join();
  const updates = [...asks, ...promises].flatMap((one) => reports(one.commitment_id));
  const column = (title, items, none) => h("div", {}, h("h3", {}, title), items.length ? h("ul", { class: "plain" }, items) : h("p", { class: "empty" }, none));
  const body = h("div", { class: "links-of" });
  const fill = () => body.firstChild || body.append(
    column(t("b_asked"), asks.map(statement), t("b_none_asked")),
    column(t("b_promised"), promises.map(statement), t("b_no_promise")),
    column(t("b_came"), updates.map((row) => h("li", {}, h("strong", {}, label("commitment_updates", "update_status", row.update_status)), ` · ${dateText(row.as_of_date)} · ${label("commitment_updates", "assessment_basis", row.assessment_basis)}`,
      h("div", { class: "small" }, nameOf("commitments", row.commitment_id)), h("div", { class: "small" }, links("commitment_updates", row.commitment_update_id)))), t("b_no_report")),
    h("p", { class: "whole" }, links("objectives", id)));
  if (open) fill();
  return h("li", { class: promises.length ? "objective" : asks.length ? "objective without" : "objective silent" },
    h("details", { open, ontoggle: (event) => { if (event.target.open) fill(); } },
      h("summary", { id: `o-${id}` },
        h("span", { class: "what" }, h("strong", {}, nameOf("objectives", id)), " ", h("span", { class: "kind" }, holder(row))),
        h("span", { class: "badges" },
          asks.length ? h("span", { class: "badge" }, t("b_n_asked", { n: number(asks.length) })) : null,
          promises.length ? h("span", { class: "badge yes" }, t("b_n_promised", { n: number(promises.length) })) : h("span", { class: asks.length ? "badge gap" : "badge silent" }, t("b_no_promise")),
          updates.length ? h("span", { class: "badge yes" }, t("b_n_reports", { n: number(updates.length) })) : null)),
      body));
}

function options(table, ids) {
  const found = [...ids].map(([id, n]) => [id, `${nameOf(table, id)} (${n})`]);
  return [["", t("b_all")], ...found.sort((one, other) => compare(one[1], other[1]))];
}

const tally = (values) => values.reduce((counts, value) => (value ? counts.set(value, (counts.get(value) ?? 0) + 1) : counts), new Map());

/** The forums that statements or objectives name, with those above them, so that a series can be chosen whole. */
function forumCounts() {
  const counts = new Map();
  for (const row of [...rows("commitments"), ...rows("objectives")]) {
    const seen = new Set();
    for (let at = byId("forums", row.forum_id); at && !seen.has(at.forum_id); at = byId("forums", at.series_forum_id ?? at.parent_forum_id)) {
      seen.add(at.forum_id);
      counts.set(at.forum_id, (counts.get(at.forum_id) ?? 0) + 1);
    }
  }
  return counts;
}

function themeOptions() {
  const children = groupBy(rows("themes"), "parent_theme_id");
  const of = (parent, depth) => (children.get(parent) ?? []).flatMap((row) =>
    [[row.theme_id, `${"  ".repeat(depth)}${nameOf("themes", row.theme_id)}`], ...of(row.theme_id, depth + 1)]);
  return [["", t("b_all")], ...of(null, 0)];
}

export function show(element, params) {
  const state = chosen(params);
  const roles = groupBy(rows("commitment_actors"), "commitment_role");
  const people = (role) => options("actors", tally((roles.get(role) ?? []).map((row) => row.actor_id)));
  const drawn = flows(state);
  const box = h("div", { class: "flow", role: "img", "aria-label": describe(params) });
  const ordered = [...state.objectives].sort((one, other) => other.asks.length - one.asks.length
    || other.promises.length - one.promises.length || compare(one.row.title, other.row.title));
  const listed = state.all ? ordered : ordered.slice(0, LISTED);
  const set = (key) => (value) => update({ [key]: value, all: "" });
  element.append(
    h("h1", {}, t("b_chain_title")),
    h("p", { class: "says" }, describe(params)),
    h("div", { class: "filters" },
      choice("c-theme", t("b_theme"), themeOptions(), state.theme, set("theme")),
      choice("c-forum", t("b_forum"), options("forums", forumCounts()), state.forum, set("forum")),
      choice("c-maker", t("b_maker"), people("maker"), state.maker, set("maker")),
      choice("c-addressee", t("b_addressee"), people("addressee"), state.addressee, set("addressee")),
      textField("c-q", t("b_words"), state.q, (q) => update({ q, all: "" }, { replace: true })),
      choice("c-gap", t("b_objectives"), [["", t("b_all")], ["1", t("b_without")], ["asked", t("b_asked_without")]], state.gap, set("gap")),
      (FILTERS.some((key) => state[key]) || state.q || state.gap) && h("a", { class: "reset", href: "#/chain" }, t("b_reset"))),
    h("div", { class: "scroll flow-scroll", tabindex: "0", role: "region", "aria-label": t("b_chain_title") },
      h("ol", { class: "flow-heads", "aria-hidden": "true" }, ["b_asked", state.single ? "b_objective" : "b_theme", "b_promised", "b_came"].map((key) => h("li", {}, t(key)))),
      box),
    h("p", { class: "note" }, t(state.single ? "b_chain_single" : "b_chain_themes", { n: number(drawn.left) })),
    behind(t("b_chain_title"), [t("b_flow_from"), t("b_flow_to"), t("b_number")], () =>
      drawn.flows.sort((one, other) => other.n - one.n).map(({ source, target, n }) => [drawn.nodes.get(source).words, drawn.nodes.get(target).words, number(n)])),
    h("h2", {}, t("b_objectives_n", { n: number(ordered.length) })),
    h("ul", { class: "plain objectives" }, listed.map((one) => objectiveItem(one, Boolean(state.objective)))),
    ordered.length > listed.length ? h("p", {}, h("button", { id: "all-objectives", class: "rest", onclick: () => update({ all: "1" }) }, t("b_show_all", { n: number(ordered.length) }))) : "");
  if (!drawn.flows.length) {
    box.replaceWith(h("p", { class: "empty" }, t("b_nothing")));
    return undefined;
  }
  const chart = drawFlow(box, drawn);
  const watch = new ResizeObserver(chart.fit);
  watch.observe(box);
  return () => {
    watch.disconnect();
    chart.remove();
  };
}

export function describe(params) {
  const state = chosen(params);
  const promises = state.statements.filter(isPromise);
  const { reports } = join();
  return t("b_chain_says", {
    asks: number(state.statements.length - promises.length), promises: number(promises.length),
    reported: number(promises.filter((row) => reports(row.commitment_id).length).length),
    objectives: number(state.objectives.length), asked: number(state.objectives.filter((one) => one.asks.length).length),
    gap: number(state.objectives.filter((one) => one.asks.length && !one.promises.length).length),
  });
}
