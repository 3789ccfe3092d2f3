/**
 * Makes every part of the documents that the source decides; nothing of it is written by hand.
 *
 *   npm run docs                 writes what has changed
 *   npm run docs:check           changes nothing; names what has drifted and ends with 1
 *
 * Tables stand between the marks `<!-- name -->` and `<!-- /name -->` of a document.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Config, SETTINGS } from "../src/model/config.ts";
import { PROFILES } from "../src/model/profiles.ts";
import { METRICS } from "../src/results/metric.ts";
import { resultJsonSchema } from "../src/results/result.ts";
import { builtInScenarioNames, loadScenario } from "../src/scenario/load-scenario.ts";
import { parameterFlags } from "../src/scenario/parameters.ts";
import { scenarioJsonSchema } from "../src/scenario/scenario.ts";
import { checksTable, readHunt } from "./checks-table.ts";
import { ENGINE_ROWS, engineRow } from "./engine-rows.ts";
import { markdownTable as table } from "./markdown-table.ts";
import { ablationTable, mutantsTable } from "./mutants-table.ts";
import { PUBLISHED, readPeers } from "./peers-result.ts";
import { peersTables } from "./peers-table.ts";
import { cleanTable } from "./races-clean-table.ts";
import { selftestSection } from "./selftest-section.ts";
import { PUBLISHED_TUNE, readTune, tuneSection } from "./tune-result.ts";

/** Folders of src/ with those that each may import, from the configuration that enforces them. */
const { mayImport }: { mayImport: Readonly<Record<string, readonly string[]>> } = await import(
  new URL("../.dependency-cruiser.mjs", import.meta.url).href
);

/** A generated file, or a generated part of one. */
interface Target {
  /** Relative to the repository. */
  readonly path: string;
  /** What the file should hold, from what it holds now. */
  make(current: string): string;
}

const TARGETS: readonly Target[] = [
  { path: "scenarios/scenario.schema.json", make: () => json(scenarioJsonSchema()) },
  { path: "results/result.schema.json", make: () => json(resultJsonSchema()) },
  section("README.md", "scenarios", scenarioTable),
  section("docs/CONFIG.md", "config", configTable),
  section("docs/CONFIG.md", "profiles", profileTable),
  section("CONTRIBUTING.md", "layers", layerTable),
  ...ENGINE_ROWS.map((row) => section("docs/ENGINE.md", row, () => engineRow(row))),
  section("docs/POSTGRES.md", "conformance", conformanceTable),
  section("docs/RACES.md", "clean", cleanTable),
  section("docs/RACES.md", "checks", () => checksTable(readHunt())),
  section("docs/RACES.md", "mutants", () => mutantsTable(readHunt())),
  section("docs/RACES.md", "ablation", () => ablationTable(readHunt())),
  section("docs/PEERS.md", "peers", () => peersTables(readPeers(PUBLISHED))),
  section("docs/METHOD.md", "selftest", selftestSection),
  section("docs/TUNING.md", "tune", () => tuneSection(readTune(PUBLISHED_TUNE))),
];

/** A document whose part between two marks is made by `body`. */
function section(path: string, name: string, body: () => string): Target {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  return {
    path,
    make(current) {
      const start = current.indexOf(open);
      const end = current.indexOf(close, start);
      if (start < 0 || end < 0) throw new Error(`${path}: needs the marks ${open} and ${close}`);
      return `${current.slice(0, start + open.length)}\n\n${body()}\n\n${current.slice(end)}`;
    },
  };
}

function scenarioTable(): string {
  const rows = builtInScenarioNames().map((name) => {
    const scenario = loadScenario(name, Object.keys(METRICS));
    const flags = parameterFlags([scenario]).map(({ flag }) => `\`${flag}\``);
    return [`\`${name}\``, scenario.question, flags.join(" ")];
  });
  return table(["scenario", "question", "flags"], rows);
}

function configTable(): string {
  const names = Object.keys(SETTINGS) as (keyof Config)[];
  const rows = names.map((name) => {
    const { default: value, min, max, help } = SETTINGS[name];
    return [`\`${name}\``, number(value), `${number(min)} to ${number(max)}`, help];
  });
  return table(["setting", "default", "limits", "meaning"], rows);
}

function profileTable(): string {
  const profiles: readonly Readonly<Record<string, number>>[] = Object.values(PROFILES);
  const names = Object.keys(SETTINGS) as (keyof Config)[];
  const rows = names
    .filter((name) => profiles.some((profile) => name in profile))
    .map((name) => [
      `\`${name}\``,
      number(SETTINGS[name].default),
      ...profiles.map((profile) => number(profile[name] ?? SETTINGS[name].default)),
    ]);
  const heads = Object.keys(PROFILES).map((name) => `\`${name}\``);
  return table(["setting", "default", ...heads], rows);
}

function layerTable(): string {
  const rows = Object.entries(mayImport).map(([folder, below]) => [
    `\`src/${folder}\``,
    below.length === 0 ? "nothing of ours" : below.map((name) => `\`${name}\``).join(" "),
  ]);
  return table(["folder", "may import"], [...rows, ["`src/cli`", "everything"]]);
}

/** The promises of the engine that every store keeps. */
const ROWS: readonly string[] = [
  ...Array.from({ length: 15 }, (_, at) => `Q${at + 1}`),
  ...Array.from({ length: 7 }, (_, at) => `G${at + 1}`),
  ...Array.from({ length: 4 }, (_, at) => `W${at + 1}`),
];

/** What of a row PostgreSQL does otherwise, or does not offer, and why. */
const ON_POSTGRES: Readonly<Record<string, string>> = {
  Q5: "no reopen voids a dead process's claims: others may live, so its lease must run out",
  Q10: "what other processes enqueue counts once a second",
  Q13: "each change is told by the process that made it; not by one whose connection broke at the commit",
  Q14: "no archive: rows are copied with COPY; no file to hold in bounds",
  Q15: "functions of the server are up to the role",
  W1: "an enqueue carries the claims of its own process; other processes are told of what they leave",
};

/** A test of the conformance suite names its row, and runs on each store. @throws Error for a row without a test */
function conformanceTable(): string {
  const folder = new URL("../test/conformance/", import.meta.url);
  const tests = new Map<string, number>(ROWS.map((row) => [row, 0]));
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), "utf8");
    for (const [, row] of text.matchAll(/(?<!describe)\(\s*"([A-Z]\d+): [^"]+",\s*(?:async )?\(/g))
      tests.set(row as string, (tests.get(row as string) ?? 0) + 1);
  }
  const rows = [...tests];
  const untested = rows.filter(([, count]) => count === 0).map(([row]) => row);
  if (untested.length > 0)
    throw new Error(`test/conformance: no test names ${untested.join(", ")}; write one`);
  return table(
    ["row", "tests", "DuckDB", "PostgreSQL"],
    rows.map(([row, count]) => {
      const differs = ON_POSTGRES[row];
      return [row, String(count), "runs", differs === undefined ? "runs" : `runs; ${differs}`];
    }),
  );
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The file's text; none where there is no file yet. */
function read(file: URL): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** What became of a target; null when it was up to date. */
function refresh({ path, make }: Target, write: boolean): string | null {
  const file = new URL(`../${path}`, import.meta.url);
  const current = read(file);
  const made = make(current);
  if (made === current) return null;
  if (!write) return `${path}: has drifted from the source; run npm run docs`;
  writeFileSync(file, made);
  console.log(`wrote ${path}`);
  return null;
}

/** Does what can be done, and returns what could not. */
function refreshAll(write: boolean): readonly string[] {
  return TARGETS.flatMap((target) => {
    try {
      return refresh(target, write) ?? [];
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
}

const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== "--check");
if (unknown.length > 0) {
  console.error(`docs: ${unknown.join(" ")}: unknown; it takes --check or nothing`);
  process.exitCode = 2;
} else {
  const problems = refreshAll(!args.includes("--check"));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log("all generated documents are up to date");
}
