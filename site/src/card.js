// What a view shows of one record that was chosen: the main facts, with its page and its evidence.
import { byId, citationCount, dateText, evidence, label, link, nameOf, t } from "./data.js";
import { h } from "./dom.js";

/** Links to the page and the evidence of a record. */
export function links(table, id) {
  return h("span", { class: "links" },
    h("a", { href: link(table, id), "aria-label": `${t("b_record")}: ${nameOf(table, id)}` }, t("b_record")), " ",
    h("a", { href: evidence(table, id), "aria-label": `${t("b_evidence_of")}: ${nameOf(table, id)}` },
      `${t("b_evidence_of")} (${citationCount(table, id)})`));
}

/** The date of a forum in words: held, or else planned. */
export function forumDates(forum) {
  const { start_date: start, end_date: end, planned_start_date: planned } = forum;
  if (start && end && start !== end) return t("b_span", { from: dateText(start), to: dateText(end) });
  if (start) return dateText(start);
  if (end) return t("b_until", { date: dateText(end) });
  return planned ? t("b_planned", { date: dateText(planned) }) : dateText(null);
}

/** The place of a forum in words. */
export function forumPlace(forum) {
  const place = [forum.city, forum.country_code && nameOf("countries", forum.country_code)].filter(Boolean).join(", ");
  if (place) return place;
  return forum.mode && forum.mode !== "in_person" ? label("forums", "mode", forum.mode) : label("forums", "country_code", null);
}

/** A box with the main facts of a forum; `close` is called by its button. */
export function forumCard(id, close) {
  const forum = byId("forums", id);
  if (!forum) return null;
  return h("section", { class: "card", "aria-label": nameOf("forums", id) },
    h("button", { id: "close-card", class: "close", onclick: close }, t("b_close")),
    h("h2", {}, nameOf("forums", id)),
    h("p", {}, [label("forums", "forum_type", forum.forum_type), forumDates(forum), forumPlace(forum)].join(" · ")),
    forum.summary && h("p", { lang: "en" }, forum.summary),
    h("p", {}, links("forums", id)));
}
