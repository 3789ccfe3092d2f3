/** Anomalies of graphs: D1 to D10. */
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { RULE } from "../history/trigger-table.ts";
import type { Anomaly } from "./anomaly.ts";
import {
  ackNsOf,
  addEdge,
  below,
  claimedBefore,
  edgeRows,
  firstClaimOfChild,
  lastRowOf,
  noEvent,
  purgesUnnamed,
  revive,
} from "./graph-edits.ts";

const waited = "its parents had all been acked, so it was ready, and nobody took it";

const early = "the parent that was made up had not ended";

/** See the file's head. */
export const GRAPH_ANOMALIES: readonly Anomaly[] = [
  {
    id: "D1",
    what: "a job had one more parent, which was acked only after its claim",
    also: { D7: "the new edge may close a circle" },
    inject(editor) {
      const pair = claimedBefore(editor, [RULE.all_success]);
      if (pair === null || below(editor, pair[0]).has(pair[1])) return false;
      addEdge(editor, ...pair);
      return true;
    },
  },
  {
    id: "D2",
    what: "the job waited for a failed parent, and all were acked",
    also: {},
    inject(editor) {
      const job = firstClaimOfChild(editor, RULE.all_success, RULE.one_success);
      const fact = job === null ? undefined : editor.jobs.get(job);
      const parents = editor.draft.edges.filter(({ child }) => child === job);
      const claimNs = editor.attemptsOf(job ?? 0)[0]?.claim.ns ?? 0;
      if (fact === undefined) return false;
      const clean = parents.every(
        ({ parent }) => ackNsOf(editor, parent) < claimNs && !editor.isHandled(parent),
      );
      if (!clean) return false;
      fact.fact = { ...fact.fact, rule: RULE.one_failed };
      return true;
    },
  },
  {
    id: "D3",
    what: "a cancel was accepted before the job's claim",
    also: { C1: "a read after a kill does not show the cancel" },
    inject(editor) {
      const found = editor.one(
        editor.attempts,
        ({ job, attempt, claim }) =>
          attempt === 1 &&
          !editor.isHandled(job) &&
          editor.callOf(claim).ns > lastRowOf(editor, editor.jobs.get(job)?.call).ns,
      );
      const job = found === null ? undefined : editor.jobs.get(found.job);
      if (found === null || job === undefined) return false;
      const stored = lastRowOf(editor, job.call);
      const crash = editor.crash?.ns ?? -1;
      if (stored === job.call || (crash > stored.ns && crash < found.claim.ns)) return false;
      editor.putCall(stored, editor.newProc(), KIND.cancel, { job: found.job }, [{}]);
      return true;
    },
  },
  {
    id: "D4",
    what: "a job was skipped whose rule waits for all ends",
    also: { F1: waited, F2: waited, F3: waited, F4: waited },
    inject(editor) {
      const found = editor.one([...editor.final.values()], ({ row }) => row.state === SEEN.skipped);
      const job = editor.jobs.get(found?.row.job ?? 0);
      if (job === undefined) return false;
      job.fact = { ...job.fact, rule: RULE.all_done };
      return true;
    },
  },
  {
    id: "D5",
    what: "the last read of all edges misses one of a submission",
    also: { D6: "the edge is lost" },
    inject(editor) {
      const row = editor.one(edgeRows(editor), (edge) => {
        const call = editor.jobs.get(edge.row.job ?? 0)?.call ?? noEvent;
        // What a kill tears before anybody was told is C2.
        if (editor.crash !== null && editor.answersOf(call).length === 0) return false;
        return (
          edgeRows(editor).filter(({ row: { job } }) => editor.jobs.get(job ?? 0)?.call === call)
            .length > 1
        );
      });
      editor.remove(row);
      return row !== null && !purgesUnnamed(editor);
    },
  },
  {
    id: "D5",
    what: "a read of all jobs misses one of a submission",
    also: { V1: "the job had been accepted before" },
    inject(editor) {
      const row = editor.one(editor.of(KIND.readAll), ({ call, row: { job } }) => {
        const fact = editor.jobs.get(job ?? 0);
        return call !== editor.finalCall && fact?.call.kind === KIND.submit;
      });
      const answered = editor.answersOf(editor.jobs.get(row?.row.job ?? 0)?.call ?? noEvent);
      if (row === null || (editor.crash !== null && answered.length === 0)) return false;
      editor.remove(row);
      return true;
    },
  },
  {
    id: "D6",
    what: "an edge is stored twice",
    also: {},
    inject(editor) {
      const row = editor.one(edgeRows(editor));
      if (row === null) return false;
      const { events } = editor.draft;
      events.splice(events.indexOf(row) + 1, 0, { ...row });
      return true;
    },
  },
  {
    id: "D6",
    what: "an edge is stored that nobody submitted",
    also: {},
    inject(editor) {
      const [first] = edgeRows(editor);
      const other = editor.one([...editor.jobs.keys()], (job) => editor.isAlone(job));
      if (first === undefined || other === null) return false;
      const { events } = editor.draft;
      const row = { job: first.row.job as number, other };
      events.splice(events.indexOf(first) + 1, 0, { ...first, row });
      return true;
    },
  },
  {
    id: "D7",
    what: "two jobs of an accepted run depend on each other",
    also: { D1: early, D2: early, D4: early },
    inject(editor) {
      const edge = editor.one(
        editor.draft.edges,
        ({ child }) =>
          editor.jobs.get(child)?.call.kind === KIND.submit &&
          editor.answersOf(editor.jobs.get(child)?.call ?? noEvent).length > 0,
      );
      if (edge === null) return false;
      addEdge(editor, edge.parent, edge.child);
      return true;
    },
  },
  {
    id: "D8",
    what: "the last read of a run counts one member too many, or another status",
    also: {},
    inject(editor) {
      const calls = editor
        .of(KIND.readRun, TYPE.invoke)
        .filter(({ ns }) => ns > editor.finalCall.ns);
      const call = editor.one(calls);
      const row = call === null ? null : editor.one(editor.answersOf(call));
      if (row === null) return false;
      if (row.row.attempt === undefined) editor.change(row, { state: SEEN.running });
      else editor.change(row, { attempt: row.row.attempt + 1 });
      return true;
    },
  },
  {
    id: "D9",
    what: "a job whose parent failed runs once the parent is purged",
    also: {},
    inject(editor) {
      return revive(editor);
    },
  },
  {
    id: "D10",
    what: "a sub-run is stored with another attempt, or with no parent",
    also: {},
    inject(editor) {
      const row = editor.one(
        editor.of(KIND.readRunParent),
        ({ row: { job } }) => job !== undefined,
      );
      const { job, attempt, value } = row?.row ?? {};
      if (row === null || value === undefined) return false;
      const spawned = editor.of(KIND.expand).some((event) => event.row.value === value);
      if (!spawned) return false;
      row.row = editor.random.chance(0.5)
        ? { value }
        : { job: job as number, attempt: (attempt as number) + 1, value };
      return true;
    },
  },
];
