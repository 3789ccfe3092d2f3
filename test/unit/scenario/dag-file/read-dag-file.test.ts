/** Workflow files: the three formats give the same DAG, and a bad file is one clear line. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  MAX_DAG_FILE_BYTES,
  readDagFile,
} from "../../../../src/scenario/dag-file/read-dag-file.ts";
import type { DagShape } from "../../../../src/scenario/dag-shape.ts";

const FIXTURES = fileURLToPath(new URL("../../../support/dag-files/", import.meta.url));

function read(file: string): DagShape {
  return readDagFile(join(FIXTURES, file));
}

function edges(dag: DagShape): string[] {
  return Array.from(
    dag.children,
    (child, e) => `${dag.nodeName?.(dag.parents[e] ?? -1)}→${dag.nodeName?.(child)}`,
  );
}

/** The message of the error that reading `path` throws, and its code. */
function failure(path: string): [code: unknown, message: string] {
  try {
    readDagFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return [error.code, error.message];
  }
  throw new Error(`${path} was accepted`);
}

describe("a workflow file", () => {
  let folder = "";
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "dag-file-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("in WfFormat keeps task ids, order, priorities and run times", () => {
    const dag = read("small-flow.json");
    const nodes = [0, 1, 2, 3];
    expect([dag.name, dag.nodeCount, dag.edgeCount]).toEqual(["small-flow.json", 4, 4]);
    expect(nodes.map((node) => dag.nodeName?.(node))).toEqual([
      "split_1",
      "work_2",
      "work_3",
      "join_4",
    ]);
    expect(nodes.map((node) => dag.priority?.(node))).toEqual([70, 100, 0, 50]);
    expect(nodes.map((node) => dag.runtimeMs?.(node))).toEqual([500, 2000, undefined, 0]);
    expect(edges(dag)).toEqual([
      ...["split_1→work_2", "split_1→work_3", "work_2→join_4", "work_3→join_4"],
    ]);
  });

  test("in WfFormat may state a dependency on one side only, and tell nothing of the run", () => {
    const dag = read("one-sided.json");
    expect(edges(dag)).toEqual(["a→c", "a→b"]);
    expect([dag.priority, dag.runtimeMs]).toEqual([undefined, undefined]);
  });

  test("in DOT is its nodes and arrows, without their looks", () => {
    expect(edges(read("small.dot"))).toEqual([
      ...["split→work_1", "split→work_2", "work_1→join", "work_2→join", "join→clean up"],
    ]);
  });

  test("as git prints commits is an edge list", () => {
    const dag = read("commits.txt");
    expect(dag.nodeCount).toBe(4);
    expect(edges(dag)).toEqual(["c3→d4", "b2→d4", "a1→c3", "a1→b2"]);
  });

  test("without an extension is told by its content", () => {
    expect(edges(readDagFile(write("as-dot", "# x\n strict digraph{a->b}")))).toEqual(["a→b"]);
    expect(edges(readDagFile(write("as-list", "graph digraph\n")))).toEqual(["digraph→graph"]);
    const json = '\n{"workflow":{"specification":{"tasks":[{"id":"a"}]}}}';
    expect(readDagFile(write("as-json", json)).nodeCount).toBe(1);
  });

  test("may begin with a byte order mark", () => {
    expect(edges(readDagFile(write("bom.dot", "\uFEFFdigraph { a -> b }")))).toEqual(["a→b"]);
  });

  test.each([
    [
      "cyclic.json",
      "CYCLE",
      ': the tasks wait for each other in a cycle: "y" → "z" → "x" → "y" (parent → child). Remove one of these dependencies.',
    ],
    [
      "unknown-parent.json",
      "UNKNOWN_PARENT",
      ': the task "b" names the parent "a", which no task has as its id. Add that task, or remove it from the list.',
    ],
    [
      "duplicate-id.json",
      "DUPLICATE_NODE",
      ': two tasks have the id "a". Give each task its own id.',
    ],
    ["no-tasks.json", "EMPTY_DAG", ": no task in this file. Name a workflow with at least one."],
    [
      "old-version.json",
      "BAD_INPUT",
      ': WfFormat "1.3" is not supported. Convert the file to version 1.5.',
    ],
    [
      "foreign.json",
      "BAD_INPUT",
      ": JSON, but not a WfFormat 1.5 workflow: workflow is missing; needs fields of its own. A WfFormat 1.5 workflow has its tasks under workflow.specification.tasks, each with id, parents and children.",
    ],
    [
      "no-such-file.json",
      "BAD_INPUT",
      ": cannot be read (no such file). Check the path after --dag-file.",
    ],
    [".", "BAD_INPUT", ": a folder. Name one workflow file in it."],
  ])("%s is refused as %s", (file, code, message) => {
    const path = join(FIXTURES, file);
    expect(failure(path)).toEqual([code, path + message]);
  });

  test("of another kind, of binary content or of white space is refused", () => {
    const markdown = write("notes.md", "some words\n");
    expect(failure(markdown)[1]).toMatch(
      /notes\.md: unknown kind of workflow file\. Known are \.json/,
    );
    const binary = write("binary.json", new Uint8Array([0x7b, 0xff, 0xfe]));
    expect(failure(binary)[1]).toMatch(/binary\.json: not a text file \(not UTF-8\)\./);
    expect(failure(write("blank.dot", " \n\t\n"))[0]).toBe("EMPTY_DAG");
    expect(failure(write("comment.edges", "# nothing\n"))[0]).toBe("EMPTY_DAG");
  });

  test("with a fault in its JSON is told where, on one line", () => {
    expect(failure(write("fault.json", '{\n "a": 1,\n b\n}'))[1]).toMatch(
      /fault\.json:3:2: not valid JSON \([^\n]+$/,
    );
    expect(failure(write("comma.json", "[1,\n]"))[1]).toMatch(
      /comma\.json: not valid JSON \([^\n]+$/,
    );
    const number = write(
      "number.json",
      '{"workflow":{"specification":{"tasks":[{"id":"a"},{"id":7}]}}}',
    );
    expect(failure(number)[1]).toContain("workflow.specification.tasks[1].id needs a text.");
  });

  test("that is empty is refused with the formats that are known", () => {
    const path = write("empty.json", "");
    expect(failure(path)).toEqual([
      "EMPTY_DAG",
      `${path}: the file is empty. Known workflow files are .json (WfFormat 1.5), .dot or .gv (DOT), .edges or .edgelist (one line per task: child parent…).`,
    ]);
  });

  test("that is cut anywhere is told to be truncated, with the place where it ends", () => {
    const whole = readFileSync(join(FIXTURES, "small-flow.json"), "utf8").trimEnd();
    for (let length = 1; length < whole.length; length++) {
      const path = write("cut.json", whole.slice(0, length));
      expect(failure(path)[1]).toMatch(
        /cut\.json:\d+:\d+: the JSON ends in the middle: the file is truncated\./,
      );
    }
    expect(failure(write("cut.json", whole.slice(0, 30)))[1]).toContain("cut.json:2:26: ");
  });

  test("that is a pipe or a device is refused before it is opened", () => {
    expect(failure("/dev/zero")[1]).toBe(
      "/dev/zero: not a regular file. Each trial reads the workflow again: write it to a file first.",
    );
  });

  test("that is too large is refused before it is read", () => {
    const path = write("large.json", "{");
    truncateSync(path, MAX_DAG_FILE_BYTES + 1);
    expect(failure(path)[1]).toContain(
      `${MAX_DAG_FILE_BYTES + 1} bytes; at most ${MAX_DAG_FILE_BYTES} are read.`,
    );
  });

  test("with escape sequences in its ids cannot reach the terminal with them", () => {
    const id = "\u001b[2J\u009b1m";
    const message = failure(write("escape.edges", `${id} ${id}\n`))[1];
    expect(message).toContain(String.raw`"\u001b[2J\u009b1m" → "\u001b[2J\u009b1m"`);
    expect(message).not.toMatch(/\p{Cc}/u);
  });
});
