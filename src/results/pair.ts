/** A pair: the same cell on two builds, one right after the other, so that both meet the same machine. */
import { z } from "zod";
import { trialSchema } from "./result.ts";

/** The two builds of a comparison: what was, and what is to be judged. */
export const SIDES = ["base", "head"] as const;

/** See {@link SIDES}. */
export type Side = (typeof SIDES)[number];

/** One pair of one cell. */
export const pairSchema = z.object({
  /** Index of the cell in the comparison. */
  cell: z.int().nonnegative(),
  /** From 0; the pairs of one number are one block. */
  number: z.int().nonnegative(),
  /** The side that ran first. */
  first: z.enum(SIDES),
  base: trialSchema,
  head: trialSchema,
  /** The machine was disturbed, and the pair was measured again: it counts nowhere. */
  spoiled: z.literal(true).optional(),
});

/** One pair of one cell. */
export type Pair = z.infer<typeof pairSchema>;
