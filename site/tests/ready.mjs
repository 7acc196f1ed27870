// Seconds from entering the address until the first view stands and a search that is typed is answered, with the data
// as they are and repeated ten times: node tests/ready.mjs [runs]. It prints and judges nothing, since machines differ.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { launch, site, skip } from "./browser.mjs";

if (skip) {
  console.log(`Not timed: ${skip}`);
  process.exit();
}
const runs = Number(process.argv[2] ?? 5);

/** Copy the site without its pages of records, each row of the data repeated with ids of its own. */
function repeated(times, folder) {
  cpSync(site, folder, { recursive: true, filter: (path) => path !== join(site, "r") });
  const window = {};
  const names = readdirSync(join(site, "data")).filter((name) => name !== "meta.js");
  for (const name of ["meta.js", ...names]) runInNewContext(readFileSync(join(site, "data", name), "utf8"), { window });
  const { schemas, counts, tables, search } = window.CSODATA;
  const copies = (list, change) => Array.from({ length: times }, (_, n) => list.map((row) => (n ? change(row, `--${n}`) : row))).flat();
  const write = (name, variable, content) => writeFileSync(join(folder, "data", name), `${variable} = JSON.parse(${JSON.stringify(JSON.stringify(content))});\n`);
  for (const [table, { columns, rows }] of Object.entries(tables)) {
    const ids = new Set(schemas[table].fields.filter(({ name, target }) => (target || name === "record_id" || [].concat(schemas[table].key).includes(name))
      && !["countries", "themes"].includes(target) && !["countries", "themes"].includes(table)).map(({ name }) => name));
    const more = ids.size ? copies(rows, (row, end) => row.map((cell, i) => (ids.has(columns[i]) && cell !== null ? cell + end : cell))) : rows;
    counts[table] = more.length;
    write(`${table}.js`, `window.CSODATA.tables.${table}`, { columns, rows: more });
  }
  for (const [table, list] of Object.entries(search)) search[table] = copies(list, ([id, ...names], end) => [id + end, ...names]);
  write("search.js", "window.CSODATA.search", search);
  const { tables: apart, search: too, ...meta } = window.CSODATA;
  write("meta.js", "window.CSODATA", { ...meta, tables: {} });
}

/** Open the site in a new browser, type into the search, and return the seconds until drawn and until answered. */
async function measure(address) {
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForSelector("main h1");
  const drawn = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? performance.now());
  await page.focus("#search");
  await page.keyboard.type("mig");
  await page.waitForSelector("#results a");
  const answered = await page.evaluate(() => performance.now());
  await browser.close();
  return [drawn / 1000, answered / 1000];
}

const folder = mkdtempSync(join(tmpdir(), "tenfold-"));
try {
  repeated(10, folder);
  for (const [words, at] of [["data as they are", site], ["data ten times", folder]]) {
    const found = [];
    for (let run = 0; run < runs; run++) found.push(await measure(pathToFileURL(join(at, "index.html")).href));
    const told = [0, 1].map((which) => found.map((one) => one[which]).sort((one, other) => one - other))
      .map((list) => `${list[0].toFixed(2)} s best, ${list[Math.floor(list.length / 2)].toFixed(2)} s median`);
    console.log(`${words}: first view ${told[0]}; a search answers ${told[1]} (${runs} runs)`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
