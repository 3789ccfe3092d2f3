/**
 * Every gate of the project, in the order in which they find faults fastest; stops at the first failure.
 *
 *   npm run check                 all of them
 *   npm run check -- lint types   the named ones
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { METRICS } from "../src/results/metric.ts";
import { builtInScenarioNames, loadScenario } from "../src/scenario/load-scenario.ts";
import { flagOf, smokeOverrides } from "../src/scenario/parameters.ts";

/** A command line that must end with 0. */
type Command = readonly [program: string, ...args: string[]];

interface Gate {
  readonly name: string;
  readonly commands: readonly Command[];
}

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly tookMs: number;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "quackmark-check-"));

const GATES: readonly Gate[] = [
  { name: "lint", commands: [["biome", "check", "."]] },
  { name: "types", commands: [["tsc", "--noEmit"]] },
  { name: "layers", commands: [["depcruise", "src"]] },
  { name: "knip", commands: [["knip"]] },
  { name: "typedoc", commands: [["typedoc", "--logLevel", "Warn"]] },
  { name: "docs", commands: [["tsx", "scripts/docs.ts", "--check"]] },
  { name: "unit", commands: [["vitest", "run", "--project", "unit"]] },
  { name: "build", commands: [["npm", "run", "-s", "build"]] },
  { name: "integration", commands: [["vitest", "run", "--project", "integration"]] },
  {
    name: "conformance",
    commands: [["vitest", "run", "--project", "duckdb", "--project", "postgres"]],
  },
  { name: "smoke", commands: builtInScenarioNames().map(smokeRun) },
];

/** One trial of every cell of a scenario at its smallest size, by the built command. */
function smokeRun(scenario: string): Command {
  const values = smokeOverrides(loadScenario(scenario, Object.keys(METRICS)));
  const flags = Object.entries(values).flatMap(([name, list]) => [flagOf(name), list.join(",")]);
  const options = ["--trials", "1", "--out", join(scratch, scenario)];
  return ["node", "dist/cli/main.js", "run", scenario, ...flags, ...options];
}

/** Runs a command; its output is shown only when it fails. */
function run([program, ...args]: Command): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const path = [join(ROOT, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
    const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, PATH: path } });
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code !== 0) {
        console.log(`\n$ ${[program, ...args].join(" ")}\n${Buffer.concat(output).toString()}`);
        console.log(signal === null ? `exit code ${code}` : `ended by ${signal}`);
      }
      resolve(code === 0);
    });
  });
}

async function pass({ name, commands }: Gate): Promise<Outcome> {
  const startMs = performance.now();
  for (const command of commands) {
    if (!(await run(command))) return { name, passed: false, tookMs: performance.now() - startMs };
  }
  return { name, passed: commands.length > 0, tookMs: performance.now() - startMs };
}

function line({ name, passed, tookMs }: Outcome): string {
  const seconds = (tookMs / 1000).toFixed(1).padStart(7);
  return `${passed ? "passed" : "FAILED"} ${seconds} s  ${name}`;
}

/** The gates asked for, in their own order; null when a name is unknown. */
function selectGates(names: readonly string[]): readonly Gate[] | null {
  const known = GATES.map(({ name }) => name);
  if (names.some((name) => !known.includes(name))) return null;
  return names.length === 0 ? GATES : GATES.filter(({ name }) => names.includes(name));
}

async function main(names: readonly string[]): Promise<number> {
  const gates = selectGates(names);
  if (gates === null) {
    console.error(`check: known are ${GATES.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  let tookMs = 0;
  for (const [index, gate] of gates.entries()) {
    const outcome = await pass(gate);
    tookMs += outcome.tookMs;
    console.log(line(outcome));
    if (outcome.passed) continue;
    const skipped = gates.slice(index + 1).map(({ name }) => name);
    if (skipped.length > 0) console.log(`not run: ${skipped.join(", ")}`);
    return 1;
  }
  console.log(`all ${gates.length} gates passed in ${(tookMs / 1000).toFixed(0)} s`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
