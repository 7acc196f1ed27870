// The frame: heading, menu, search, language, light and dark; draws the view that the address names.
import "./style.css";
import { lang, link, load, meta, number, setLang, t, tableTitle } from "./data.js";
import { h } from "./dom.js";
import { href, parse } from "./router.js";
import { prepare, search } from "./search.js";
import * as access from "./views/access.js";
import * as actors from "./views/actors.js";
import * as chain from "./views/chain.js";
import * as evidence from "./views/evidence.js";
import * as map from "./views/map.js";
import * as start from "./views/start.js";
import * as tables from "./views/tables.js";
import * as timeline from "./views/timeline.js";

const VIEWS = new Map([start, timeline, map, chain, access, actors, tables, evidence].map((view) => [view.name, view]));

let cleanup = null;
let shown = null;
let turn = 0;

function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be closed to pages from file://
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // then it lasts until the page is left
  }
}

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

function frame() {
  document.body.replaceChildren(
    h("a", { class: "skip", href: "#main", onclick: (event) => {
      event.preventDefault();
      document.getElementById("main").focus();
    } }, t("b_skip")),
    h("header", { class: "top" },
      h("div", { class: "brand" },
        h("a", { class: "title", href: "#/start" }, t("b_brand")),
        h("div", { class: "switches" },
          h("button", { id: "language", lang: lang() === "fr" ? "en" : "fr", onclick: () => {
            setLang(lang() === "fr" ? "en" : "fr");
            remember("language", lang());
            frame();
            draw();
            document.getElementById("language").focus();
          } }, t("b_other_language")),
          h("button", { id: "theme", onclick: () => {
            document.documentElement.dataset.theme = isDark() ? "light" : "dark";
            remember("theme", document.documentElement.dataset.theme);
            themeWords();
            draw();
          } }))),
      h("div", { class: "bar" },
        h("nav", { "aria-label": t("b_nav") },
          [...VIEWS.keys()].map((name) => h("a", { href: href(name), "data-view": name }, t(`b_${name}`)))),
        searchBox())),
    h("main", { id: "main", tabindex: "-1" }),
    h("p", { id: "says", class: "unseen", role: "status" }),
    h("footer", {}, h("p", {}, t("b_footer", meta()))),
  );
  themeWords();
}

function themeWords() {
  document.getElementById("theme").textContent = t(isDark() ? "b_theme_light" : "b_theme_dark");
}

function searchBox() {
  const results = h("div", { id: "results", class: "results", hidden: true });
  const close = () => { results.hidden = true; };
  const show = async (text) => {
    results.hidden = !text.trim();
    if (results.hidden) return;
    await prepare();
    if (text !== input.value) return; // more was typed meanwhile
    const found = search(text);
    results.replaceChildren(
      h("p", { role: "status" }, found.length ? t("b_search_found", { n: number(found.length) }) : t("b_search_none", { q: text })),
      h("ul", {}, found.slice(0, 12).map(({ table, id, name }) =>
        h("li", {}, h("a", { href: table === "actors" ? href("actors", [id]) : link(table, id) }, name), " ",
          h("span", { class: "kind" }, tableTitle(table))))),
      h("p", {}, h("a", { href: href("tables", [found[0]?.table ?? "actors"], { q: text }) }, t("b_search_all", { q: text }))));
  };
  const input = h("input", { id: "search", type: "search", autocomplete: "off", placeholder: t("b_search_hint"),
    "aria-label": t("b_search"), "aria-controls": "results",
    oninput: () => show(input.value), onfocus: () => show(input.value) });
  const box = h("form", { class: "site-search", role: "search", onsubmit: (event) => {
    event.preventDefault();
    const first = results.querySelector("a");
    if (!results.hidden && first) first.click();
  }, onkeydown: (event) => {
    const stops = [input, ...results.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      close();
      input.focus();
    } else if (step && !results.hidden) {
      event.preventDefault();
      stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))].focus();
    }
  }, onfocusout: (event) => {
    if (!box.contains(event.relatedTarget)) setTimeout(close, 150); // a click on a result comes first
  } }, input, results);
  results.addEventListener("click", (event) => {
    if (!event.target.closest("a")) return;
    close();
    input.value = "";
  });
  return box;
}

async function draw() {
  const own = ++turn;
  const { view: name, path, query } = parse();
  if (query.has("lang") && query.get("lang") !== lang()) {
    setLang(query.get("lang"));
    frame();
  }
  const main = document.getElementById("main");
  const moved = shown !== null && shown !== `${name}/${path.join("/")}`;
  const held = moved ? null : focused();
  shown = `${name}/${path.join("/")}`;
  if (cleanup) cleanup();
  cleanup = null;
  const view = VIEWS.get(name);
  const body = h("div", { class: `view view-${name}` });
  main.replaceChildren(body);
  for (const each of document.querySelectorAll("nav a")) {
    if (each.dataset.view === name) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
  const done = () => { main.dataset.drawn = location.hash; }; // the tests wait for it
  if (!view) {
    body.append(h("h1", {}, "404"), h("p", {}, t("b_unknown_view")));
    done();
    return;
  }
  const params = { path, query };
  try {
    const loading = load(view.needs?.(params) ?? []);
    if (loading) {
      body.append(h("p", { role: "status" }, t("b_loading")));
      await loading;
      if (own !== turn) return; // the reader went on meanwhile
      body.replaceChildren();
    }
    cleanup = view.show(body, params) ?? null;
    document.getElementById("says").textContent = view.describe(params);
  } catch (error) {
    console.error(error);
    if (own !== turn) return;
    body.replaceChildren(h("p", { role: "alert" }, t("b_failed")));
  }
  document.title = `${t(`b_${name}`)} · ${t("b_brand")}`;
  done();
  if (moved) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  } else if (held) held();
}

// A view is drawn anew when its address changes: whoever types in a field of it, or stands on a mark, stays there.
function focused() {
  const { id, selectionStart } = document.activeElement ?? {};
  if (!id || id === "main") return null;
  return () => {
    const again = document.getElementById(id);
    again?.focus({ preventScroll: true });
    if (typeof selectionStart === "number") again?.setSelectionRange?.(selectionStart, selectionStart);
  };
}

async function begin() {
  const theme = remembered("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  setLang(parse().query.get("lang") ?? remembered("language") ?? navigator.language.slice(0, 2));
  frame();
  addEventListener("hashchange", draw);
  addEventListener("beforeprint", () => document.querySelectorAll("button.more").forEach((button) => button.click()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    themeWords();
    draw();
  });
  await draw();
  // The first view is on the screen before the search is made ready.
  requestAnimationFrame(() => setTimeout(async () => {
    await prepare();
    document.documentElement.dataset.ready = "true";
  }));
}

begin();
