/** What the selftest of the gate has recorded: pairs of the same cell, by arm, from which whole gates are played. */
import { z } from "zod";
import { SIDES } from "./pair.ts";
import { environmentSchema } from "./result.ts";

/**
 * Two builds to compare, and how the machine is meanwhile. A slowdown of 3 % needs no arm of its own: the
 * pairs of `same` are shifted by it.
 */
export const ARMS = {
  same: { slowdown: 0, hog: false },
  slow10: { slowdown: 0.1, hog: false },
  slow15: { slowdown: 0.15, hog: false },
  sameHog: { slowdown: 0, hog: true },
  slow15Hog: { slowdown: 0.15, hog: true },
} as const satisfies Readonly<Record<string, { slowdown: number; hog: boolean }>>;

/** The name of an arm. */
export type ArmName = keyof typeof ARMS;

/** All arms. */
export const ARM_NAMES: readonly ArmName[] = Object.keys(ARMS) as ArmName[];

/** One pair of an arm. */
export const armPairSchema = z.object({
  arm: z.enum(ARM_NAMES as [ArmName, ...ArmName[]]),
  /** The command that measured it, from 0: a record may take several. */
  sitting: z.int().nonnegative(),
  first: z.enum(SIDES),
  /** The metric of the two sides, in its unit; medians of the rounds. */
  base: z.number().positive(),
  head: z.number().positive(),
  /** The log slowdown of the pair from its rounds; absent in records of one round, where it follows from the figures. */
  slowdown: z.number().optional(),
  /** Whether the machine was disturbed by others; judged by the environment, never by the figures. */
  noisy: z.boolean(),
});

/** The first line of a record. */
export const selftestHeadSchema = z.object({
  selftestVersion: z.literal(1),
  id: z.string(),
  startedAt: z.iso.datetime(),
  seed: z.int().nonnegative(),
  durability: z.enum(["full", "relaxed"]),
  /** The cell that is measured, as `submit dagSize=1000`. */
  cell: z.object({
    scenario: z.string(),
    parameters: z.record(z.string(), z.union([z.number(), z.string()])),
  }),
  metric: z.string(),
  /** How often each side of a pair measured, in turns. */
  rounds: z.int().positive().default(1),
  environment: environmentSchema,
});

/** One pair of an arm. */
export type ArmPair = z.infer<typeof armPairSchema>;
/** The first line of a record. */
export type SelftestHead = z.infer<typeof selftestHeadSchema>;
