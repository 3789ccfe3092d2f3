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
  /** Ends it with a signal, or by the end of its input; resolves when it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a script of test/support with these arguments, after the engine's path. */
export async function otherProcess(script: string, args: readonly string[]): Promise<OtherProcess> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, ENGINE, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, "line")) as [string];
  return {
    child,
    said: JSON.parse(line) as Record<string, unknown>,
    async end(signal) {
      const gone = once(child, "close");
      if (signal === undefined) child.stdin.end();
      else child.kill(signal);
      await gone;
    },
  };
}
