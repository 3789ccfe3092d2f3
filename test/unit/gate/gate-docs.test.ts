/** The policy in docs/GATE.md is the built-in one, as it says. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULT_POLICY, readPolicy } from "../../../src/gate/gate-policy.ts";
import { parseYaml } from "../../../src/scenario/yaml-source.ts";

test("the documented gate.yaml is the default, written out", () => {
  const text = readFileSync(new URL("../../../docs/GATE.md", import.meta.url), "utf8");
  const [, yaml = ""] = /```yaml\n(cells:[\s\S]*?)```/.exec(text) ?? [];
  const policy = readPolicy(parseYaml(yaml, "gate.yaml"), "gate.yaml");
  const plain = ({ cells, ...rest }: typeof policy) => ({
    ...rest,
    cells: cells.map(({ cell, gate }) => ({ cell, gate })),
  });
  expect(plain(policy)).toEqual(plain(DEFAULT_POLICY));
});
