/** Another process with a queue of its own, on the built engine. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The built engine, which child processes and threads load. */
export const ENGINE = fileURLToPath(new URL("../../dist/engine/index.js", import.meta.url));

/** A running process and the first thing that it said. */
export interface OtherProcess {
  readonly child: ChildProcess;
  readonly said: Readonly<Record<string, unknown>>;
  /** The next thing that it says. */
  next(): Promise<Readonly<Record<string, unknown>>>;
  /** Ends it with a signal, or by the end of its input; resolves when it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Most blocks of a kilobyte that a file of the process may have; a write beyond them fails as on a full disk. */
function withFileLimit(blocks: number, command: readonly string[]): readonly string[] {
  return ["bash", "-c", `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`, "bash", ...command];
}

/** Starts a script of test/support with these arguments, after the engine's path. */
export async function otherProcess(
  script: string,
  args: readonly string[],
  { fileBlocks }: { readonly fileBlocks?: number } = {},
): Promise<OtherProcess> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const node = [process.execPath, file, ENGINE, ...args];
  const [program = "", ...rest] = fileBlocks === undefined ? node : withFileLimit(fileBlocks, node);
  const child = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the process ended before it said anything more`);
    return JSON.parse(value) as Record<string, unknown>;
  };
  return {
    child,
    said: await next(),
    next,
    async end(signal) {
      const gone = once(child, "close");
      if (signal === undefined) child.stdin.end();
      else child.kill(signal);
      await gone;
    },
  };
}
