/** Where a queue lives, who may open it, how durable it is, and its one configuration. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AlreadyOpenError, type ConfigError, Queue } from "quackmark/engine";

const folder = mkdtempSync(join(tmpdir(), "quackmark-example-"));
const path = join(folder, "jobs.db");

// #region S1
const queue = await Queue.open({ path });
// One open per file and machine: share the one Queue object. A lock whose process is gone is taken over.
await Queue.open({ path }).catch((error) => console.log(error instanceof AlreadyOpenError));
// What was mended at the opening, such as a damaged log; null where nothing was wrong.
console.log("repair:", queue.repair);
await queue.close();
// #endregion

// #region S2
// In the memory of this process, for any number of workers; another `:memory:` is another queue, and warns.
const memory = await Queue.open({ path: ":memory:" });
memory.task("t", () => "done");
await memory.enqueue({ task: "t" });
memory.worker().start();
memory.worker().start();
await memory.idle();
console.log("in memory:", (await memory.job(1))?.state);
await memory.close();
// #endregion

// #region S3
// `full` (default): on disk when it resolves. `relaxed`: faster, and on disk at the next checkpoint.
const relaxed = await Queue.open({ path, durability: "relaxed" });
await relaxed.close();
// #endregion

// #region K1
const file = join(folder, "quackmark.config.json");
writeFileSync(file, JSON.stringify({ profile: "ci", claimBatch: 100 }));
// `bench` reads this file from the working directory; the library only where `config` names it.
const configured = await Queue.open({ path, config: file });
console.log(configured.config.claimBatch, configured.config.retryJitterPct);
await configured.close();
// All that is wrong is told at once.
const wrong = { path, config: { claimBatch: 0, drainMs: -1 } };
await Queue.open(wrong).catch((error) =>
  console.log((error as ConfigError).problems.length, "problems"),
);
// #endregion
rmSync(folder, { recursive: true });
