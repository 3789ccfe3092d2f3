/** The seam where tests and race checks stop, delay or fail the engine. */

/**
 * Awaited at each named step: `lane.begin`, `lane.append` (rows of one table are next), `lane.commit` (all
 * rows appended, COMMIT not sent), `lane.committed` (COMMIT answered, nothing released), `store.reopen` (closed
 * after a failed commit), `store.reopened` (rebuilt, not in force yet), `store.checkpoint` (CHECKPOINT is next),
 * `compact.copy` (the copy is next), `compact.exchange` (closed, the copy is whole), `compact.exchanged` (the copy
 * is in place). An error thrown here counts as an error of that step. Nothing is awaited where no gate is given.
 */
export type Gate = (point: GatePoint) => Promise<void>;

/** The steps by name. */
export type GatePoint =
  | "lane.begin"
  | "lane.append"
  | "lane.commit"
  | "lane.committed"
  | "store.reopen"
  | "store.reopened"
  | "store.checkpoint"
  | "compact.copy"
  | "compact.exchange"
  | "compact.exchanged";
