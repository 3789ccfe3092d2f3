/** What only some jobs have. It lives beside the columns, so that a job without options pays nothing. */

/** What becomes of an enqueue whose unique key is taken. */
export type UniquePolicy = "reject" | "ignore" | "replace";

/** Rare facts of a job; stored as JSON in `job_options`. */
export interface JobOptions {
  /** At most one job with this key is live, or was enqueued within `uniqueMs`. */
  readonly uniqueKey?: string;
  /** The key is taken for so long after the enqueue, whatever becomes of the job; absent: while it is live. */
  readonly uniqueMs?: number;
  /** Jobs of one key share a limit; see `Limits`. */
  readonly limitKey?: string;
  /** First wait between tries, in milliseconds; doubles with each try. */
  readonly backoffMs?: number;
}
