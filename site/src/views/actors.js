// Actors: one actor's forums, roles, relations, asks and promises, and its neighbourhood to depth two.
import { byId, columnTitle, compare, dateText, fold, groupBy, label, link, nameOf, rows, t, tableTitle } from "../data.js";
import { h } from "../dom.js";
import { href } from "../router.js";
import { behind, evidenceLink, namesByRecord, recordLink, remember, silence, table, value } from "./parts.js";

export const name = "actors";
export const needs = () => ["actor_relations", "classifications", "commitment_actors", "commitment_updates", "instrument_actors", "objectives", "participations"];
const NEAR = 12; // neighbours drawn; the table behind holds all
const FAR = 4; // and theirs, each

export function show(element, params) {
  const id = params.path[0];
  const actor = id && byId("actors", id);
  element.append(h("h1", {}, actor ? nameOf("actors", id) : t("c_actors_title")), h("p", { class: "says" }, describe(params)));
  if (actor) element.append(...portrait(actor), h("h2", {}, t("c_another")));
  element.append(finder(params.query.get("q") ?? "", id, Boolean(actor)));
}

export function describe({ path }) {
  const id = path[0];
  if (!id) return t("c_actors_says", { n: rows("actors").length });
  if (!byId("actors", id)) return t("c_no_record", { id });
  const { forums, acts, relations } = about(id);
  return t("c_actor_says", { name: nameOf("actors", id), f: new Set(forums.map((row) => row.forum_id)).size,
    a: acts.length, r: relations.length });
}

function about(id) {
  const forums = rows("participations").filter((row) => row.actor_id === id || row.on_behalf_of_actor_id === id)
    .sort((a, b) => ((held(b) ?? "") < (held(a) ?? "") ? -1 : 1));
  const acts = rows("commitment_actors").filter((row) => row.actor_id === id)
    .sort((a, b) => ((made(b) ?? "") < (made(a) ?? "") ? -1 : 1));
  return { forums, acts, relations: relationsOf(id),
    objectives: rows("objectives").filter((row) => row.actor_id === id || row.stated_by_actor_id === id),
    instruments: rows("instrument_actors").filter((row) => row.actor_id === id),
    classes: rows("classifications").filter((row) => row.actor_id === id) };
}

const date = (text) => (text ? dateText(text) : silence());
const held = (row) => row.from_date ?? byId("forums", row.forum_id)?.start_date;
const made = (row) => byId("commitments", row.commitment_id)?.made_date;

/** Relations of an actor from its side: its own, those that name it, its parent and its units. */
function relationsOf(id) {
  const relations = rows("actor_relations").flatMap((row) => [
    row.actor_id === id && { row, other: row.related_actor_id, words: label("actor_relations", "actor_relation", row.actor_relation), kind: row.actor_relation },
    row.related_actor_id === id && { row, other: row.actor_id, words: t(`c_inverse_${row.actor_relation}`), kind: `${row.actor_relation}~` },
  ]).filter(Boolean);
  const parent = byId("actors", id)?.parent_actor_id;
  if (parent) relations.push({ other: parent, words: columnTitle("actors", "parent_actor_id"), kind: "parent" });
  for (const unit of rows("actors")) if (unit.parent_actor_id === id) relations.push({ other: unit.actor_id, words: t("c_unit"), kind: "parent~" });
  return relations.sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : compare(nameOf("actors", a.other), nameOf("actors", b.other))));
}

function portrait(actor) {
  const id = actor.actor_id;
  const found = about(id);
  const others = namesByRecord("actors").get(id) ?? [];
  const also = [actor.acronym, ...others].filter((one) => one && one !== nameOf("actors", id));
  const facts = ["actor_type", "level", "country_code", "city", "founded_date", "ended_date", "actor_status", "website_url"];
  const said = facts.filter((column) => actor[column] !== null && actor[column] !== undefined);
  const silent = facts.filter((column) => !said.includes(column));
  const evidence = (tableName, key) => [t("c_evidence"), (row) => evidenceLink(tableName, row[key])];
  const parts = [
    actor.summary && h("p", { class: "summary" }, actor.summary),
    also.length && h("p", {}, h("strong", {}, t("c_also")), " ", also.join(" · ")),
    h("dl", { class: "facts" }, said.map((column) => h("div", {}, h("dt", {}, columnTitle("actors", column)), h("dd", {}, value("actors", column, actor))))),
    silent.length && h("p", { class: "silent" }, t("c_silent_about", { columns: silent.map((column) => columnTitle("actors", column)).join(", ") })),
    h("p", { class: "ways-on" }, h("a", { href: link("actors", id) }, t("c_page")), " · ", evidenceLink("actors", id)),
    h("h2", {}, t("c_neighbourhood")), ...neighbourhood(id, found),
  ];
  if (found.forums.length) parts.push(h("h2", {}, t("c_forums_and_roles", { n: found.forums.length })), table(t("c_forums_and_roles", { n: found.forums.length }), [
    [t("c_forum"), (row) => recordLink("forums", row.forum_id)],
    [columnTitle("participations", "participation_role"), (row) => [label("participations", "participation_role", row.participation_role),
      row.actor_id !== id && [" · ", t("c_in_its_name"), " ", recordLink("actors", row.actor_id)],
      row.actor_id === id && row.on_behalf_of_actor_id && [" · ", t("c_for"), " ", recordLink("actors", row.on_behalf_of_actor_id)]]],
    [t("c_when"), (row) => date(held(row))], evidence("participations", "participation_id")], found.forums));
  for (const [key, mine] of [["c_said", (row) => row.commitment_role !== "addressee" && row.commitment_role !== "beneficiary"],
    ["c_asked", (row) => row.commitment_role === "addressee"], ["c_for_it", (row) => row.commitment_role === "beneficiary"]]) {
    const acts = found.acts.filter(mine);
    if (acts.length) parts.push(h("h2", {}, t(key, { n: acts.length })), table(t(key, { n: acts.length }), [
      [t("c_what"), (row) => recordLink("commitments", row.commitment_id)],
      [columnTitle("commitments", "speech_act"), (row) => label("commitments", "speech_act", byId("commitments", row.commitment_id)?.speech_act)],
      [columnTitle("commitment_actors", "commitment_role"), (row) => label("commitment_actors", "commitment_role", row.commitment_role)],
      [t("c_when"), (row) => date(made(row))],
      [t("c_came_of_it"), (row) => outcome(row.commitment_id)], evidence("commitment_actors", "commitment_actor_id")], acts));
  }
  if (found.objectives.length) parts.push(h("h2", {}, t("c_objectives", { n: found.objectives.length })), table(t("c_objectives", { n: found.objectives.length }), [
    [tableTitle("objectives"), (row) => recordLink("objectives", row.objective_id)],
    [columnTitle("objectives", "objective_type"), (row) => label("objectives", "objective_type", row.objective_type)],
    [t("c_when"), (row) => date(row.stated_date)], evidence("objectives", "objective_id")], found.objectives));
  if (found.instruments.length) parts.push(h("h2", {}, t("c_instruments", { n: found.instruments.length })), table(t("c_instruments", { n: found.instruments.length }), [
    [tableTitle("instruments"), (row) => recordLink("instruments", row.instrument_id)],
    [columnTitle("instrument_actors", "instrument_role"), (row) => label("instrument_actors", "instrument_role", row.instrument_role)],
    evidence("instrument_actors", "instrument_actor_id")], found.instruments));
  if (found.classes.length) parts.push(h("h2", {}, tableTitle("classifications")), table(tableTitle("classifications"),
    [...["class_label", "scheme"].map((column) => [columnTitle("classifications", column), (row) => row[column]]), evidence("classifications", "classification_id")], found.classes));
  return parts.filter(Boolean);
}

function outcome(commitment) {
  const updates = rows("commitment_updates").filter((row) => row.commitment_id === commitment).sort((a, b) => (a.as_of_date < b.as_of_date ? 1 : -1));
  return updates.length ? recordLink("commitment_updates", updates[0].commitment_update_id, label("commitment_updates", "update_status", updates[0].update_status)) : silence();
}

/** The actor, whom it is tied to, and whom those are tied to: a tree that is read from left to right. */
function neighbourhood(id, { relations, forums }) {
  const near = groupBy(relations, "other");
  const seen = new Set([id, ...near.keys()]);
  const shown = [...near].slice(0, NEAR);
  const branch = ([other, ties]) => {
    const far = [...groupBy(relationsOf(other).filter((relation) => !seen.has(relation.other)), "other")];
    const drawn = far.slice(0, FAR);
    return h("li", {}, node(other, ties), (far.length > 0) && h("ul", {}, drawn.map(([one, its]) => h("li", {}, node(one, its))),
      far.length > FAR && h("li", {}, h("span", { class: "node" }, h("a", { href: href(name, [other]) }, t("c_and_more", { n: far.length - FAR }))))));
  };
  const company = companyOf(id, forums);
  return [
    relations.length ? h("p", {}, t(near.size > NEAR ? "c_tree_says_part" : "c_tree_says", { n: near.size, shown: shown.length, name: nameOf("actors", id) })) : h("p", { class: "silent" }, t("c_no_relations")),
    relations.length > 0 && h("div", { class: "tree" }, h("span", { class: "node self" }, h("strong", {}, nameOf("actors", id))), h("ul", {}, shown.map(branch))),
    relations.length > 0 && behind(relations.length, () => table(tableTitle("actor_relations"), [
      [tableTitle("actors"), (relation) => recordLink("actors", relation.other)], [columnTitle("actor_relations", "actor_relation"), (relation) => relation.words],
      [t("c_since"), (relation) => date(relation.row?.from_date)], [t("c_until"), (relation) => date(relation.row?.to_date)],
      [t("c_evidence"), (relation) => (relation.row ? evidenceLink("actor_relations", relation.row.actor_relation_id) : evidenceLink("actors", relation.kind === "parent" ? id : relation.other))]], relations)),
    company.length > 0 && h("h3", {}, t("c_company")),
    company.length > 0 && h("ul", { class: "bars" }, company.map(([other, count]) => h("li", { style: `--share:${count / company[0][1]}` }, recordLink("actors", other), " ", h("span", { class: "number" }, t(count === 1 ? "c_forum_one" : "c_forum_many", { n: count }))))),
  ].filter(Boolean);
}

function node(id, ties) {
  const type = byId("actors", id)?.actor_type;
  return h("span", { class: "node" }, h("span", { class: "tie" }, [...new Set(ties.map((tie) => tie.words))].join(", ")), h("a", { href: href(name, [id]) }, nameOf("actors", id)),
    type && h("span", { class: "type" }, label("actors", "actor_type", type)));
}

/** Who took part in the same forums most often. */
function companyOf(id, forums) {
  const mine = new Set(forums.map((row) => row.forum_id));
  const met = new Map();
  for (const row of rows("participations")) if (mine.has(row.forum_id) && row.actor_id !== id) met.set(row.actor_id, (met.get(row.actor_id) ?? new Set()).add(row.forum_id));
  return [...met].map(([other, shared]) => [other, shared.size]).sort((a, b) => b[1] - a[1]).slice(0, 8);
}

/** The search for an actor: by name, short form, former name or another language; accents and case do not count. */
function finder(query, current, quiet) {
  const others = namesByRecord("actors");
  const weight = groupBy([...rows("participations"), ...rows("commitment_actors")], "actor_id");
  const entries = rows("actors").map((row) => ({ row, weight: weight.get(row.actor_id)?.length ?? 0,
    names: [row.name, row.acronym, ...(others.get(row.actor_id) ?? [])].filter(Boolean) }))
    .sort((a, b) => b.weight - a.weight);
  for (const entry of entries) entry.text = fold([...entry.names, entry.row.actor_id].join("\n"));
  const list = h("ul", { class: "found" });
  const status = h("p", { role: "status" });
  const input = h("input", { type: "search", id: "actor-search", value: query, autocomplete: "off", oninput: () => {
    remember(href(name, current ? [current] : [], { q: input.value }));
    draw();
  } });
  function draw() {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    const found = words.length ? entries.filter((entry) => words.every((word) => entry.text.includes(word))) : quiet ? [] : entries;
    const first = found.slice(0, 30);
    status.textContent = words.length ? t("c_found", { n: found.length }) : quiet ? "" : t("c_most_active");
    list.replaceChildren(...first.map(({ row, names }) => {
      const by = words.length && !words.every((word) => fold(names[0]).includes(word)) && names.slice(1).find((one) => words.some((word) => fold(one).includes(word)));
      return h("li", {}, h("a", { href: href(name, [row.actor_id]) }, nameOf("actors", row.actor_id)), " ",
        h("span", { class: "type" }, [by, label("actors", "actor_type", row.actor_type), row.country_code && nameOf("countries", row.country_code)].filter(Boolean).join(" · ")));
    }));
  }
  draw();
  return h("div", { class: "finder" }, h("label", { for: "actor-search" }, t("c_find_actor")), input, status, list);
}
