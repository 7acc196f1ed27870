// What axe-core finds in every view and in a page of each kind of record, light and dark. Guards access for all; two minutes.
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { fileAddress, go, launch, open, site, skip, VIEWS } from "./browser.mjs";

const HASHES = [...VIEWS.map((view) => `#/${view}`), "#/access?forum=gfmd", "#/actors/iom", "#/tables/commitments?q=civil", "#/evidence/actors/iom"];

describe("axe-core", { skip }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(() => browser?.close());

  // The dark colours are the only thing that differs, so that there only the contrast is judged.
  async function judge(page, where, colorScheme) {
    const builder = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
    const { violations } = await (colorScheme === "dark" ? builder.withRules("color-contrast") : builder).analyze();
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    assert.deepEqual(grave.map(({ id, nodes }) => `${where}: ${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`), []);
    return violations.map(({ id, impact }) => `${where}: ${id} (${impact})`);
  }

  for (const colorScheme of ["light", "dark"]) {
    test(`the views, ${colorScheme}: no serious or critical violation`, async (t) => {
      const page = await open(browser, fileAddress(), { colorScheme });
      try {
        for (const hash of HASHES) {
          await go(page, hash);
          for (const less of await judge(page, hash, colorScheme)) t.diagnostic(less);
        }
      } finally {
        await page.context().close();
      }
    });
    test(`a page of each kind of record, in both languages, ${colorScheme}: no serious or critical violation`, async (t) => {
      const context = await browser.newContext({ colorScheme });
      const page = await context.newPage();
      for (const folder of ["r", "r/fr"]) {
        for (const table of ["forums", "actors", "instruments", "objectives", "commitments"]) {
          // The longest page of its kind has every part that a page of it may have.
          const size = (file) => statSync(join(site, folder, table, file)).size;
          const file = readdirSync(join(site, folder, table)).reduce((one, other) => (size(other) > size(one) ? other : one));
          await page.goto(fileAddress(`${folder}/${table}/${file}`));
          for (const less of await judge(page, `${folder}/${table}/${file}`, colorScheme)) t.diagnostic(less);
        }
      }
      await context.close();
    });
  }
});
