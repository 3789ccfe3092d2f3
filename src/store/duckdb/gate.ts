/** The seam where tests and race checks stop, delay or fail the engine. */

/**
 * Awaited at each named step: `lane.begin`, `lane.commit` (all rows appended, COMMIT not sent),
 * `lane.committed` (COMMIT answered, nothing released), `store.reopen`. An error thrown here counts as
 * an error of that step. Nothing is awaited where no gate is given.
 */
export type Gate = (point: GatePoint) => Promise<void>;

/** The steps by name. */
export type GatePoint = "lane.begin" | "lane.commit" | "lane.committed" | "store.reopen";
