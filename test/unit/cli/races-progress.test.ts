import { expect, test } from "vitest";
import { racesProgress } from "../../../src/cli/races-progress.ts";

test("a long campaign tells how long the rest will take, of its present part alone", () => {
  const lines: string[] = [];
  let nowMs = 0;
  const progress = racesProgress({ write: (text) => lines.push(text) > 0 }, () => nowMs);
  const at = (ms: number, done: number, of: number, what: string): void => {
    nowMs = ms;
    progress.show(done, of, what);
  };
  at(0, 0, 20_000, "seeds");
  at(6_000, 5, 20_000, "seeds");
  at(60_000, 500, 20_000, "seeds");
  at(2_400_000, 1, 300, "runs in real time");
  at(2_490_000, 150, 300, "runs in real time");
  expect(lines).toEqual([
    "   0 s  0 of 20000 seeds\n",
    "   6 s  5 of 20000 seeds\n",
    "  60 s  500 of 20000 seeds, about 39 min left\n",
    "2400 s  1 of 300 runs in real time\n",
    "2490 s  150 of 300 runs in real time, about 2 min left\n",
  ]);
});
