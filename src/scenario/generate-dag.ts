/** Generated DAGs: a pure function of shape, size and seed. */
import { type DagShape, MAX_DAG_NODES } from "./dag-shape.ts";
import { randomDag } from "./random-dag.ts";
import { chainDag, diamondDag, fanInDag, fanOutDag, layeredDag } from "./regular-dags.ts";

/** The name of a generated shape. */
export type ShapeName = "random" | "chain" | "fan-out" | "fan-in" | "diamond" | "layered";

/** The generators, by the name that `--shape` takes. Random comes first: it is the default. */
const GENERATORS: Readonly<Record<ShapeName, (nodeCount: number, seed: number) => DagShape>> = {
  random: randomDag,
  chain: chainDag,
  "fan-out": fanOutDag,
  "fan-in": fanInDag,
  diamond: diamondDag,
  layered: layeredDag,
};

/** All generated shapes. */
export const SHAPE_NAMES: readonly ShapeName[] = Object.keys(GENERATORS) as ShapeName[];

/**
 * Makes a DAG of exactly `nodeCount` nodes (1 … {@link MAX_DAG_NODES}, a whole number; the caller
 * has checked it). Only `random` looks at the seed: a whole number, of which 32 bits count.
 */
export function generateDag(shape: ShapeName, nodeCount: number, seed: number): DagShape {
  if (!Number.isInteger(nodeCount) || nodeCount < 1 || nodeCount > MAX_DAG_NODES) {
    throw new RangeError(`A DAG has 1 to ${MAX_DAG_NODES} nodes, not ${nodeCount}.`);
  }
  return GENERATORS[shape](nodeCount, seed);
}
