/** `bench list`: the scenarios, what each asks, and the parameters that it takes. */
import type { Argv } from "yargs";
import {
  type ParameterEntry,
  renderScenarioList,
  type ScenarioEntry,
} from "../report/scenario-list.ts";
import { METRICS } from "../results/metric.ts";
import { expandCells } from "../scenario/expand-cells.ts";
import { builtInScenarioNames, loadScenario } from "../scenario/load-scenario.ts";
import { flagOf } from "../scenario/parameters.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { choiceText } from "../scenario/workload.ts";
import type { Typed } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { terminal } from "./terminal.ts";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  return command
    .positional("scenario", {
      type: "string",
      array: true,
      describe:
        "show these in full: built-in ones by name, your own by path (default: all in short)",
    })
    .option("json", { type: "boolean", describe: "print one JSON document, everything in full" })
    .example("$0 list", "every scenario and its question")
    .example("$0 list submit", "its parameters, defaults, metrics and checks")
    .example("$0 list ./my.yaml", "how bench reads a scenario of your own");
}

/** Runs the command. */
export function run({ scenario, json }: Typed): Promise<number> {
  const named = Array.isArray(scenario) ? scenario.map(String) : [];
  const names = named.length > 0 ? named : builtInScenarioNames();
  const entries = names.map((name) => entryOf(loadScenario(name, Object.keys(METRICS))));
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ scenarios: entries }, null, 2)}\n`
      : renderScenarioList(entries, { full: named.length > 0, ...terminal() }),
  );
  return Promise.resolve(EXIT.pass);
}

function entryOf(scenario: Scenario): ScenarioEntry {
  const { name, question, workload, metrics, thresholds, checks } = scenario;
  const cells = expandCells(scenario);
  const parameters = Object.entries(scenario.parameters).map(
    ([parameter, { help, unit, smoke, ...choice }]): ParameterEntry => ({
      name: parameter,
      flag: flagOf(parameter),
      help,
      unit: unit ?? null,
      takes: choiceText(choice),
      // What really runs: a cell can name values of its own, or copy another parameter.
      defaults: [...new Set(cells.flatMap((cell) => cell[parameter] ?? []))],
      smoke: typeof smoke === "object" ? smoke : [smoke],
    }),
  );
  return {
    name,
    question,
    workload,
    defaultCells: cells.length,
    parameters,
    metrics,
    thresholds,
    checks,
  };
}
