// Bundle the front end: node build.mjs [folder], by default ../dist/site. Writes app.js and app.css there.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { geoArea, geoCentroid } from "d3-geo";
import esbuild from "esbuild";
import { feature } from "topojson-client";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const read = (module) => JSON.parse(readFileSync(require.resolve(module), "utf8"));

/** Where the map puts a country: the middle of its largest part, [longitude, latitude] by alpha-3 code. */
function places() {
  const codes = read("i18n-iso-countries/codes.json");
  const alpha3 = new Map(codes.map(([, three, numeric]) => [numeric, three]));
  const atlas = read("world-atlas/countries-50m.json");
  const found = {};
  for (const { id, geometry } of feature(atlas, atlas.objects.countries).features) {
    const code = alpha3.get(id);
    if (!code) continue;
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const shapes = parts.map((coordinates) => ({ type: "Polygon", coordinates }));
    const largest = shapes.reduce((one, other) => (geoArea(other) > geoArea(one) ? other : one));
    found[code] = geoCentroid(largest).map((degrees) => Math.round(degrees * 10) / 10);
  }
  return found;
}

await esbuild.build({
  absWorkingDir: here,
  entryPoints: ["src/main.js"],
  outfile: join(process.argv[2] ?? join(here, "..", "dist", "site"), "app.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "linked",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [{
    // Worked out here, so that the detailed outlines (700 kB) need not be in the bundle.
    name: "places",
    setup(build) {
      build.onResolve({ filter: /^csodata:places$/ }, ({ path }) => ({ path, namespace: "places" }));
      build.onLoad({ filter: /.*/, namespace: "places" }, () => ({ contents: JSON.stringify(places()), loader: "json" }));
    },
  }],
});
