/** Exit codes are API. */
export const EXIT = {
  pass: 0,
  internalError: 1,
  badInput: 2,
  regression: 3,
  thresholdMissed: 4,
  inconclusive: 5,
  invariantViolated: 6,
  nothingMeasured: 7,
  interrupted: 130,
} as const;
