import { expect, test } from "vitest";
import { OURS, type PeersResult } from "../../../scripts/peers-result.ts";
import { peersTables } from "../../../scripts/peers-table.ts";

const SEVEN = [0, 1, 2, 3, 4, 5, 6];

function result(trials: PeersResult["trials"]): PeersResult {
  return {
    schemaVersion: 1,
    command: ["npm", "run", "peers"],
    startedAt: "2026-01-02T03:04:05.000Z",
    finishedAt: "2026-01-02T04:04:05.000Z",
    jobs: 1000,
    seed: 1,
    environment: { cpu: "x", cores: 2, memoryBytes: 1e9, node: "20", commit: null, dirty: false },
    versions: { other: "1.2.3" },
    durabilities: { duckdb: { full: "an fsync", relaxed: "none" } },
    stores: { [OURS.duckdb]: "duckdb", other: "sqlite", third: "sqlite" },
    trials,
  };
}

function rates(queue: string, jobsPerS: number, blocks = SEVEN): PeersResult["trials"] {
  return blocks.map((block) => ({
    queue,
    task: "drain",
    durability: "full" as const,
    block,
    has: true,
    jobsPerS: jobsPerS + block,
    peakRssBytes: 50_000_000,
  }));
}

test("a peer that is faster in all pairs is told as a loss, with the interval of the ratio", () => {
  const text = peersTables(result([...rates(OURS.duckdb, 1000), ...rates("other", 2000)]));
  expect(text).toContain("| other |  | 2,000 ±0.15 % | 7 | 50 MB | 0.50x [0.50x, 0.50x] |  |");
  expect(text).toContain(
    "- **Lost**: quackmark (DuckDB) is 0.50x [0.50x, 0.50x] as fast as the fastest peer, other.",
  );
});

test("below six trials nobody has won, and the one that is slower is told as behind", () => {
  const two = [0, 1];
  const text = peersTables(
    result([...rates(OURS.duckdb, 1000, two), ...rates("other", 2000, two)]),
  );
  expect(text).toContain(
    "- **Behind**, too few trials to say: quackmark (DuckDB) is 0.50x as fast",
  );
});

test("a queue that failed once is failed, with its error, whatever its other trials say", () => {
  const failed = { queue: "other", task: "drain", durability: "full" as const, block: 7 };
  const text = peersTables(
    result([
      ...rates(OURS.duckdb, 1000),
      ...rates("other", 2000),
      { ...failed, failed: "Error: a | b" },
      ...rates("third", 10),
    ]),
  );
  expect(text).toContain("| other |  | failed: Error: a \\| b | 7 |");
  expect(text).toContain(
    "- Won: quackmark (DuckDB) is 78x [67x, 91x] as fast as the fastest peer, third.",
  );
});

test("latencies are better when lower", () => {
  const waits = (queue: string, wakeMsP50: number): PeersResult["trials"] =>
    SEVEN.map((block) => ({
      queue,
      task: "latency",
      durability: "full",
      block,
      has: true,
      wakeMsP50,
      wakeMsP99: wakeMsP50 * 2,
    }));
  const text = peersTables(result([...waits(OURS.duckdb, 1), ...waits("other", 3)]));
  expect(text).toContain("- Won: quackmark (DuckDB) is 3.0x [3.0x, 3.0x] as quick as");
  expect(text).toContain("| other |  | 3 ms ±0 % | 7 | 6 ms ±0 % |");
});
