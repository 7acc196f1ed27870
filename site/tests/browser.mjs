// What the browser tests share: the built site, Chromium, a local server, and pages that note whatever goes wrong.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const here = dirname(fileURLToPath(import.meta.url));
export const site = process.env.SITE ?? join(here, "..", "..", "dist", "site");
export const VIEWS = ["start", "timeline", "map", "chain", "access", "actors", "tables", "evidence"];

const browserAt = [process.env.CHROMIUM, chromium.executablePath(), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));

/** Why the tests cannot run here, or false. */
export const skip = !browserAt ? "no Chromium was found (apt-get install chromium, or CHROMIUM=/path/to/it)"
  : !existsSync(join(site, "index.html")) ? `there is no ${join(site, "index.html")} (make site)` : false;
// On a developer's machine the tests may be left out; where every merge is checked, that would be a test that never runs.
if (skip && process.env.CI) throw new Error(skip);

export const launch = () => chromium.launch({ executablePath: browserAt, args: ["--no-sandbox"] });
export const fileAddress = (path = "index.html") => pathToFileURL(join(site, path)).href;

/** Serve the site; `change(path, text)` may alter what a file says. Returns {address, close}. */
export async function serve(change = (path, text) => text) {
  const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml" };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://here").pathname)).replace(/\/$/, "/index.html");
    const file = join(site, path);
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": `${types[extname(file)] ?? "application/octet-stream"}; charset=utf-8` }).end(change(path, readFileSync(file, "utf8")));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}/index.html`, close: () => new Promise((done) => server.close(done)) };
}

/** Open an address; page.faults gathers console errors, failures and requests to elsewhere. */
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", acceptDownloads: true, ...options });
  const page = await context.newPage();
  const home = address.startsWith("file:") ? pathToFileURL(site).href : new URL(address).origin;
  page.faults = [];
  page.on("console", (message) => { if (message.type() === "error") page.faults.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => page.faults.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => page.faults.push(`failed: ${request.url()}`));
  page.on("request", (request) => { if (!request.url().startsWith(home) && !/^(data|blob):/.test(request.url())) page.faults.push(`elsewhere: ${request.url()}`); });
  await page.goto(address);
  await ready(page);
  return page;
}

export const ready = (page) => page.waitForSelector("html[data-ready]", { timeout: 30_000 });

/** Go to another view of the page that is open. */
export async function go(page, hash) {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.waitForFunction((to) => document.getElementById("main").dataset.drawn === to, hash);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

/** Move the focus with the Tab key until it stands on what matches; fails after `limit` steps. */
export async function tabTo(page, selector, limit = 300) {
  for (let step = 0; step < limit; step++) {
    if (await page.evaluate((one) => document.activeElement?.matches(one), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The Tab key does not reach ${selector} within ${limit} steps.`);
}
