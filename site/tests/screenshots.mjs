// Pictures of every view, desktop and phone, light and dark, to look at: node tests/screenshots.mjs FOLDER [view…]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileAddress, launch, open, skip, VIEWS } from "./browser.mjs";

if (skip) throw new Error(skip);
const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error("Say where the pictures go: node tests/screenshots.mjs FOLDER [view…]");
mkdirSync(folder, { recursive: true });

const HASHES = { ...Object.fromEntries(VIEWS.map((view) => [view, `#/${view}`])), "access-one": "#/access?forum=gfmd", "actors-one": "#/actors/iom",
  "tables-chosen": "#/tables/commitments?speech_act=pledge", "evidence-one": "#/evidence/actors/iom", "chain-gaps": "#/chain?gap=1" };
const SIZES = { desktop: { viewport: { width: 1280, height: 900 } }, phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 } };

const browser = await launch();
for (const [size, options] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, hash] of Object.entries(HASHES)) {
      if (only.length && !only.includes(name)) continue;
      const page = await open(browser, fileAddress() + hash, { ...options, colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
      for (const fault of page.faults) console.error(`${name}: ${fault}`);
      await page.context().close();
    }
  }
}
await browser.close();
