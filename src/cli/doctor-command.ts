/** `bench doctor`: what about this machine will spoil numbers, and what to do about it. */
import type { Argv } from "yargs";
import { readEnvironment } from "../results/environment.ts";
import type { Environment } from "../results/result.ts";
import {
  type CheckStatus,
  type MachineCheck,
  machineChecks,
} from "../runner/doctor/machine-checks.ts";
import { readMachineFacts } from "../runner/doctor/machine-facts.ts";
import { type Typed, textOf } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { terminal } from "./terminal.ts";

/** The version of the document that `--json` prints. */
const DOCTOR_SCHEMA_VERSION = 1;

const RED = "\u001b[31m";
const YELLOW = "\u001b[33m";
const PLAIN = "\u001b[39m";
const COLOR: Readonly<Record<CheckStatus, string>> = {
  ok: "",
  unknown: "",
  warn: YELLOW,
  bad: RED,
};

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  return command
    .option("out", {
      type: "string",
      requiresArg: true,
      describe: "the folder whose disk is tried, as in bench run (default: the current one)",
    })
    .option("json", { type: "boolean", describe: "print one JSON document" })
    .example("$0 doctor", "is this machine fit to measure?")
    .example("$0 doctor --out ./data --json", "another disk, for a program")
    .epilogue(
      "Takes two seconds and changes nothing. Exit code 0 whatever it finds: bench run goes on, and its result says what it met.",
    );
}

/** Runs the command. */
export async function run(typed: Typed): Promise<number> {
  const folder = textOf(typed, "out") ?? ".";
  const facts = await readMachineFacts(folder);
  const environment = await readEnvironment(folder);
  const checks = machineChecks(facts);
  process.stdout.write(
    typed["json"] === true
      ? `${JSON.stringify({ schemaVersion: DOCTOR_SCHEMA_VERSION, environment, verdict: worst(checks), checks }, null, 2)}\n`
      : text(environment, checks, terminal().colored),
  );
  return EXIT.pass;
}

function worst(checks: readonly MachineCheck[]): CheckStatus {
  const found = checks.map(({ status }) => status);
  return (["bad", "warn"] as const).find((status) => found.includes(status)) ?? "ok";
}

function text(
  { cpu, cores, platform, node, duckdb, fingerprint }: Environment,
  checks: readonly MachineCheck[],
  colored: boolean,
): string {
  const nameChars = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, status, seen, advice }) => {
    const word = status.padEnd("unknown".length);
    const color = colored ? COLOR[status] : "";
    const shown = color === "" ? word : `${color}${word}${PLAIN}`;
    return `${shown}  ${name.padEnd(nameChars)}  ${seen}${advice === undefined ? "" : ` → ${advice}`}`;
  });
  return [
    `${cpu}, ${cores} cores, ${platform}, node ${node}, duckdb ${duckdb}, fingerprint ${fingerprint}`,
    "",
    ...lines,
    "",
    conclusion(checks),
    "",
  ].join("\n");
}

function conclusion(checks: readonly MachineCheck[]): string {
  const count = (status: CheckStatus): number =>
    checks.filter((check) => check.status === status).length;
  switch (worst(checks)) {
    case "bad":
      return `${count("bad")} of ${checks.length} things will spoil numbers here.`;
    case "warn":
      return `Fit to measure, with ${count("warn")} things to know.`;
    default:
      return "Fit to measure.";
  }
}
