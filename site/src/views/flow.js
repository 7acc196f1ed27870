// The flow chart of the chain: from what was asked by theme or objective to what was promised and what came of it.
import { SankeyChart } from "echarts/charts";
import { TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { byId, label, nameOf, number, t } from "../data.js";
import { update } from "../router.js";
import { isPromise, join } from "../statements.js";

use([SankeyChart, TooltipComponent, SVGRenderer]);

function topTheme(id) {
  let row = byId("themes", id);
  for (let step = 0; row?.parent_theme_id && step < 5; step++) row = byId("themes", row.parent_theme_id);
  return row?.theme_id ?? "";
}

/** The flows as [{source, target, n}…] and the nodes by id: {words, column, kind}. */
export function flows(state) {
  const { served, reports } = join();
  const nodes = new Map();
  const found = new Map();
  const add = (source, target, n = 1) => {
    const key = `${source}\n${target}`;
    found.set(key, (found.get(key) ?? 0) + n);
  };
  const node = (id, words, column, kind) => {
    if (!nodes.has(id)) nodes.set(id, { words, column, kind, total: 0 });
    return id;
  };
  const shown = new Map(state.objectives.map((one) => [one.id, one]));
  let drawn = state.statements;
  if (state.single) {
    // The chain does not end where the selection does: what anybody promised for the same objectives belongs to it.
    drawn = state.statements.filter((row) => served(row.commitment_id).some((id) => shown.has(id)));
    const promises = drawn.flatMap((row) => served(row.commitment_id)).flatMap((id) => shown.get(id)?.promises ?? []);
    drawn = [...new Set([...drawn, ...promises])];
  }
  const middle = (row) => {
    if (state.single) {
      return served(row.commitment_id).filter((id) => shown.has(id)).map((id) => node(`objective:${id}`, nameOf("objectives", id), 1, "objective"));
    }
    const theme = topTheme(row.theme_id);
    return [node(`theme:${theme}`, theme ? nameOf("themes", theme) : t("b_no_theme"), 1, "theme")];
  };
  for (const row of drawn) {
    const at = node(`act:${row.speech_act}`, label("commitments", "speech_act", row.speech_act), isPromise(row) ? 2 : 0, "act");
    nodes.get(at).total += 1;
    const last = reports(row.commitment_id).at(-1)?.update_status;
    const outcome = () => node(`status:${last ?? ""}`, last ? label("commitment_updates", "update_status", last) : t("b_no_report"), 3, last ? "status" : "none");
    const middles = middle(row);
    for (const each of middles) isPromise(row) ? add(each, at) : add(at, each);
    if (isPromise(row)) add(at, outcome());
    else if (last) for (const each of middles) add(each, outcome());
  }
  for (const { row, id, asks, promises } of state.objectives) {
    if (promises.length || !asks.length) continue;
    const source = state.single ? (nodes.has(`objective:${id}`) ? `objective:${id}` : null)
      : node(`theme:${topTheme(row.theme_id)}`, row.theme_id ? nameOf("themes", topTheme(row.theme_id)) : t("b_no_theme"), 1, "theme");
    if (source) add(source, node("gap", t("b_gap_node"), 2, "gap"));
  }
  const inChart = new Set(drawn);
  return {
    nodes,
    left: state.statements.filter((row) => !inChart.has(row)).length,
    flows: [...found].map(([key, n]) => ({ source: key.split("\n")[0], target: key.split("\n")[1], n })),
  };
}

/** Draw the flows into a box; return what fits the chart to the box again, and what removes it. */
export function drawFlow(box, { nodes, flows }) {
  const colour = (variable) => `var(${variable})`; // as light or dark as the page, and as the sheet that is printed
  const COLOURS = { act: "--line-strong", theme: "--accent", objective: "--accent", gap: "--gap", status: "--ink-soft", none: "--line-strong" };
  const columnSizes = [0, 1, 2, 3].map((column) => [...nodes.values()].filter((one) => one.column === column).length);
  box.style.height = `${Math.max(360, Math.max(...columnSizes) * 34)}px`;
  const chart = init(box, null, { renderer: "svg" });
  const words = (text) => (text.length > 34 ? `${text.slice(0, 33)}…` : text);
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: "system-ui, sans-serif", color: colour("--ink") },
    tooltip: { renderMode: "richText", confine: true, formatter: ({ data, dataType, name, value }) => (dataType === "edge"
      ? `${nodes.get(data.source).words} → ${nodes.get(data.target).words}: ${number(data.value)}` : `${nodes.get(name).words}: ${number(value)}`) },
    series: [{
      type: "sankey", left: 8, right: 170, top: 10, bottom: 10, nodeGap: 12, nodeWidth: 12, layoutIterations: 40, draggable: false,
      // What is pointed at keeps its colour: the chart cannot lighten one that the style sheet knows.
      emphasis: { focus: "adjacency", itemStyle: { color: "inherit" }, lineStyle: { color: "inherit" } },
      label: { color: colour("--ink"), fontSize: 12, formatter: ({ name }) => words(nodes.get(name).words) },
      lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
      data: [...nodes].map(([id, { column, kind, total }]) => ({
        name: id, depth: column, ...(total ? { value: total } : {}), itemStyle: { color: colour(COLOURS[kind]), borderWidth: 0 },
        ...(kind === "gap" ? { label: { fontWeight: "bold", color: colour("--gap-ink") } } : {}),
      })),
      links: flows.map(({ source, target, n }) => ({
        source, target, value: n, ...(target === "gap" ? { lineStyle: { color: colour("--gap"), opacity: 0.45 } } : {}),
      })),
    }],
  });
  chart.on("click", ({ dataType, name }) => {
    if (dataType !== "node") return;
    if (name.startsWith("theme:") && name !== "theme:") update({ theme: name.slice(6) });
    else if (name.startsWith("objective:")) update({ objective: name.slice(10) });
    else if (name === "gap") update({ gap: "asked" });
  });
  const fit = () => {
    chart.resize();
    box.querySelector("svg").setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`); // so that print can shrink it
  };
  return { fit, remove: () => chart.dispose() };
}
