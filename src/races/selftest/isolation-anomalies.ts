/** V4 in all its classes: transactions that depend on each other in a circle. */
import { KIND } from "../history/event.ts";
import type { Anomaly } from "./anomaly.ts";
import type { Editor } from "./editor.ts";

/** A read or write of a version of a job, `x` or `y`, by one of four transactions. */
interface Access {
  readonly txn: number;
  readonly does: "reads" | "writes";
  readonly of: "x" | "y";
  readonly version: number;
}

const reads = (txn: number, of: "x" | "y", version: number): Access => ({
  ...{ txn, of, version },
  does: "reads",
});
const writes = (txn: number, of: "x" | "y", version: number): Access => ({
  ...{ txn, of, version },
  does: "writes",
});

/** Versions start above all that a story has. */
const BASE = 1_000_000;

const CLASSES: readonly { readonly name: string; readonly accesses: readonly Access[] }[] = [
  {
    name: "G0: two transactions write over each other",
    accesses: [writes(1, "x", 1), writes(2, "x", 2), writes(2, "y", 1), writes(1, "y", 2)],
  },
  {
    name: "G1b: a version is read that its writer writes over",
    accesses: [writes(1, "x", 1), writes(1, "x", 2), reads(2, "x", 1)],
  },
  {
    name: "G1c: two transactions read what the other wrote",
    accesses: [writes(1, "x", 1), reads(2, "x", 1), writes(2, "y", 1), reads(1, "y", 1)],
  },
  {
    name: "lost update: both read a version, and both write over it",
    accesses: [
      ...[writes(3, "x", 1), reads(1, "x", 1), reads(2, "x", 1)],
      ...[writes(1, "x", 2), writes(2, "x", 3)],
    ],
  },
  {
    name: "read skew: one transaction reads before and after another",
    accesses: [
      ...[writes(3, "x", 1), writes(3, "y", 1), reads(1, "x", 1)],
      ...[writes(2, "x", 2), writes(2, "y", 2), reads(1, "y", 2)],
    ],
  },
  {
    name: "long fork: two readers see two writers in opposite order",
    accesses: [
      ...[writes(5, "x", 1), writes(5, "y", 1), writes(1, "x", 2), writes(2, "y", 2)],
      ...[reads(3, "x", 2), reads(3, "y", 1), reads(4, "x", 1), reads(4, "y", 2)],
    ],
  },
];

/** See the file's head. */
export const ISOLATION_ANOMALIES: readonly Anomaly[] = CLASSES.map(({ name, accesses }) => ({
  id: "V4",
  what: name,
  also: {},
  inject: (editor: Editor) => {
    const x = editor.one([...editor.jobs.keys()]);
    const y = editor.one([...editor.jobs.keys()], (job) => job !== x);
    const at = editor.draft.events[editor.draft.events.indexOf(editor.finalCall) - 1];
    if (x === null || y === null || at === undefined) return false;
    const firstProc = editor.newProc();
    editor.putAfter(
      at,
      ...accesses.map(({ txn, does, of, version }) => ({
        proc: firstProc + 10 * txn,
        kind: does === "reads" ? KIND.read : KIND.statement,
        row: { job: of === "x" ? x : y, txn: BASE + txn, value: BASE + version },
      })),
    );
    return true;
  },
}));
