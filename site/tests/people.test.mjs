// What a person does with the site, in a real browser, mostly by keyboard. Guards the views; about a minute.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { fileAddress, go, here, launch, open, serve, site, skip, tabTo, VIEWS } from "./browser.mjs";

const run = promisify(execFile);
const root = join(here, "..", "..");
const csodata = [process.env.CSODATA, join(root, ".venv", "bin", "csodata")].find((path) => path && existsSync(path));
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

describe("the site", { skip }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(() => browser?.close());

  /** Open the site at a view, do something, and see that nothing went wrong meanwhile. */
  async function at(hash, doing, options) {
    const page = await open(browser, fileAddress() + hash, options);
    try {
      await doing(page);
      assert.deepEqual(page.faults, []);
    } finally {
      await page.context().close();
    }
  }

  for (const way of ["file", "server"]) {
    test(`every view opens from a ${way}, in both languages, without an error or a request to elsewhere`, async () => {
      const server = way === "server" ? await serve() : null;
      const page = await open(browser, (server?.address ?? fileAddress()) + "#/start");
      for (const language of ["en", "fr"]) {
        for (const view of VIEWS) {
          await go(page, `#/${view}?lang=${language}`);
          const text = await page.innerText("main");
          assert.ok(text.length > 200, `${view} is empty`);
          assert.doesNotMatch(text, /\b[abc]_[a-z_]+\b|undefined|\[object|NaN/, view);
          assert.equal(await page.locator("main h1").count(), 1, `${view} has one heading of the first rank`);
          assert.ok((await page.textContent("#says")).length > 20, `${view} does not say what it shows`);
        }
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
      await server?.close();
    });
  }

  test("an actor is found by its French name, typed without accents, by keyboard alone", () => at("#/actors", async (page) => {
    const wanted = await page.evaluate(() => {
      const { columns, rows } = window.CSODATA.tables.names;
      const of = (row, column) => row[columns.indexOf(column)];
      const row = rows.find((one) => of(one, "table_name") === "actors" && of(one, "language_code") === "fr" && /[éèêàîôç]/.test(of(one, "name")));
      return row && { id: of(row, "record_id"), name: of(row, "name") };
    });
    if (!wanted) return;
    await tabTo(page, "#search");
    await page.keyboard.type(fold(wanted.name));
    await page.waitForSelector("#results a");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForFunction((id) => location.hash === `#/actors/${id}`, wanted.id);
    assert.match(await page.innerText("main"), new RegExp(wanted.name.slice(0, 12)));
    await go(page, "#/actors");
    await page.focus("#actor-search");
    await page.keyboard.type(fold(wanted.name));
    assert.equal(await page.locator(".found a").first().getAttribute("href"), `#/actors/${wanted.id}`);
    await tabTo(page, ".found a");
    await page.keyboard.press("Enter");
    await page.waitForFunction((id) => location.hash === `#/actors/${id}`, wanted.id);
  }));

  test("a search finds by the beginnings of words, by a misspelt one, and says when nothing is found", () => at("#/start", async (page) => {
    const answer = async (text) => {
      await page.fill("#search", text);
      await page.waitForFunction((typed) => document.querySelector("#results p:last-child")?.textContent.includes(typed), text);
      return page.locator("#results li a").allInnerTexts();
    };
    assert.equal((await answer("iom"))[0], "International Organization for Migration");
    assert.ok((await answer("labour intern organ")).includes("International Labour Organization"));
    assert.deepEqual(await answer("internatonal labour"), await answer("international labour"));
    assert.deepEqual(await answer("qqqqqqq"), []);
    assert.deepEqual(await answer("?!"), []);
  }));

  test("in print the menu goes, the sheet is white, and a source tells its address", () => at("#/start", async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const view of VIEWS) {
      await go(page, `#/${view}`);
      assert.equal(await page.locator("nav:visible, .filters:visible, #search:visible, .switches:visible").count(), 0, view);
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)", view);
    }
    await go(page, "#/evidence/actors/iom");
    assert.match(await page.locator(".source a").first().evaluate((link) => getComputedStyle(link, "::after").content), /http/);
  }));

  test("the chain is filtered to one forum, by keyboard, and the address tells it", () => at("#/chain", async (page) => {
    const before = await page.textContent("#says");
    await tabTo(page, "#c-forum");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => new URLSearchParams(location.hash.split("?")[1]).get("forum"));
    const forum = await page.evaluate(() => new URLSearchParams(location.hash.split("?")[1]).get("forum"));
    assert.equal(await page.inputValue("#c-forum"), forum);
    assert.notEqual(await page.textContent("#says"), before);
  }));

  test("an objective without any pledge stands out, and is opened", () => at("#/chain?gap=asked", async (page) => {
    await tabTo(page, "main .objectives .without summary");
    assert.match(await page.locator("main .objectives .without .badge.gap").first().innerText(), /\w/);
    await page.keyboard.press("Enter");
    const opened = page.locator("main .objectives .without details[open]");
    await opened.locator("a").first().waitFor();
    assert.ok(await opened.locator("a[href^='r/objectives/']").count(), "the page of the objective");
    assert.ok(await opened.locator("a[href^='r/commitments/']").count(), "what was asked");
  }));

  test("a statement is followed to its source and the place in it, by keyboard", () => at("#/access", async (page) => {
    await tabTo(page, "main a.cell");
    await page.keyboard.press("Enter");
    await page.waitForSelector("main .ways a.evidence");
    await page.focus("main .ways a.evidence");
    await page.keyboard.press("Enter");
    await page.waitForSelector("main .cards");
    assert.match(await page.locator("main .cards .source a").first().getAttribute("href"), /^https?:/);
    assert.ok((await page.locator("main .cards dd").first().innerText()).trim(), "the place in the source");
    await tabTo(page, "main .cards a[href^='#/evidence/sources/']");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash.startsWith("#/evidence/sources/"));
    await page.waitForSelector("main tbody tr"); // what is taken from the source
  }));

  test("where sources disagree, both stand side by side", () => at("#/evidence", async (page) => {
    const links = page.locator("main tbody th a");
    if (!await links.count()) return;
    const disputed = await page.evaluate(() => {
      const { columns, rows } = window.CSODATA.tables.citations;
      const of = (row, column) => row[columns.indexOf(column)];
      const row = rows.find((one) => of(one, "stance") === "contradicts" && of(one, "column_name"));
      return `#/evidence/${of(row, "table_name")}/${of(row, "record_id")}`;
    });
    await go(page, disputed);
    assert.equal(await page.locator("main .versus").first().locator("> div").count() >= 2, true);
    assert.ok(await page.locator("main .versus .against .cards a").count() > 0);
  }));

  test("the selection is downloaded, and csodata finds its CSV valid", { skip: csodata ? false : "no csodata was found (make install)" }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "selection-"));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const [hash, table] of [["#/tables/forums?level=regional", "forums"], ["#/tables/commitments?q=civil+society", "commitments"], ["#/tables/access?organised_by=-", "access"]]) {
      await at(hash, async (page) => {
        const [download] = await Promise.all([page.waitForEvent("download"), page.click("#take-csv")]);
        assert.equal(download.suggestedFilename(), `${table}.csv`);
        const path = join(folder, `${table}.csv`);
        await download.saveAs(path);
        const { stdout } = await run(csodata, ["validate", path], { cwd: process.env.DATASET ?? root });
        t.diagnostic(`${table}: ${stdout.trim().split("\n").at(-1)}`);
      });
    }
  });

  test("a permalink shows the same view to somebody else", async () => {
    for (const hash of ["#/tables/forums?q=dialogue&level=regional&sort=-name", "#/access?mode=none_found", "#/chain", "#/timeline", "#/map", "#/actors/iom", "#/evidence/actors/iom"]) {
      const texts = [];
      let address = fileAddress() + hash;
      for (let person = 0; person < 2; person++) {
        await at(address.slice(fileAddress().length), async (page) => {
          texts.push(await page.textContent("main"));
          address = page.url();
        });
      }
      assert.equal(texts[0], texts[1], hash);
    }
    await at("#/tables/forums", async (page) => {
      await page.fill("#tables-q", "dialogue");
      await page.selectOption("#facet-level", "regional");
      const count = await page.innerText(".take [role=status]");
      await page.click("details.along summary");
      const link = await page.inputValue("#along-link");
      assert.match(await page.inputValue("#along-cite"), /dialogue/);
      await at(link.slice(fileAddress().length), async (other) => assert.equal(await other.innerText(".take [role=status]"), count));
    });
  });

  test("what the data say is text, whatever it looks like", async () => {
    const server = await serve((path, text) => (path.startsWith("/data/") && path !== "/data/meta.js"
      ? text.replaceAll(/Global Forum|Civil Society|International/g, "<img src=x onerror=window.hit=1><script>window.hit=1</script>") : text));
    const page = await open(browser, `${server.address}#/start`);
    for (const view of [...VIEWS, "access?forum=gfmd", "actors/iom", "tables/forums", "tables/names", "evidence/actors/iom"]) await go(page, `#/${view}`);
    await page.fill("#search", "iom");
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.equal(await page.locator("main img").count(), 0);
    assert.deepEqual(page.faults, []);
    await page.context().close();
    await server.close();
  });

  test("on a phone nothing but tables and charts scrolls sideways", () => at("#/start", async (page) => {
    for (const hash of [...VIEWS.map((view) => `#/${view}`), "#/access?forum=gfmd", "#/actors/iom", "#/tables/commitments", "#/evidence/actors/iom"]) {
      await go(page, hash);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), hash);
    }
  }, { viewport: { width: 360, height: 740 }, hasTouch: true }));

  test("the language and the theme are changed by keyboard", () => at("#/tables/forums", async (page) => {
    await tabTo(page, "#language");
    await page.keyboard.press("Enter");
    assert.equal(await page.getAttribute("html", "lang"), "fr");
    await tabTo(page, "#theme");
    const before = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.keyboard.press("Enter");
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), before);
  }));

  test("a view that does not exist, and a record that does not, are told", () => at("#/nowhere", async (page) => {
    assert.ok((await page.innerText("main")).length > 3);
    for (const hash of ["#/actors/no-such-actor", "#/evidence/actors/no-such-actor", "#/evidence/no_table/x", "#/tables/no_table", "#/access?forum=no-such-forum", "#/tables/forums?level=nonsense&page=99&sort=nonsense"]) await go(page, hash);
  }));
});
