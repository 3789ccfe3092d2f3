/**
 * Bundles the program and the style of the HTML report: `npm run build` runs it after the compiler.
 *
 *   tsx scripts/build-page.ts [--without-charts] [folder]     into dist/report/html, or into that folder
 *
 * One classic script holds our charts and the parts of Chart.js that they use, so that a report can
 * be read without network, and made without a bundler. Chart.js is an optional dependency: where it
 * is not installed the page keeps its filter and its tables, and says why it has no charts.
 */
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const FROM = fileURLToPath(new URL("../src/report/html/page/", import.meta.url));
const TO = fileURLToPath(new URL("../dist/report/html/", import.meta.url));

/** Takes the module that says why there are no charts in place of the one that draws them. */
const withoutCharts: Plugin = {
  name: "without-charts",
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/live-charts\.ts$/ }, () => ({ path: `${FROM}no-charts.ts` }));
  },
};

function isInstalled(name: string): boolean {
  try {
    return import.meta.resolve(name) !== "";
  } catch {
    return false;
  }
}

const args = process.argv.slice(2);
const charts = !args.includes("--without-charts") && isInstalled("chart.js");
const [folder = TO] = args.filter((arg) => arg !== "--without-charts");
if (!charts) console.warn("build-page: without Chart.js, the HTML report has tables and no charts");

await build({
  entryPoints: { "page.bundle": `${FROM}main.ts`, page: `${FROM}page.css` },
  outdir: folder,
  bundle: true,
  minify: true,
  format: "iife",
  plugins: charts ? [] : [withoutCharts],
  // What understands light-dark() of our style understands this too.
  target: ["es2023", "chrome123", "firefox120", "safari17.5"],
  // The licence of Chart.js asks to be carried along.
  legalComments: "inline",
  logLevel: "warning",
});
