/**
 * One self-contained HTML page from a result: the answer, the findings, and for each scenario a
 * filter, the charts of `chartsOf` drawn live, and the table.
 *
 * The page asks nobody for anything: script and style stand in it, and its policy forbids every
 * request and every script but that one. Without a script it still shows all text and tables.
 */
import { createHash } from "node:crypto";
import type { Result } from "../../results/result.ts";
import { type FindingLine, findingLines } from "../findings-text.ts";
import { summaryLines } from "../summary-text.ts";
import { escapeHtml, jsonForScript } from "./html-text.ts";
import { pageData } from "./page-data.ts";
import { scenarioSection } from "./scenario-html.ts";

/** What the build makes for the page. */
export interface PageAssets {
  /** The program of the page with Chart.js in it, as a classic script. */
  readonly script: string;
  readonly style: string;
}

/** The page as a whole document; ends with a newline. */
export function htmlPage(result: Result, { script, style }: PageAssets): string {
  const scenarios = [...new Set(result.cells.map(({ scenario }) => scenario))];
  const sections = scenarios.map((scenario, place) => {
    const cells = result.cells.filter((cell) => cell.scenario === scenario);
    return scenarioSection({ ...result, cells }, scenario, place);
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(`Run ${result.id} · Quackmark`)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#figures">Skip to the figures</a>
${header(result)}
<main>
${answer(result)}
${findings(findingLines(result))}
<div id="figures" tabindex="-1">
<noscript><p class="note">Charts and filters need JavaScript. The tables hold every figure.</p></noscript>
${sections.join("\n")}
</div>
</main>
<script type="application/json" id="result">${jsonForScript(pageData(result))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Nothing may be loaded, sent or embedded; the one script and the one style are named by their hashes. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function sourceHash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function header({ id, command, startedAt, verdict }: Result): string {
  return `<header>
<div>
<p class="brand">Quackmark</p>
<h1>Run ${escapeHtml(id)}</h1>
<p class="command"><code>${escapeHtml(command.join(" "))}</code></p>
<p><span class="verdict ${escapeHtml(verdict)}">${escapeHtml(verdict.replaceAll("-", " "))}</span> <time datetime="${escapeHtml(startedAt)}">${escapeHtml(startedAt.replace("T", " ").replace(/\.\d+Z$/, " UTC"))}</time></p>
</div>
<button type="button" id="theme" hidden>Dark</button>
</header>`;
}

function answer(result: Result): string {
  const rows = summaryLines(result).map(
    ({ label, text }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd></div>`,
  );
  return `<section aria-labelledby="answer">
<h2 id="answer">Answer</h2>
<dl>${rows.join("\n")}</dl>
</section>`;
}

function findings(lines: readonly FindingLine[]): string {
  if (lines.length === 0) return "";
  const items = lines.map(
    ({ kind, serious, text, advice }) =>
      `<li${serious ? ' class="serious"' : ""}><strong>${escapeHtml(kind)}</strong> ${escapeHtml(text)}${advice === "" ? "" : ` <span class="advice">→ ${escapeHtml(advice)}</span>`}</li>`,
  );
  return `<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
<ul>${items.join("\n")}</ul>
</section>`;
}
