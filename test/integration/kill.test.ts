/** kill -9 at random moments: what was acknowledged is there, nothing is torn, and the rest goes on. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Queue } from "../../src/engine/index.ts";

const ENGINE = fileURLToPath(new URL("../../dist/engine/index.js", import.meta.url));
const CHILD = fileURLToPath(new URL("../support/endless-runs.mjs", import.meta.url));
const KILLS = 20;

let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-kill-"));
  path = join(folder, "queue.db");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the child until it has printed `lines` lines, then kills it; returns all that it printed. */
function runAndKill(lines: number, seed: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ENGINE, path, String(seed)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (data: Buffer) => {
      text += data.toString();
      if (text.split("\n").length > lines) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => {
      if (signal === "SIGKILL") resolve(text.split("\n").slice(0, -1));
      else reject(new Error(`the child ended by itself (${signal})`));
    });
  });
}

const TORN = `SELECT r.id FROM dag_runs r
  WHERE r.jobs <> (SELECT count(*) FROM jobs j WHERE j.run_id = r.id)
     OR r.edges <> (SELECT count(*) FROM job_dependencies d WHERE d.child_job_id >= r.first_job_id AND d.child_job_id < r.first_job_id + r.jobs)`;

it(`loses nothing that was acknowledged and tears nothing in ${KILLS} kills`, {
  timeout: 180_000,
}, async () => {
  const acknowledged = { submitted: new Set<number>(), done: new Set<number>() };
  // A fixed sequence of moments, early ones among them: the child is killed after so many lines.
  let moment = 1;
  for (let kill = 0; kill < KILLS; kill++) {
    moment = (moment * 29 + 7) % 97;
    for (const line of await runAndKill(1 + moment, kill)) {
      const [what, run] = line.split(" ");
      acknowledged[what === "done" ? "done" : "submitted"].add(Number(run));
    }
    const queue = await Queue.open({ path });
    expect(await queue.sql(TORN)).toEqual([]);
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
    const stored = await queue.sql("SELECT id::INTEGER AS id FROM dag_runs");
    const missing = [...acknowledged.submitted].filter(
      (run) => !stored.some(({ id }) => id === run),
    );
    expect(missing).toEqual([]);
    const undone = await queue.sql(
      "SELECT DISTINCT run_id::INTEGER AS id FROM job_state WHERE state <> 'done'",
    );
    expect([...acknowledged.done].filter((run) => undone.some(({ id }) => id === run))).toEqual([]);
    await queue.close();
  }
  const queue = await Queue.open({ path });
  queue.task("step", async (args: { i: number }) => args.i);
  const left = await queue.sql(
    "SELECT DISTINCT run_id::INTEGER AS id FROM job_state WHERE state <> 'done'",
  );
  queue.worker().start();
  for (const { id } of left)
    expect(await queue.waitForRun(Number(id))).toMatchObject({ status: "done" });
  expect(await queue.audit()).toMatchObject({ doneOnce: true, ordered: true, violations: [] });
  await queue.close();
});
