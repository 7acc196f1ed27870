// What this is, how large, how complete, how to cite it, and three stories, each one click from its rows.
import { meta, number, t, tableTitle } from "../data.js";
import { h } from "../dom.js";
import { href } from "../router.js";

export const name = "start";

const LARGE = ["forums", "actors", "objectives", "commitments", "participations", "citations", "sources"];

function story(key, figure, values, address) {
  return h("article", { class: "story" },
    h("h3", {}, t(`b_story_${key}`)),
    h("p", { class: "figure" }, figure),
    h("p", {}, t(`b_story_${key}_text`, values)),
    h("p", {}, h("a", { href: address }, t(`b_story_${key}_link`))));
}

const percent = (share) => (share === null ? "–" : t("b_percent", { n: Math.round(share * 100) }));

function citation() {
  const { citation } = meta();
  const done = h("span", { role: "status" });
  return h("section", {},
    h("h2", {}, t("b_cite")),
    h("p", { class: "cite", id: "citation" }, citation.text),
    h("p", {}, h("button", { id: "copy-citation", onclick: async () => {
      try {
        await navigator.clipboard.writeText(citation.text);
        done.textContent = t("b_copied");
      } catch {
        getSelection().selectAllChildren(document.getElementById("citation")); // the keyboard copies it then
        done.textContent = t("b_selected");
      }
    } }, t("b_copy")), " ", done),
    h("details", {}, h("summary", {}, "BibTeX"), h("pre", { tabindex: "0" }, citation.bibtex)),
    h("p", {}, t("b_licence", meta())));
}

export function show(element) {
  const { counts, quality, stories } = meta();
  const shown = Object.fromEntries(Object.entries(stories).map(([key, value]) => [key, number(value)]));
  element.append(
    h("h1", {}, t("b_start_question")),
    h("p", { class: "lede" }, t("b_start_lede")),
    h("section", { "aria-labelledby": "stories" },
      h("h2", { id: "stories" }, t("b_stories")),
      h("div", { class: "stories" },
        story("access", t("b_of", { n: shown.full, of: shown.forums }), shown, href("access")),
        story("gap", t("b_of", { n: shown.gap, of: shown.objectives }), shown, href("chain", [], { gap: "asked" })),
        story("outcome", t("b_of", { n: shown.reported, of: shown.promises }), shown, href("tables", ["commitment_updates"])))),
    h("section", { "aria-labelledby": "size" },
      h("h2", { id: "size" }, t("b_size")),
      h("ul", { class: "sizes" }, LARGE.filter((table) => table in counts).map((table) =>
        h("li", {}, h("a", { href: href("tables", [table]) }, h("strong", {}, number(counts[table])), " ", tableTitle(table)))))),
    h("section", { "aria-labelledby": "complete" },
      h("h2", { id: "complete" }, t("b_complete")),
      h("p", {}, t("b_complete_text")),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("b_filled") },
        h("table", { class: "complete" },
          h("thead", {}, h("tr", {}, ["b_table", "b_rows", "b_cited", "b_filled"].map((key) => h("th", { scope: "col" }, t(key))))),
          h("tbody", {}, LARGE.filter((table) => quality[table]?.rows && !["citations", "sources"].includes(table)).map((table) => {
            const filled = Object.values(quality[table].filled);
            const share = filled.reduce((sum, one) => sum + one, 0) / filled.length;
            return h("tr", {}, h("th", { scope: "row" }, h("a", { href: href("tables", [table]) }, tableTitle(table))),
              h("td", {}, number(quality[table].rows)), h("td", {}, percent(quality[table].cited)),
              h("td", {}, h("span", { class: "meter", "aria-hidden": "true" }, h("span", { style: `width:${Math.round(share * 100)}%` })), percent(share)));
          }))))),
    citation());
}

export function describe() {
  return t("b_start_lede");
}
