#!/usr/bin/env node
/** The `bench` command: reads flags, calls one command, sets the exit code. */
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { InputError, messageOf, QuackmarkError } from "../lib/errors.ts";
import { EXIT } from "./exit-codes.ts";

/** Flags of scenario parameters, by parameter name. */
const PARAMETERS = {
  dagSize: "jobs in the DAG: 1000, a list 1000,10000 or a range 1e3..1e6",
  shape: "chain, fan-out, fan-in, diamond, layered or random",
  strategy: "row, values, temp-table, unnest or appender",
  chunkSize: "rows of one VALUES statement, or all",
  pollInterval: "sleep of an idle worker, in ms",
  wake: "notify or poll",
  workers: "workers in the process",
  concurrency: "handlers of one worker in flight",
  claimBatch: "most jobs of one claim",
} as const;

const flagName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const parser = yargs(hideBin(process.argv))
  .scriptName("bench")
  .usage("$0 <command>\n\nBenchmarks a durable job queue and DAG engine on embedded DuckDB.")
  .parserConfiguration({ "camel-case-expansion": false, "parse-numbers": false, "duplicate-arguments-array": false, "boolean-negation": false })
  .command(
    "run [scenario..]",
    "measure scenarios (submit and drain without a name)",
    (command) => {
      command.positional("scenario", { type: "string", array: true, default: ["submit", "drain"], describe: "built-in names or YAML files" });
      for (const [name, describe] of Object.entries(PARAMETERS)) command.option(flagName(name), { type: "string", requiresArg: true, describe });
      return command
        .option("dag-file", { type: "string", requiresArg: true, describe: "a WfFormat, DOT or edge-list file in place of --shape and --dag-size" })
        .option("trials", { type: "string", requiresArg: true, describe: "trials of each cell (default: as many as the budget allows)" })
        .option("budget", { type: "string", default: "110s", requiresArg: true, describe: "time for the whole command" })
        .option("max-trial-time", { type: "string", default: "30s", requiresArg: true, describe: "a trial is cut here" })
        .option("seed", { type: "string", default: "1", requiresArg: true, describe: "seed of DAGs and order" })
        .option("durability", { choices: ["full", "relaxed"] as const, default: "full" as const, describe: "full: a commit is on disk" })
        .option("out", { type: "string", requiresArg: true, describe: "folder of the results (default results/runs/<id>)" })
        .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
        .example("$0 run --dag-size 100000", "the whole answer for 100,000 jobs")
        .example("$0 run submit --strategy values,appender --dag-size 1e3..1e5", "two strategies over sizes");
    },
    async (argv) => {
      const { runCommand } = await import("./run.ts");
      const parameters: Record<string, string> = {};
      const typed: Readonly<Record<string, unknown>> = argv;
      for (const name of Object.keys(PARAMETERS)) {
        const text = typed[flagName(name)];
        if (typeof text === "string") parameters[name] = text;
      }
      const text = (name: string) => (typeof typed[name] === "string" ? typed[name] : undefined);
      process.exitCode = await runCommand(
        {
          scenarios: typed["scenario"] as string[],
          parameters,
          dagFile: text("dag-file"),
          trials: text("trials"),
          budget: String(typed["budget"]),
          maxTrialTime: String(typed["max-trial-time"]),
          seed: String(typed["seed"]),
          durability: typed["durability"] === "relaxed" ? "relaxed" : "full",
          out: text("out"),
          json: typed["json"] === true,
        },
        ["bench", ...hideBin(process.argv)],
      );
    },
  )
  .demandCommand(1, "Name a command, such as run; see bench --help")
  .strict()
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  .fail((message, error) => {
    throw error ?? new InputError(message);
  });

try {
  await parser.parseAsync();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error && !(error instanceof QuackmarkError) ? (error.stack ?? error.message) : messageOf(error)}\n`);
  process.exitCode = error instanceof InputError ? EXIT.badInput : EXIT.internalError;
}
