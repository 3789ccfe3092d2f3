/** The command that `bench flaky --scenario` repeats: a race scenario by seed, or a benchmark scenario that checks what it did. */
import { InputError } from "../lib/errors.ts";
import { RACE_SCENARIOS } from "../races/cases/scenarios.ts";
import { builtInScenarioNames } from "../scenario/load-scenario.ts";

/** Ours, as it was started; `more` are flags of the scenario's own command. @throws InputError for a name that there is not */
export function scenarioCommand(
  name: string,
  more: readonly string[],
  program: readonly string[] = [process.execPath, ...process.argv.slice(1, 2)],
): readonly string[] {
  const seed = ["--seed", "{seed}"];
  if (RACE_SCENARIOS.some((scenario) => scenario.name === name))
    return [...program, "races", "--scenario", name, "--seeds", "1", ...seed, ...more];
  const benchmarks = builtInScenarioNames();
  if (benchmarks.includes(name))
    return [...program, "run", name, "--trials", "1", ...seed, ...more];
  const races = RACE_SCENARIOS.map((scenario) => scenario.name);
  throw new InputError(
    `--scenario ${name}: there is no such scenario; races are ${races.join(", ")}; benchmarks are ${benchmarks.join(", ")}.`,
  );
}
