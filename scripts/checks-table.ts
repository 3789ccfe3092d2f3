/** The table of the checks in docs/RACES.md, from their own descriptions; what tripped them is from the record of the last hunt. */
import { readFileSync } from "node:fs";
import { CHECKS } from "../src/races/checks/all-checks.ts";
import type { Check } from "../src/races/checks/check.ts";
import { ANOMALIES } from "../src/races/selftest/run-selftest.ts";
import { SPARED_ON_SERVER } from "../src/races/stress/postgres-place.ts";
import { NEEDS_VIRTUAL_TIME } from "../src/races/stress/stress-place.ts";
import type { MutantsResult } from "../src/results/mutants-result.ts";
import { markdownTable } from "./markdown-table.ts";

const PUBLISHED_HUNT = "results/published/races-mutants.json";

/** The record of the last hunt, for {@link checksTable}. */
export function readHunt(): MutantsResult {
  const file = new URL(`../${PUBLISHED_HUNT}`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as MutantsResult;
}

const CLASS_NAMES = { S: "safety", L: "liveness", D: "durability", I: "integrity" } as const;

/** A row for each check, by id. */
export function checksTable({ mutants }: MutantsResult): string {
  const rows = CHECKS.toSorted((a, b) => order(a.id) - order(b.id)).map((check) => [
    check.id,
    `${check.title} (${CLASS_NAMES[check.class]})`,
    check.rule,
    judgedIn(check),
    [
      ...mutants.filter(({ found }) => found === check.id).map(({ id }) => id),
      ...ANOMALIES.filter(({ id }) => id === check.id).map(({ what }) => what),
    ].join("; "),
  ]);
  return markdownTable(["id", "anomaly", "it speaks where", "judged", "tripped by"], rows);
}

/** O, J, D, V, F, C, then the number. */
function order(id: string): number {
  return "OJDVFC".indexOf(id.charAt(0)) * 100 + Number(id.slice(1));
}

function judgedIn({ id, log, occasion }: Check): string {
  const from =
    log === "only" ? "by the log" : log === "too" ? "by events and the log" : "by events";
  if (occasion !== undefined) return `${from}, in the self-test alone: ${occasion}`;
  const spared = NEEDS_VIRTUAL_TIME.includes(id)
    ? ", not in real time"
    : SPARED_ON_SERVER.includes(id) || log === "only"
      ? ", not on a server"
      : "";
  return `${from}${spared}`;
}
