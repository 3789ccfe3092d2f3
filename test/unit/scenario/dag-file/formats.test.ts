/** Laws of the file formats: what is written as a DAG is read as that DAG, and what is cyclic is refused truly. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DagBuilder } from "../../../../src/scenario/dag-file/dag-builder.ts";
import { parseDot } from "../../../../src/scenario/dag-file/dot.ts";
import { parseEdgeList } from "../../../../src/scenario/dag-file/edge-list.ts";
import { parseWfFormat } from "../../../../src/scenario/dag-file/wfformat.ts";
import type { DagShape } from "../../../../src/scenario/dag-shape.ts";
import { generateDag } from "../../../../src/scenario/generate-dag.ts";

type Edge = readonly [parent: string, child: string];
type Parse = (text: string, file: string, name: string) => DagShape;

/** How each format says some nodes and edges. */
const FORMATS: Record<string, { parse: Parse; write(nodes: string[], edges: Edge[]): string }> = {
  WfFormat: {
    parse: parseWfFormat,
    write: (nodes, edges) => {
      const tasks = nodes.map((id) => ({
        id,
        parents: edges.filter(([, child]) => child === id).map(([parent]) => parent),
        children: edges.filter(([parent]) => parent === id).map(([, child]) => child),
      }));
      return JSON.stringify({ workflow: { specification: { tasks } } });
    },
  },
  DOT: {
    parse: parseDot,
    write: (nodes, edges) =>
      `digraph {\n${nodes.map((node) => `${node};`).join("\n")}\n${edges.map((edge) => edge.join(" -> ")).join("\n")}\n}`,
  },
  "edge list": {
    parse: parseEdgeList,
    write: (nodes, edges) =>
      [...nodes, ...edges.map(([parent, child]) => `${child} ${parent} # a comment`)].join("\r\n"),
  },
};

function edgesOf(dag: DagShape): string[] {
  return Array.from(
    dag.children,
    (child, e) => `${dag.nodeName?.(dag.parents[e] ?? -1)}→${dag.nodeName?.(child)}`,
  );
}

describe.each(Object.entries(FORMATS))("%s", (_, { parse, write }) => {
  test("written from a DAG, nodes shuffled and edges repeated, is read as that DAG", () => {
    const dags = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.boolean())
      .map(([size, seed, twice]) => ({ dag: generateDag("random", size, seed), twice }));
    fc.assert(
      fc.property(dags, fc.nat(), ({ dag, twice }, turn) => {
        const names = Array.from({ length: dag.nodeCount }, (_, node) => `n${node}`);
        const nodes = [...names.slice(turn % names.length), ...names.slice(0, turn % names.length)];
        const edges = Array.from(
          dag.children,
          (child, e): Edge => [`n${dag.parents[e]}`, `n${child}`],
        );
        const read = parse(write(nodes, twice ? [...edges, ...edges] : edges), "x", "named");
        expect(read.name).toBe("named");
        expect(Array.from({ length: read.nodeCount }, (_, node) => read.nodeName?.(node))).toEqual(
          nodes,
        );
        expect(edgesOf(read).sort()).toEqual(edges.map((edge) => edge.join("→")).sort());
      }),
    );
  });

  test("with any edges either is acyclic or has the cycle that the error spells out", () => {
    const ids = fc.integer({ min: 0, max: 7 }).map((id) => `n${id}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, ids), { minLength: 1, maxLength: 12 }), (edges) => {
        const nodes = [...new Set(edges.flat())];
        const known = new Set(edges.map((edge) => edge.join("→")));
        let spelled: string | undefined;
        try {
          parse(write(nodes, edges), "x", "x");
        } catch (error) {
          expect(error).toHaveProperty("code", "CYCLE");
          spelled = /cycle: (.*) \(parent/.exec(String(error))?.[1];
        }
        expect(spelled === undefined).toBe(isAcyclic(nodes, edges));
        const cycle = spelled?.replaceAll('"', "").split(" → ") ?? [];
        expect(cycle.at(0)).toBe(cycle.at(-1));
        for (let i = 1; i < cycle.length; i++) {
          expect(known).toContain(`${cycle[i - 1]}→${cycle[i]}`);
        }
      }),
    );
  });
});

/** Removes nodes without parents until none is left (acyclic) or all have some (cyclic). */
function isAcyclic(nodes: readonly string[], edges: readonly Edge[]): boolean {
  let left = [...nodes];
  for (;;) {
    const blocked = left.filter((node) =>
      edges.some(([parent, child]) => child === node && left.includes(parent)),
    );
    if (blocked.length === left.length) return left.length === 0;
    left = blocked;
  }
}

test("a cycle of many tasks is spelled out in part and counted", () => {
  const ring = Array.from({ length: 50 }, (_, i) => `n${i} n${(i + 1) % 50}`).join("\n");
  expect(() => parseEdgeList(ring, "ring", "ring")).toThrow('"n30" → … 30 more … → "n49"');
});

test("a chain of 200,000 tasks is read without recursion", () => {
  const chain = Array.from({ length: 200_000 }, (_, i) => `n${i} n${i + 1}`).join("\n");
  expect(parseEdgeList(chain, "chain", "chain").edgeCount).toBe(200_000);
});

describe("DOT", () => {
  const edges = (text: string): string[] => edgesOf(parseDot(text, "x.dot", "x"));

  test.each([
    ["digraph { a -> b -> c }", ["a→b", "b→c"]],
    ['DiGraph "G" { a -> b }', ["a→b"]],
    ["strict digraph { a -> b; a -> b }", ["a→b"]],
    ["digraph { a -> subgraph { b c } }", ["a→b", "a→c"]],
    ["digraph { subgraph s { a; b } -> { c d } }", ["a→c", "b→c", "a→d", "b→d"]],
    ["digraph { subgraph cluster_1 { label=x; a -> b } b -> c }", ["a→b", "b→c"]],
    ["digraph { { rank=same; a; b } a -> b }", ["a→b"]],
    ["digraph { {a -> b} -> c }", ["a→b", "a→c", "b→c"]],
    ['digraph { a:n -> b:port:sw [w=1, x=y; z="]"] [q] }', ["a→b"]],
    ['digraph { edge [color=red]; NODE [x=y]; graph [bb="0,0"] a -> b }', ["a→b"]],
    ['digraph { "node" -> "edge" }', ["node→edge"]],
    ['digraph { "a \\"b\\"" -> "c" + "d" }', ['a "b"→cd']],
    ['digraph { "two\\\nlines" -> b }', ["twolines→b"]],
    ["digraph { a [label=<<b>x</b>>] a -> b }", ["a→b"]],
    ["digraph { 1 -> 1.0 -> -.5 }", ["1→1.0", "1.0→-.5"]],
    ["digraph { Zürich -> 東京 }", ["Zürich→東京"]],
    ["/* a\n -> */ digraph { // b ->\n# c ->\n a -> b }", ["a→b"]],
  ])("%j has the edges %j", (text, expected) => {
    expect(edges(text)).toEqual(expected);
  });

  test.each([
    [
      "graph { a -- b }",
      'x.dot:1:1: an undirected graph has no order to run in; use "digraph" and "->".',
    ],
    ["digraph { a -- b }", 'x.dot:1:13: a digraph has directed edges; write "->".'],
    ["digraph {\n a -> b;\n c -> ;\n}", 'x.dot:3:7: a name expected, not ";".'],
    [
      "digraph {\n a -> b",
      "x.dot:2:8: the graph ends in the middle (a name expected): the file is truncated. Write it again.",
    ],
    ['digraph { a -> "b }', String.raw`x.dot:1:16: an unfinished string begins here: "\"b }".`],
    ["digraph { a [label=<b] }", "x.dot:1:20: this < has no matching >."],
    ["digraph { a -> @ }", 'x.dot:1:16: DOT has no such sign: "@ }".'],
    [
      "digraph { a -> b } digraph { c }",
      "x.dot:1:20: there is text after the graph; one file holds one graph.",
    ],
    ["digraph { node }", 'x.dot:1:16: "[" expected, not "}".'],
    ["digraph { a = b -> c }", 'x.dot:1:17: a name expected, not "->".'],
    ["words", 'x.dot:1:1: "digraph" expected, not "words".'],
    ["digraph { }", "x.dot: no task in this file. Name a workflow with at least one."],
  ])("%j is refused", (text, message) => {
    expect(() => edges(text)).toThrow(message);
  });

  test("refuses subgraphs nested so deep that the reader would run out of stack", () => {
    expect(() => edges(`digraph ${"{".repeat(100_000)}`)).toThrow(
      "x.dot:1:211: subgraphs are nested more than 200 deep.",
    );
  });
});

test("a file that spells more edges than its limit is refused while it is read", () => {
  const builder = new DagBuilder("x.dot", 2);
  const [a, b] = [builder.node("a"), builder.node("b")];
  builder.edge(a, b);
  builder.edge(a, b);
  expect(() => builder.edge(a, b)).toThrow(
    "x.dot: more than 2 dependencies. Use a smaller part of the workflow.",
  );
});
