/** The build of the checkout in which a command runs: what `npm run build` has made last. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Comparison } from "../results/comparison.ts";
import { checkoutState } from "../results/environment.ts";
import { BaseBuildError } from "../runner/base-build.ts";

/** A build with its name for the reader. */
export interface SideBuild {
  /** Absolute path of its engine's folder. */
  readonly engine: string;
  readonly shown: Comparison["base"];
}

/** The build in the checkout at `root`. @throws BaseBuildError where there is none */
export async function currentBuild(root: string): Promise<SideBuild> {
  const engine = join(root, "dist", "engine");
  if (!existsSync(join(engine, "index.js"))) {
    throw new BaseBuildError(
      "this checkout is not built: there is no dist/engine. Run npm run build.",
    );
  }
  const state = await checkoutState(root);
  return { engine, shown: { name: "this checkout", ...state } };
}
