/** The command line of `bench migrate`: a queue moves from a DuckDB file to PostgreSQL. */
import { existsSync } from "node:fs";
import type { Argv } from "yargs";
import { moveQueue, Queue } from "../engine/index.ts";
import { InputError } from "../lib/errors.ts";
import { type Typed, textOf } from "./command.ts";
import { EXIT } from "./exit-codes.ts";

/** Adds the positionals of the command. */
export function declare(command: Argv): Argv {
  return command
    .positional("file", {
      type: "string",
      demandOption: true,
      describe: "the queue's DuckDB file; no process may have it open",
    })
    .positional("url", {
      type: "string",
      demandOption: true,
      describe:
        "postgres://user@host/database, with ?schema=name for a schema other than quackmark",
    })
    .option("json", { type: "boolean", describe: "print one JSON document" })
    .example(
      "$0 migrate jobs.db postgres://app@db/shop",
      "move all jobs, runs, attempts and results",
    )
    .epilogue(
      "The file is left as it is. Interrupted, the same command goes on. Exit 0: moved, and the checksums of both sides are equal.",
    );
}

/** Moves, and prints what was moved. */
export async function run(typed: Typed): Promise<number> {
  const file = textOf(typed, "file") as string;
  const url = textOf(typed, "url") as string;
  if (!existsSync(file)) throw new InputError(`${file}: there is no such file`);
  // Opened once as a queue: claims of a process that died are void, and older schemas are brought up.
  await (await Queue.open({ path: file })).close();
  const { rows, checksums } = await moveQueue(file, url, (table, count) => {
    process.stderr.write(`${table}: ${count.toLocaleString("en")} rows\n`);
  });
  if (typed["json"] === true) process.stdout.write(`${JSON.stringify({ rows, checksums })}\n`);
  else
    process.stdout.write(
      `Moved ${Object.entries(rows)
        .map(([table, count]) => `${count.toLocaleString("en")} ${table}`)
        .join(", ")}; checksums of both sides are equal.\n`,
    );
  return EXIT.pass;
}
