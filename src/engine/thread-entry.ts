/** What runs in a worker thread: imports the module of a task and calls it. The engine itself is never imported here. */
import type { ThreadCall, ThreadMessage } from "./thread-pool.ts";

/** Runs one attempt. */
export async function runInThread({ module, name, args, port, job }: ThreadCall): Promise<unknown> {
  const exports = (await import(module)) as Record<string, unknown>;
  const handler = exports[name];
  if (typeof handler !== "function")
    throw new TypeError(`${module} exports no function ${JSON.stringify(name)}`);
  const say = (message: ThreadMessage): void => port.postMessage(message);
  return handler(args, {
    ...job,
    log: (text: string) => say({ text }),
    progress: (done: number, total: number) => say({ done, total }),
  });
}
