/** Chance as an argument. Production draws from the platform; tests and race checks pass a seeded source. */

/** From 0 to below 1. */
export type Random = () => number;

/** The platform's source. */
export const systemRandom: Random = Math.random;
