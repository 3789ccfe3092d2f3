/** Reads the policy of a comparison, and plans its cells. */
import { existsSync, readFileSync } from "node:fs";
import { DEFAULT_POLICY, type GatePolicy, POLICY_FILE, readPolicy } from "../gate/gate-policy.ts";
import type { JudgedCell } from "../gate/judge-pairs.ts";
import { judgedCell } from "../gate/policy-cells.ts";
import { InputError, messageOf } from "../lib/errors.ts";
import { cellName } from "../runner/cell-name.ts";
import { planCells } from "../runner/plan-cells.ts";
import { planThresholds } from "../runner/plan-thresholds.ts";
import type { PlannedCell } from "../runner/run-plan.ts";
import { parseCellText } from "../scenario/cell-text.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { parseYaml } from "../scenario/yaml-source.ts";

/** The policy in a file; without one that in `gate.yaml`, else the built-in one. Throws an `InputError`. */
export function readPolicyFile(path: string | undefined): GatePolicy {
  const file = path ?? POLICY_FILE;
  if (path === undefined && !existsSync(file)) return DEFAULT_POLICY;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError(`--policy ${file}: cannot be read (${messageOf(error)}).`, {
      cause: error,
    });
  }
  return readPolicy(parseYaml(text, file), file);
}

/** The cells of a policy, planned and with what decides about them. */
export interface PlannedPolicy {
  readonly cells: readonly { readonly planned: PlannedCell; readonly judged: JudgedCell }[];
  /** By scenario name. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
}

/** Plans the cells of which the one-line name contains `only`; all without it. May be none. */
export function planPolicy(policy: GatePolicy, only: string | undefined): PlannedPolicy {
  const scenarios = new Map<string, Scenario>();
  const cells = policy.cells.flatMap((entry) => {
    const { cells: planned, scenario } = planCells(
      parseCellText(entry.cell, entry.source),
      entry.source,
    );
    scenarios.set(scenario.name, scenario);
    return planned.map((cell) => ({
      planned: cell,
      judged: judgedCell(entry, policy, { ...cell, metrics: scenario.metrics }),
    }));
  });
  const chosen = cells.filter(
    ({ planned }) => only === undefined || cellName(planned).includes(only),
  );
  const planned = cells.map((cell) => cell.planned);
  const thresholds = planThresholds([...scenarios.values()], policy.thresholds, planned);
  return { cells: chosen, thresholds };
}
