/** The id of a run that begins now, whichever command makes it. */
import { newRunId } from "../results/result-file.ts";

/** Unlike every other: a name of a folder, in the order of time. */
export function freshRunId(now: Date): string {
  return newRunId(now, () => Math.floor(Math.random() * 2 ** 32));
}
