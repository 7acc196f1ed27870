// Where forums met and where actors sit: one circle a country, since places are known by city and country only.
import { geoNaturalEarth1, geoPath } from "d3-geo";
import places from "csodata:places";
import { feature } from "topojson-client";
import atlas from "world-atlas/countries-110m.json";
import { forumDates, links } from "../card.js";
import { isCivilActor, isCivilForum } from "../civil.js";
import { compare, groupBy, label, link, nameOf, number, rows, t } from "../data.js";
import { behind, choice, h, s, tick } from "../dom.js";
import { update } from "../router.js";

export const name = "map";
export const needs = () => ["forums", "participations"];

// What is shown whole: west, south, east, north.
const PARTS = {
  world: [-168, -50, 188, 68],
  africa: [-24, -36, 58, 38],
  americas: [-125, -54, -34, 56],
  asia: [32, -11, 145, 55],
  europe: [-12, 35, 44, 68],
  oceania: [110, -48, 179, 10],
};
const ANTARCTICA = "010";

function chosen(params) {
  const query = params.query;
  const what = query.get("what") === "actors" ? "actors" : "forums";
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const civil = query.get("civil") === "1";
  const list = rows(what).filter((row) => {
    if (civil && !(what === "forums" ? isCivilForum(row) : isCivilActor(row.actor_id))) return false;
    if (what === "actors" || !(from || to)) return true;
    const first = row.start_date__from ?? row.planned_start_date__from;
    const last = row.end_date__to ?? row.start_date__to ?? row.planned_end_date__to ?? row.planned_start_date__to;
    return first && (!to || first.slice(0, 4) <= to) && (!from || last.slice(0, 4) >= from);
  });
  const countries = groupBy(list.filter((row) => row.country_code), "country_code");
  const zoom = query.get("zoom") in PARTS ? query.get("zoom") : "world";
  return { zoom, what, from, to, civil, list, countries, country: query.get("country"), placed: list.filter((row) => row.country_code).length };
}

const keyOf = (what) => (what === "forums" ? "forum_id" : "actor_id");

/** The number on each large circle, but not where it would lie on the number of a larger one. */
function figures(circles) {
  const kept = [];
  for (const circle of circles) {
    if (kept.every(({ at }) => Math.hypot(at[0] - circle.at[0], at[1] - circle.at[1]) > 22)) kept.push(circle);
  }
  return kept.map(({ at: [x, y], n }) => s("text", { x, y, "aria-hidden": "true" }, number(n)));
}

function drawMap(state) {
  const land = feature(atlas, atlas.objects.countries).features.filter((country) => country.id !== ANTARCTICA);
  // A phone gets a smaller sheet, so that circles and figures are as large there as on a desktop.
  const [width, height] = innerWidth < 620 ? [480, 270] : [960, 500];
  const [west, south, east, north] = PARTS[state.zoom];
  const edge = [west, (west + east) / 2, east].flatMap((x) => [south, (south + north) / 2, north].map((y) => [x, y]));
  const projection = geoNaturalEarth1().rotate([state.zoom === "world" ? -10 : -(west + east) / 2, 0])
    .fitExtent([[6, 6], [width - 6, height - 6]], { type: "MultiPoint", coordinates: edge });
  const path = geoPath(projection);
  const most = Math.max(1, ...[...state.countries.values()].map((list) => list.length));
  const radius = (n) => 4 + (width / 42) * Math.sqrt(n / most);
  // The small ones lie on the large ones, and the one that was chosen on all.
  const circles = [...state.countries].filter(([code]) => places[code]).sort((one, other) => other[1].length - one[1].length);
  return s("svg", { class: "world", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": t("b_map_title") },
    s("g", { "aria-hidden": "true" }, land.map((country) => s("path", { class: "land", d: path(country) }))),
    circles.map(([code, list]) => {
      const [cx, cy] = projection(places[code]);
      const words = `${nameOf("countries", code)}: ${number(list.length)}`;
      return s("a", {
        id: `at-${code}`, href: "#/map", class: `place${code === state.country ? " chosen" : ""}`, "aria-label": words,
        onclick: (event) => {
          event.preventDefault();
          update({ country: code === state.country ? "" : code });
        },
      }, s("title", {}, words), s("circle", { cx, cy, r: radius(list.length) }));
    }),
    figures(circles.map(([code, list]) => ({ at: projection(places[code]), n: list.length })).filter(({ n }) => radius(n) > 10)));
}

function listOf(state) {
  const list = state.countries.get(state.country) ?? [];
  const key = keyOf(state.what);
  const sorted = [...list].sort((one, other) => state.what === "forums"
    ? compare(other.start_date ?? "", one.start_date ?? "") : compare(one.name, other.name));
  return h("section", { class: "card", "aria-label": nameOf("countries", state.country) },
    h("button", { id: "close-card", class: "close", onclick: () => update({ country: "" }) }, t("b_close")),
    h("h2", {}, t(`b_in_country_${state.what}`, { country: nameOf("countries", state.country), n: number(list.length) })),
    h("ul", { class: "plain" }, sorted.map((row) => h("li", {},
      h("a", { href: link(state.what, row[key]) }, nameOf(state.what, row[key])), " ",
      h("span", { class: "kind" }, [row.city, state.what === "forums" ? forumDates(row) : label("actors", "actor_type", row.actor_type)].filter(Boolean).join(", ")), " ",
      links(state.what, row[key])))));
}

export function show(element, params) {
  const state = chosen(params);
  const now = new Date().getFullYear();
  const years = [["", t("b_all")], ...Array.from({ length: now + 2 - 1990 }, (_, i) => [String(1990 + i), String(1990 + i)])];
  element.append(
    h("h1", {}, t("b_map_title")),
    h("p", { class: "says" }, describe(params)),
    h("div", { class: "filters" },
      choice("m-what", t("b_show"), [["forums", t("b_where_forums")], ["actors", t("b_where_actors")]], state.what, (what) => update({ what: what === "forums" ? "" : what, country: "" })),
      state.what === "forums" && choice("m-from", t("b_from"), years, state.from, (from) => update({ from })),
      state.what === "forums" && choice("m-to", t("b_to"), years, state.to, (to) => update({ to })),
      choice("m-country", t("b_country"), [["", t("b_choose")], ...[...state.countries].map(([code, list]) => [code, `${nameOf("countries", code)} (${list.length})`])
        .sort((one, other) => compare(one[1], other[1]))], state.country, (country) => update({ country })),
      choice("m-zoom", t("b_zoom"), Object.keys(PARTS).map((part) => [part, t(`b_zoom_${part}`)]), state.zoom, (zoom) => update({ zoom: zoom === "world" ? "" : zoom })),
      tick("m-civil", t(state.what === "forums" ? "b_only_civil" : "b_only_civil_actors"), state.civil, (on) => update({ civil: on ? "1" : "" }))),
    h("div", { class: "map-place" }, drawMap(state)),
    state.country ? listOf(state) : h("p", { class: "hint" }, t("b_map_hint")),
    h("p", { class: "note" }, t("b_borders")),
    behind(t("b_map_title"), [t("b_country"), t("b_number")], () =>
      [...state.countries].sort((one, other) => other[1].length - one[1].length).map(([code, list]) => [nameOf("countries", code), number(list.length)])));
}

export function describe(params) {
  const state = chosen(params);
  const top = [...state.countries].sort((one, other) => other[1].length - one[1].length).slice(0, 3)
    .map(([code, list]) => `${nameOf("countries", code)} (${list.length})`).join(", ");
  return t(`b_map_says_${state.what}`, { n: number(state.placed), countries: number(state.countries.size), top, without: number(state.list.length - state.placed) });
}
