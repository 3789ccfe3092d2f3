/** How a recovery is made late in a draft. */
import { CAUSE } from "../../model/job.ts";
import { KIND, TYPE } from "../history/event.ts";
import { queuesText } from "../history/served-queues.ts";
import type { DraftEvent } from "./draft.ts";
import type { Editor } from "./editor.ts";
import { LEASE_MS, POLL_MS } from "./model-worker.ts";
import { LANES } from "./random-specs.ts";

const NS_PER_MS = 1e6;

/** Everything from the restart on happens later, and before it somebody finds nothing. */
export function delayRecovery(editor: Editor): boolean {
  const { draft, crash } = editor;
  const restart = editor.of(KIND.restart)[0];
  if (crash === null || restart === undefined || !hasOrphan(editor, crash, restart)) return false;
  const byMs = LEASE_MS + POLL_MS + editor.random.between(5, 50);
  const later = draft.events.slice(draft.events.indexOf(restart) + 1);
  for (const event of later) {
    event.ms += byMs;
    event.ns += byMs * NS_PER_MS;
  }
  const lastVoided = draft.log?.findLastIndex(({ cause }) => cause === CAUSE.crash) ?? 0;
  draft.log =
    draft.log?.map((row, n) =>
      n > lastVoided ? { ...row, tsMs: row.tsMs + byMs, atMs: row.atMs + byMs } : row,
    ) ?? null;
  const made = editor.putCall(
    restart,
    editor.newProc(),
    KIND.claim,
    { payload: queuesText(LANES) },
    [{}],
  );
  for (const event of made) {
    event.ms += byMs;
    event.ns += (byMs - 1) * NS_PER_MS;
  }
  return true;
}

/** Whether the kill interrupted an attempt that nothing else can have ended, and that another claim followed. */
function hasOrphan(editor: Editor, crash: DraftEvent, restart: DraftEvent): boolean {
  const stopped = editor.of(KIND.shutdown, TYPE.invoke).some(({ ns }) => ns < crash.ns);
  return editor.attempts.some(({ job, claim, settle, start }) => {
    const next = editor.attemptsOf(job).find((other) => editor.callOf(other.claim).ns > restart.ns);
    const asked = editor.draft.events.some(
      ({ kind, row, ns, type }) =>
        kind >= KIND.ack &&
        kind <= KIND.cancel &&
        type === TYPE.invoke &&
        row.job === job &&
        ns > claim.ns &&
        ns < crash.ns,
    );
    const held = claim.ns < crash.ns && start !== null && settle === null;
    return held && !asked && !stopped && next !== undefined && !editor.isHandled(job);
  });
}
