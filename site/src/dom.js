// Elements from text nodes only: data may hold anything, so nothing is ever read as HTML.
import { t } from "./data.js";

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** An HTML element: h("a", {href, onclick}, "text", child…). */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element, in the same way. */
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A labelled list to choose from. `options`: [[value, text]…]; `change` gets the value. */
export function choice(id, text, options, value, change) {
  const list = h("select", { id, onchange: (event) => change(event.target.value) },
    options.map(([one, words]) => h("option", { value: one }, words)));
  list.value = value ?? "";
  return h("div", { class: "field" }, h("label", { for: id }, text), list);
}

/** A labelled tick box; `change` gets true or false. */
export function tick(id, text, checked, change) {
  return h("div", { class: "field tick" },
    h("input", { id, type: "checkbox", checked, onchange: (event) => change(event.target.checked) }),
    h("label", { for: id }, text));
}

/** A labelled text field; `change` gets the text, a moment after the last key. */
export function textField(id, text, value, change) {
  let timer;
  const input = h("input", { id, type: "search", autocomplete: "off", value: value ?? "", oninput: () => {
    clearTimeout(timer);
    timer = setTimeout(() => change(input.value), 250);
  } });
  return h("div", { class: "field" }, h("label", { for: id }, text), input);
}

/** A table; `rows` are arrays of text or elements. */
export function table(caption, headings, rows) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", {}, caption),
      h("thead", {}, h("tr", {}, headings.map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell)))))));
}

/** The table behind a chart, made when it is opened. `rows` is a function. */
export function behind(caption, headings, rows) {
  const body = h("div");
  return h("details", { class: "behind", ontoggle: (event) => {
    if (event.target.open && !body.firstChild) body.append(table(caption, headings, rows()));
  } }, h("summary", {}, t("b_behind")), body);
}
