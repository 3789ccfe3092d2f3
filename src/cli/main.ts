#!/usr/bin/env node
/** The `bench` command: reads the command line, calls one command, sets the exit code. */
import { readFileSync } from "node:fs";
import yargs, { type Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { ConfigError, InputError, messageOf, QuackmarkError } from "../lib/errors.ts";
import type { CommandEntry, Typed } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT } from "./exit-codes.ts";

const WIDTH_CHARS = 110;
const HELP = "See bench --help, and bench <command> --help.";

/** Tells yargs of a command; its module is loaded only when the command line names it. */
function addCommand(parser: Argv, { usage, about, load }: CommandEntry): Argv {
  return parser.command(
    usage,
    about,
    async (command: Argv) => (await load()).declare(command),
    async (typed: Typed) => {
      process.exitCode = await (await load()).run(typed);
    },
  );
}

function version(): string {
  const path = new URL("../../package.json", import.meta.url);
  const description: unknown = JSON.parse(readFileSync(path, "utf8"));
  return typeof description === "object" && description !== null && "version" in description
    ? String(description.version)
    : "unknown";
}

async function main(): Promise<void> {
  const parser = yargs(hideBin(process.argv))
    .scriptName("bench")
    .usage("$0 <command>\n\nBenchmarks a durable job queue and DAG engine on embedded DuckDB.")
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "parse-numbers": false,
    })
    .demandCommand(1, "Name a command, such as run")
    .strictCommands()
    .strict()
    .version(version())
    .wrap(Math.min(WIDTH_CHARS, process.stdout.columns ?? WIDTH_CHARS))
    .fail((message, error) => {
      throw error ?? new InputError(`${message}. ${HELP}`);
    });
  await COMMANDS.reduce(addCommand, parser).parseAsync();
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
  if (error instanceof InputError || error instanceof ConfigError)
    return tell(error.message, EXIT.badInput);
  const text = error instanceof QuackmarkError ? error.message : (error.stack ?? error.message);
  return tell(text, EXIT.internalError);
}

function tell(text: string, exitCode: number): number {
  process.stderr.write(`bench: ${text}\n`);
  return exitCode;
}
