/** Where a stress case runs: on a server, or in a file of this process. */
import type { Queue, QueueOptions } from "../../engine/index.ts";
import type { Gate } from "../../store/duckdb/gate.ts";
import type { RaceCase } from "../cases/race-case.ts";
import type { CheckId } from "../checks/check.ts";
import type { StateQueries } from "../history/read-final-state.ts";
import type { Waits } from "./real-time.ts";

/** Judged by times that only a virtual clock keeps: a wait that the machine made is none of the queue's. */
export const NEEDS_VIRTUAL_TIME: readonly CheckId[] = ["F3", "F4", "C5"];

/** See the file's head. One place takes one case after the other. */
export interface StressPlace {
  /** What a finding tells of it. */
  readonly name: string;
  /** Queues that share a case: each is what a process has. */
  readonly queues: number;
  /** What of the case the place decides. */
  readonly config: RaceCase["config"];
  /** Where the queues are opened. */
  readonly address: Pick<QueueOptions, "path" | "url">;
  /** All jobs as they were asked for: id, run_id, args. */
  readonly wantedQuery: string;
  /** What is read at the end. */
  readonly state: StateQueries;
  /** Whether the log can be read too. */
  readonly hasLog: boolean;
  /** What is not judged here. */
  readonly spared: readonly CheckId[];
  waits(raceCase: RaceCase, chance: number): Waits;
  /** What the lane passes: its steps, if it has any. */
  gate(pass: Gate): Gate | undefined;
  /** Breaks something of the queue, such as a connection; the number chooses what. Whether there was anything. */
  hurt(choice: number): Promise<boolean>;
  /** Whether everything has come to its end. */
  isDrained(queue: Queue): Promise<boolean>;
  /** Removes what the last case has left. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
