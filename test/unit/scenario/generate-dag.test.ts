/** The generated shapes: their laws at any size, and the distribution of the random one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DagShape } from "../../../src/scenario/dag-shape.ts";
import { generateDag, SHAPE_NAMES } from "../../../src/scenario/generate-dag.ts";

const sizes = fc.integer({ min: 1, max: 300 });
const seeds = fc.integer({ min: 0, max: 0xffff_ffff });

/** The parents of each node, in the order of the edges. */
function parentLists(dag: DagShape): number[][] {
  const lists: number[][] = Array.from({ length: dag.nodeCount }, () => []);
  for (const [e, child] of dag.children.entries()) lists[child]?.push(dag.parents[e] ?? -1);
  return lists;
}

function edges(dag: DagShape): string[] {
  return Array.from(dag.children, (child, e) => `${dag.parents[e]}→${child}`);
}

describe.each(SHAPE_NAMES)("the shape %s", (shape) => {
  test("has the nodes asked for, edges that fit, parents before children, and no edge twice", () => {
    fc.assert(
      fc.property(sizes, seeds, (nodeCount, seed) => {
        const dag = generateDag(shape, nodeCount, seed);
        expect(dag.name).toBe(shape);
        expect(dag.nodeCount).toBe(nodeCount);
        expect(dag.children).toHaveLength(dag.edgeCount);
        expect(dag.parents).toHaveLength(dag.edgeCount);
        const wrong = Array.from(dag.children, (child, e) => ({
          child,
          parent: dag.parents[e] ?? -1,
          before: dag.children[e - 1] ?? 0,
        })).filter(
          ({ child, parent, before }) =>
            parent < 0 || parent >= child || child >= nodeCount || child < before,
        );
        expect(wrong).toEqual([]);
        expect(new Set(edges(dag)).size).toBe(dag.edgeCount);
      }),
    );
  });

  test("is the same for the same size and seed", () => {
    fc.assert(
      fc.property(sizes, seeds, (nodeCount, seed) => {
        expect(generateDag(shape, nodeCount, seed)).toEqual(generateDag(shape, nodeCount, seed));
      }),
    );
  });

  test("has one node and no edge at size 1", () => {
    const dag = generateDag(shape, 1, 7);
    expect([dag.nodeCount, dag.edgeCount]).toEqual([1, 0]);
  });

  test("refuses sizes that are no count of nodes", () => {
    for (const size of [0, -1, 1.5, Number.NaN, 10_000_001]) {
      expect(() => generateDag(shape, size, 1)).toThrow(RangeError);
    }
  });
});

describe("the definitions", () => {
  test("chain: each node waits for the one before it", () => {
    expect(edges(generateDag("chain", 4, 0))).toEqual(["0→1", "1→2", "2→3"]);
  });

  test("fan-out: each node waits for the first", () => {
    expect(edges(generateDag("fan-out", 4, 0))).toEqual(["0→1", "0→2", "0→3"]);
  });

  test("fan-in: the last node waits for each other", () => {
    expect(edges(generateDag("fan-in", 4, 0))).toEqual(["0→3", "1→3", "2→3"]);
  });

  test("diamond: one source, one sink, the rest between them", () => {
    expect(edges(generateDag("diamond", 5, 0))).toEqual(["0→1", "0→2", "0→3", "1→4", "2→4", "3→4"]);
    expect(edges(generateDag("diamond", 2, 0))).toEqual(["0→1"]);
  });

  test("layered: rows as wide as the root of the size, two parents in the row above", () => {
    expect(edges(generateDag("layered", 8, 0))).toEqual([
      ...["0→3", "1→3", "1→4", "2→4", "2→5", "0→5"],
      ...["3→6", "4→6", "4→7", "5→7"],
    ]);
    expect(generateDag("layered", 2, 0).edgeCount).toBe(0);
  });
});

describe("the random shape", () => {
  test("gives each node but the first one or two parents", () => {
    fc.assert(
      fc.property(sizes, seeds, (nodeCount, seed) => {
        const [first, ...others] = parentLists(generateDag("random", nodeCount, seed));
        expect(first).toEqual([]);
        expect(others.filter(({ length }) => length !== 1 && length !== 2)).toEqual([]);
      }),
    );
  });

  test("draws two parents half of the time, uniform among the earlier nodes", () => {
    const dag = generateDag("random", 200_000, 1);
    // 1.5 n edges less the dropped second draws, of which about (ln n) / 2 are expected.
    expect(dag.edgeCount / dag.nodeCount).toBeCloseTo(1.5, 2);
    const deciles = new Array<number>(10).fill(0);
    for (const [e, child] of dag.children.entries()) {
      const decile = Math.floor((10 * (dag.parents[e] ?? 0)) / child);
      deciles[decile] = (deciles[decile] ?? 0) + 1;
    }
    for (const count of deciles) expect(count / dag.edgeCount).toBeCloseTo(0.1, 2);
  });

  test("differs from seed to seed", () => {
    expect(edges(generateDag("random", 50, 1))).not.toEqual(edges(generateDag("random", 50, 2)));
  });

  test("of a smaller size is the beginning of that of a larger size", () => {
    const small = edges(generateDag("random", 100, 3));
    expect(edges(generateDag("random", 200, 3)).slice(0, small.length)).toEqual(small);
  });

  test("is pinned: the first edges of seed 1 never change, so that results stay comparable", () => {
    expect(edges(generateDag("random", 7, 1))).toMatchInlineSnapshot(`
      [
        "0→1",
        "0→2",
        "1→2",
        "2→3",
        "1→3",
        "0→4",
        "2→5",
        "1→6",
        "0→6",
      ]
    `);
  });
});
