/** What a command of `bench` is to the entry point: flags to declare, and a run that ends in an exit code. */
import type { Argv } from "yargs";

/** What yargs has read; every value is checked before use. */
export type Typed = Readonly<Record<string, unknown>>;

/** A module that implements one command; loaded when the command line names it. */
interface CommandModule {
  /** Adds flags, examples and the epilogue to the command's own help. */
  declare(command: Argv): Argv | Promise<Argv>;
  /**
   * Does the work and prints to stdout; progress and warnings go to stderr.
   *
   * @returns the exit code
   * @throws InputError for bad usage or bad input (exit 2)
   */
  run(typed: Typed): Promise<number>;
}

/** A command before its module is loaded. */
export interface CommandEntry {
  /** Name and positionals, as in `run [scenario..]`. */
  readonly usage: string;
  /** One line for `bench --help`. */
  readonly about: string;
  readonly load: () => Promise<CommandModule>;
}

/** The text of a flag, the last one where it was repeated, or undefined where it was not given. */
export function textOf(typed: Typed, flag: string): string | undefined {
  const given = typed[flag];
  const value: unknown = Array.isArray(given) ? given.at(-1) : given;
  return typeof value === "string" ? value : undefined;
}
