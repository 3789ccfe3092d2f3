/**
 * From a scenario and what the user asked for to cells: the combinations that run.
 *
 * Without flags the default cells run. A flag *replaces*: its parameter leaves the default cells,
 * what remains distinct of them is multiplied with the values given, and a cell in which the parameter
 * has no effect is left out. So whoever names a value finds it in every cell:
 *
 * - `submit --strategy appender` is 1 cell (chunk sizes have no effect on it),
 *   `--strategy values --chunk-size 10,100` are 2;
 * - `submit --chunk-size 10` is values and temp-table with 10; the other strategies have no chunks.
 *   `--strategy row,values --chunk-size 10` keeps row, because it was named;
 * - `drain --claim-batch 200` is 200 with notices and 200 with each poll interval of the default cells.
 *
 * A value that no cell can take (`--strategy row --chunk-size 10`) is an error.
 */
import { InputError } from "../lib/errors.ts";
import type { DagShape } from "./dag-shape.ts";
import { flagOf, type Overrides } from "./parameters.ts";
import type { Scenario, ScenarioParameter } from "./scenario.ts";
import type { ParameterValue } from "./workload.ts";

/** The parameters of one cell, in the order of declaration, without those that have no effect. */
export type CellParameters = Readonly<Record<string, ParameterValue>>;

/** More cells than this cannot be what was meant. */
const MAX_CELLS = 10_000;

/**
 * The cells of a scenario, each once. `overrides` holds valid values of declared parameters. With
 * `dag` (from `--dag-file`) the file's name stands in `dagFile` in place of `shape`, and
 * `dagSize` is its node count. Throws an InputError when a named value has no effect in any cell, when there are more
 * than 10,000 cells, and when a file and a size or shape are both named.
 */
export function expandCells(
  scenario: Scenario,
  overrides: Overrides = {},
  dag?: Pick<DagShape, "name" | "nodeCount">,
): readonly CellParameters[] {
  if (dag === undefined) return expand(scenario, overrides);
  if (!Object.hasOwn(scenario.parameters, "dagSize")) {
    throw new InputError(
      `${scenario.name} submits no DAG, so --dag-file has no effect on it. Leave it out.`,
    );
  }
  const named = ["shape", "dagSize"].find((name) => Object.hasOwn(overrides, name));
  if (named !== undefined) {
    throw new InputError(
      `${flagOf(named)} contradicts --dag-file, which brings its own. Name one of them.`,
    );
  }
  const cells = expand(scenario, { ...overrides, dagSize: [dag.nodeCount] });
  return unique(cells.map(({ shape: _, ...parameters }) => ({ dagFile: dag.name, ...parameters })));
}

function expand(scenario: Scenario, overrides: Overrides): readonly CellParameters[] {
  const kept = unique(defaultCells(scenario, overrides));
  const asked = Object.values(overrides).reduce((product, { length }) => product * length, 1);
  if (kept.length * asked > MAX_CELLS) {
    throw new InputError(
      `${scenario.name} would have ${kept.length * asked} cells; at most ${MAX_CELLS} run. Name fewer values.`,
    );
  }
  const cells = kept.flatMap((cell) =>
    combinations(overrides).map((values) => complete(scenario, overrides, { ...cell, ...values })),
  );
  const effective = unique(
    cells
      .filter((cell) => !lacksAskedValue(scenario, overrides, cell))
      .map((cell) => withoutIdle(scenario, cell)),
  );
  refuseUnusedValues(scenario, overrides, effective);
  return effective;
}

/** The default cells without the overridden parameters and without those that copy another one. */
function defaultCells(scenario: Scenario, overrides: Overrides): CellParameters[] {
  return scenario.cells.flatMap((cell) => {
    const choices: Record<string, readonly ParameterValue[]> = {};
    for (const [name, parameter] of Object.entries(scenario.parameters)) {
      const values = cell[name] ?? parameter.default;
      if (values === undefined || Object.hasOwn(overrides, name)) continue;
      choices[name] = typeof values === "object" ? values : [values];
    }
    return combinations(choices);
  });
}

/** Fills in copies, lowers values that make no difference, and puts the parameters in order. */
function complete(scenario: Scenario, overrides: Overrides, cell: CellParameters): CellParameters {
  const values = new Map(Object.entries(cell));
  const parameters = Object.entries(scenario.parameters);
  for (const [name, { sameAs }] of parameters) {
    const copied = sameAs === undefined ? undefined : cell[sameAs];
    if (!values.has(name) && copied !== undefined) values.set(name, copied);
  }
  for (const [name, { atMost }] of parameters) {
    const value = values.get(name);
    const most = atMost === undefined ? undefined : values.get(atMost);
    // A value that the user named is kept as it is, so that the cell says what was asked for.
    if (Object.hasOwn(overrides, name) || typeof value !== "number") continue;
    if (typeof most === "number" && most < value) values.set(name, most);
  }
  return Object.fromEntries(
    parameters.flatMap(([name]) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Whether an asked-for parameter has no effect here, and the user did not ask for the reason as well. */
function lacksAskedValue(scenario: Scenario, overrides: Overrides, cell: CellParameters): boolean {
  return Object.keys(overrides).some((name) =>
    unmetConditions(scenario.parameters[name], cell).some(
      (condition) => !Object.hasOwn(overrides, condition),
    ),
  );
}

function withoutIdle(scenario: Scenario, cell: CellParameters): CellParameters {
  return Object.fromEntries(
    Object.entries(cell).filter(
      ([name]) => unmetConditions(scenario.parameters[name], cell).length === 0,
    ),
  );
}

/** The parameters because of which `parameter` has no effect in a cell. */
function unmetConditions(
  parameter: ScenarioParameter | undefined,
  cell: CellParameters,
): readonly string[] {
  return Object.entries(parameter?.appliesWhen ?? {}).flatMap(([name, values]) => {
    const value = cell[name];
    return value !== undefined && values.includes(value) ? [] : [name];
  });
}

function refuseUnusedValues(
  scenario: Scenario,
  overrides: Overrides,
  cells: readonly CellParameters[],
): void {
  for (const [name, values] of Object.entries(overrides)) {
    const unused = values.find((value) => !cells.some((cell) => cell[name] === value));
    if (unused === undefined) continue;
    const conditions = Object.entries(scenario.parameters[name]?.appliesWhen ?? {}).map(
      ([other, needed]) => `${flagOf(other)} ${needed.join(" or ")}`,
    );
    throw new InputError(
      `${flagOf(name)} ${unused} has no effect in any cell of ${scenario.name}. It needs ${conditions.join(" and ")}.`,
    );
  }
}

/** All combinations of one value for each name; the last name changes fastest. */
function combinations(choices: Overrides): CellParameters[] {
  return Object.entries(choices).reduce<CellParameters[]>(
    (cells, [name, values]) =>
      cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value }))),
    [{}],
  );
}

/** Drops repeated cells; the parameters of all stand in the same order. */
function unique(cells: readonly CellParameters[]): readonly CellParameters[] {
  return [...new Map(cells.map((cell) => [JSON.stringify(cell), cell])).values()];
}
