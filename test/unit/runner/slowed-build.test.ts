/** The slowed copies of the selftest: what a trial loads from them is slower, and answers the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { slowedBuild } from "../../../src/runner/slowed-build.ts";
import { loadEngine } from "../../../src/scenario/workloads/load-engine.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-slowed-"));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** How often the clock is read by a submit: it stands still, but each look at it takes a millisecond. */
async function looks(share: number): Promise<number> {
  const engine = await loadEngine(slowedBuild(join(folder, String(share)), share));
  const queue = await engine.Queue.open({ path: ":memory:" });
  queue.task("nothing", () => null);
  let looked = 0;
  vi.spyOn(performance, "now").mockImplementation(() => looked++);
  const { jobs } = await queue.submit({ nodes: [{ task: "nothing" }] });
  vi.restoreAllMocks();
  await queue.close();
  expect(jobs).toBe(1);
  return looked;
}

test("a copy slowed tenfold spins for ten times the time of a submit", async () => {
  // Read before at 0, after at 1 and 2; then until 1 + 10 × 2.
  expect(await looks(10)).toBe(22);
});
