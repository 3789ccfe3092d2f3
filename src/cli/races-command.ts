/** The command line of `bench races`: its flags, and what they say to `racesCommand`. */
import type { Argv } from "yargs";
import { RACE_SCENARIOS } from "../races/cases/scenarios.ts";
import { type Typed, textOf } from "./command.ts";
import { hearInterruption } from "./interruption.ts";
import { RACE_SWITCHES, RACE_TEXT_FLAGS } from "./races-flags.ts";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  for (const [flag, describe] of Object.entries(RACE_SWITCHES)) {
    command.option(flag, { type: "boolean", describe });
  }
  for (const [flag, describe] of Object.entries(RACE_TEXT_FLAGS)) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  const scenarios = RACE_SCENARIOS.map(({ name, about }) => `  ${name.padEnd(15)} ${about}`);
  return command
    .example("$0 races", "500 seeds over all scenarios; stops at the first broken promise")
    .example("$0 races --scenario joins,shutdown --seeds 2000", "more of two of them")
    .example("$0 races --replay rq1:joins:…", "one finding again, from its seed line")
    .example("$0 races --json", "one JSON document on stdout")
    .epilogue(
      [
        "Scenarios:",
        ...scenarios,
        "",
        "Each seed is one case under one schedule, on a real database and a virtual clock, and gives the same",
        "run every time. docs/RACES.md explains what is checked, how sure it is, and what it cannot see.",
        "",
        "Exit codes: 0 clean; 5 incomplete: situations that must come up did not; 6 a promise was broken; 1 the",
        "harness is broken; 2 bad usage; 7 nothing was run; 130 interrupted: what was measured is printed.",
      ].join("\n"),
    );
}

/** Runs the command. */
export async function run(typed: Typed): Promise<number> {
  const stop = hearInterruption();
  try {
    // Loading the engine takes longer than all before it: an interruption is heard from before that on.
    const { racesCommand } = await import("./races.ts");
    const texts = Object.keys(RACE_TEXT_FLAGS).map((flag) => [flag, textOf(typed, flag)]);
    const switches = Object.keys(RACE_SWITCHES).filter((flag) => typed[flag] === true);
    const given = { texts: Object.fromEntries(texts), switches: new Set(switches) };
    return await racesCommand(given, stop.signal);
  } finally {
    stop.end();
  }
}
