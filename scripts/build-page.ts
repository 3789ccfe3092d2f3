/**
 * Bundles the program and the style of the HTML report: `npm run build` runs it after the compiler.
 *
 * One classic script holds our charts and the parts of Chart.js that they use, so that a report can
 * be read without network, and made without a bundler.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const FROM = fileURLToPath(new URL("../src/report/html/page/", import.meta.url));
const TO = fileURLToPath(new URL("../dist/report/html/", import.meta.url));

await build({
  entryPoints: { "page.bundle": `${FROM}main.ts`, page: `${FROM}page.css` },
  outdir: TO,
  bundle: true,
  minify: true,
  format: "iife",
  // What understands light-dark() of our style understands this too.
  target: ["es2023", "chrome123", "firefox120", "safari17.5"],
  // The licence of Chart.js asks to be carried along.
  legalComments: "inline",
  logLevel: "warning",
});
