/**
 * Takes certainty out of a valid history: some answers become `info`. What happened is the same, so every check
 * must stay silent; one that fires has taken a guess for a proof.
 */
import { TYPE } from "../history/event.ts";
import type { SeededRandom } from "../schedule/seeded-random.ts";
import type { Draft, DraftEvent } from "./draft.ts";

/** Edits the draft: so large a share of its calls is answered by `info`, half of them without what they acted on. */
export function putInDoubt({ events }: Draft, random: SeededRandom, share: number): void {
  const doubtful = new Map<DraftEvent, "named" | "nameless">();
  for (const event of events)
    if (event.type === TYPE.invoke && random.chance(share))
      doubtful.set(event, random.pick(["named", "nameless"]));
  const told = new Set<DraftEvent>();
  const kept = events.filter((event) => {
    const { call } = event;
    const doubt = call === null ? undefined : doubtful.get(call);
    if (call === null || doubt === undefined) return true;
    event.type = TYPE.info;
    if (doubt === "named") return true;
    // An answer in doubt tells only what was asked: one row, however many jobs it was about.
    event.row = {};
    const first = !told.has(call);
    told.add(call);
    return first;
  });
  events.splice(0, events.length, ...kept);
}
