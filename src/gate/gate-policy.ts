/** `gate.yaml`: which cells are compared, which of their metrics decide, and what the margins are. */
import { z } from "zod";
import { InputError } from "../lib/errors.ts";
import { issueText } from "../lib/issue-text.ts";
import { METRICS, type MetricName, metricOf } from "../results/metric.ts";
import { GATE_RULE } from "../stats/sequential.ts";

/** The name of the file that `bench gate` looks for. */
export const POLICY_FILE = "gate.yaml";

/** Counters that say what the code did, not how long it took; one pair shows them. */
const DEFAULT_COUNTERS: readonly MetricName[] = [
  "rowsWritten",
  "submitCommits",
  "submitStatements",
  "transitionsPerJob",
  "attempts",
];

/** A slowdown as people write it, `3 %`, as a ratio. */
const slowdownSchema = z
  .string()
  .regex(/^\d+(\.\d+)?\s*%$/, "needs a slowdown in percent, such as 3 %")
  .transform((text) => 1 + Number.parseFloat(text) / 100);

const metricSchema = z.string().superRefine((name, context) => {
  if (!Object.hasOwn(METRICS, name)) {
    context.addIssue({
      code: "custom",
      message: `${name} is no metric; docs/METHOD.md lists them`,
    });
  } else if (metricOf(name).better === "none" && !metricOf(name).deterministic) {
    context.addIssue({
      code: "custom",
      message: `${name} is a plain fact: more of it is no worse`,
    });
  }
});

const cellSchema = z.strictObject({
  /** A scenario and parameters: `submit dagSize=10000 strategy=appender`. */
  cell: z.string().min(1),
  /** The metrics that decide. Without: the first that answers the scenario's question. */
  gate: z.array(metricSchema).min(1).optional(),
});

const policySchema = z.strictObject({
  cells: z.array(cellSchema).min(1).optional(),
  /** Counters that decide wherever a cell has them; an empty list turns them off. */
  counters: z.array(metricSchema).optional(),
  /** `calibrated` takes what `bench calibrate` proposed for this machine. */
  margins: z
    .union([
      z.literal("calibrated"),
      z.strictObject({ tolerated: slowdownSchema, fatal: slowdownSchema }),
    ])
    .optional(),
  /** How often each side of a pair measures, in turns with the other: more make a pair longer and less noisy. */
  rounds: z.int().min(1).max(1000).optional(),
  /** `fail`: exit 5; `warn`: exit 0 with a warning. */
  inconclusive: z.enum(["fail", "warn"]).optional(),
  /** What the head's medians must keep, as --threshold of bench run. */
  thresholds: z.array(z.string()).optional(),
  /** A result file with kernel figures, in place of --base. */
  baseline: z.string().min(1).optional(),
});

/** A cell text with the metrics that decide; null: the scenario's first. */
export interface PolicyCell {
  readonly cell: string;
  readonly gate: readonly string[] | null;
  /** Where it stands, for complaints: `gate.yaml:3`. */
  readonly source: string;
}

/** A policy with every default in place. */
export interface GatePolicy {
  readonly cells: readonly PolicyCell[];
  readonly counters: readonly string[];
  readonly margins: "calibrated" | { readonly toleratedRatio: number; readonly fatalRatio: number };
  /** How often each side of a pair measures. */
  readonly rounds: number;
  readonly inconclusive: "fail" | "warn";
  readonly thresholds: readonly string[];
  readonly baseline: string | null;
}

const { toleratedRatio, fatalRatio } = GATE_RULE;

/** What holds without a file: how a DAG gets in, and how fast it drains, at a size that takes a second. */
export const DEFAULT_POLICY: GatePolicy = {
  cells: [
    {
      cell: "submit dagSize=10000 strategy=appender",
      gate: ["submitMs"],
      source: "default policy",
    },
    {
      cell: "drain dagSize=10000 claimBatch=1000 wake=notify",
      gate: ["drainMs"],
      source: "default policy",
    },
  ],
  counters: DEFAULT_COUNTERS,
  margins: { toleratedRatio, fatalRatio },
  // docs/decisions/008-rounds-in-turns.md
  rounds: 16,
  inconclusive: "fail",
  thresholds: [],
  baseline: null,
};

/** Plain data with the line of each field, as a YAML reader gives it. */
export interface PolicySource {
  readonly data: unknown;
  lineOf(path: readonly PropertyKey[]): number;
}

/** Reads a policy. An `InputError` names `file`, the line and the field of everything that is wrong. */
export function readPolicy(source: PolicySource, file: string): GatePolicy {
  const parsed = policySchema.safeParse(source.data ?? {});
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) =>
        `${file}:${source.lineOf(issue.path)}: ${fieldText(issue.path)}${issueText(issue)}.`,
    );
    throw new InputError(lines.join("\n"));
  }
  const { cells, counters, margins, rounds, inconclusive, thresholds, baseline } = parsed.data;
  if (typeof margins === "object" && margins.tolerated >= margins.fatal) {
    throw new InputError(
      `${file}:${source.lineOf(["margins"])}: margins: tolerated must be below fatal.`,
    );
  }
  return {
    cells:
      cells?.map(({ cell, gate }, i) => ({
        cell,
        gate: gate ?? null,
        source: `${file}:${source.lineOf(["cells", i])}`,
      })) ?? DEFAULT_POLICY.cells,
    counters: counters ?? DEFAULT_COUNTERS,
    margins:
      typeof margins === "object"
        ? { toleratedRatio: margins.tolerated, fatalRatio: margins.fatal }
        : (margins ?? DEFAULT_POLICY.margins),
    rounds: rounds ?? DEFAULT_POLICY.rounds,
    inconclusive: inconclusive ?? DEFAULT_POLICY.inconclusive,
    thresholds: thresholds ?? [],
    baseline: baseline ?? null,
  };
}

function fieldText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "" : `${path.map(String).join(".")} `;
}
