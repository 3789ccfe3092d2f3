#!/usr/bin/env node
/** The `bench` command: reads the command line, calls one command, sets the exit code. */
import { readFileSync } from "node:fs";
import yargs, { type Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { InputError, messageOf, QuackmarkError } from "../lib/errors.ts";
import { EXIT } from "./exit-codes.ts";

/** What yargs has read; every value is checked before use. */
type Typed = Readonly<Record<string, unknown>>;

const WIDTH_CHARS = 110;
const HELP = "See bench --help and bench run --help.";

/** Commands load what they need when they run, so that help is quick. */
async function declareRun(command: Argv): Promise<Argv> {
  const [{ RUN_FLAGS }, { builtInFlags }] = await Promise.all([
    import("./run-flags.ts"),
    import("./scenario-flags.ts"),
  ]);
  command.positional("scenario", {
    type: "string",
    array: true,
    describe: "built-in scenarios by name, or your own by path (default: submit and drain)",
  });
  for (const { flag, help, choice } of builtInFlags()) {
    const text = { type: "string", requiresArg: true, group: "Parameters:" } as const;
    command.option(flag.slice(2), { ...text, describe: `${help}: ${choice}` });
  }
  for (const [flag, describe] of Object.entries(RUN_FLAGS)) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .option("json", { type: "boolean", describe: "the same as --format json" })
    .option("no-charts", { type: "boolean", describe: "draw no PNG charts" })
    .example("$0 run --dag-size 100000", "the whole answer for 100,000 jobs")
    .example("$0 run submit --strategy values,appender --dag-size 1e3..1e6", "two ways in, by size")
    .example("$0 run drain --dag-file workflow.json", "a workflow of your own")
    .epilogue(
      "A parameter takes one value, a list 1000,10000 or a range 1e3..1e6; every combination is a cell.",
    );
}

async function run(typed: Typed): Promise<void> {
  const [{ runCommand }, { RUN_FLAGS }, { builtInFlags }] = await Promise.all([
    import("./run.ts"),
    import("./run-flags.ts"),
    import("./scenario-flags.ts"),
  ]);
  const text = (flag: string): string | undefined => {
    const value = typed[flag];
    return typeof value === "string" ? value : undefined;
  };
  const parameters = builtInFlags().flatMap(({ name, flag }) => {
    const value = text(flag.slice(2));
    return value === undefined ? [] : [[name, value] as const];
  });
  const { scenario } = typed;
  process.exitCode = await runCommand({
    scenarios: Array.isArray(scenario) ? scenario.map(String) : [],
    parameters: Object.fromEntries(parameters),
    flags: Object.fromEntries(Object.keys(RUN_FLAGS).map((flag) => [flag, text(flag)])),
    json: typed["json"] === true,
    charts: typed["no-charts"] !== true,
    command: ["bench", ...hideBin(process.argv)],
  });
}

function version(): string {
  const path = new URL("../../package.json", import.meta.url);
  const description: unknown = JSON.parse(readFileSync(path, "utf8"));
  return typeof description === "object" && description !== null && "version" in description
    ? String(description.version)
    : "unknown";
}

async function main(): Promise<void> {
  await yargs(hideBin(process.argv))
    .scriptName("bench")
    .usage("$0 <command>\n\nBenchmarks a durable job queue and DAG engine on embedded DuckDB.")
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "duplicate-arguments-array": false,
      "parse-numbers": false,
    })
    .command("run [scenario..]", "measure scenarios and check every answer", declareRun, run)
    .demandCommand(1, "Name a command, such as run")
    .strict()
    .version(version())
    .wrap(Math.min(WIDTH_CHARS, process.stdout.columns ?? WIDTH_CHARS))
    .fail((message, error) => {
      throw error ?? new InputError(`${message}. ${HELP}`);
    })
    .parseAsync();
}

// A reader that has seen enough (head, less) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await main();
} catch (error) {
  process.exitCode = report(error);
}

/** Tells an error on stderr and returns the exit code: one line for expected ones, the stack for our own. */
function report(error: unknown): number {
  if (!(error instanceof Error)) return tell(messageOf(error), EXIT.internalError);
  // The parser throws some of its complaints about the command line as errors of its own.
  if (error.name === "YError") return tell(`${error.message}. ${HELP}`, EXIT.badInput);
  if (error instanceof InputError) return tell(error.message, EXIT.badInput);
  const text = error instanceof QuackmarkError ? error.message : (error.stack ?? error.message);
  return tell(text, EXIT.internalError);
}

function tell(text: string, exitCode: number): number {
  process.stderr.write(`bench: ${text}\n`);
  return exitCode;
}
