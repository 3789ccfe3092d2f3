import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../../src/lib/errors.ts";
import { type Result, resultJsonSchema } from "../../../src/results/result.ts";
import {
  newRunId,
  parseResult,
  readResult,
  writeResult,
} from "../../../src/results/result-file.ts";
import { buildResult, emptyCell, okCell } from "../../support/results/build-result.ts";
import { defaultRun } from "../../support/results/fixtures.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "quackmark-result-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a written result", () => {
  test("reads back as it was, by its file and by its folder", async () => {
    const result = defaultRun();
    await writeResult(folder, result);
    expect(await readResult(join(folder, "result.json"))).toEqual(result);
    expect(await readResult(folder)).toEqual(result);
  });

  test("creates its folder and leaves nothing else there", async () => {
    const nested = join(folder, "runs", "20250301-120000-a1b2");
    await writeResult(nested, defaultRun());
    expect(await readdir(nested)).toEqual(["result.json"]);
  });

  test("replaces an older one", async () => {
    await writeResult(folder, buildResult([], { verdict: "nothing-measured" }));
    await writeResult(folder, defaultRun());
    expect((await readResult(folder)).verdict).toBe("ok");
    expect(await readdir(folder)).toEqual(["result.json"]);
  });

  test("that could not be read back is refused, and the older one stays", async () => {
    await writeResult(folder, defaultRun());
    const wrong = buildResult([okCell({ parameters: {}, metrics: { submitMs: Number.NaN } })]);
    await expect(writeResult(folder, wrong)).rejects.toThrow("submitMs");
    expect(await readResult(folder)).toEqual(defaultRun());
    expect(await readdir(folder)).toEqual(["result.json"]);
  });

  test("keeps any parameter, metric and reason through the file", () => {
    const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true }).map((x) => x + 0);
    const name = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,12}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.oneof(finite, fc.string(), fc.boolean())),
        fc.dictionary(name, finite),
        fc.string(),
        (parameters, metrics, reason) => {
          const result = buildResult([
            okCell({ parameters, metrics, trials: 1 }),
            emptyCell("failed", parameters, reason),
          ]);
          const text = JSON.stringify(result);
          expect(parseResult(text, "result.json")).toEqual(JSON.parse(text));
        },
      ),
    );
  });
});

describe("a file that is not a result is named with its remedy", () => {
  async function messageFor(text: string): Promise<string> {
    const path = join(folder, "given.json");
    await writeFile(path, text);
    const error = await readResult(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message.replaceAll(path, "given.json");
  }

  test("when it is missing", async () => {
    const path = join(folder, "absent.json");
    await expect(readResult(path)).rejects.toThrow(
      new InputError(
        `Cannot read the result ${path}: there is no such file. Give a result.json or the folder of a run.`,
      ),
    );
  });

  test("when a folder holds none", async () => {
    await expect(readResult(folder)).rejects.toThrow(
      `Cannot read the result ${folder}: there is no such file.`,
    );
  });

  test("when it is truncated", async () => {
    const text = JSON.stringify(defaultRun());
    const message = await messageFor(text.slice(0, text.length / 2));
    expect(message).toMatch(
      /^given\.json is not JSON \(.+\): it was cut off or is not a result file\. Give a result\.json that `bench run` wrote\.$/,
    );
  });

  test("when it is empty", async () => {
    expect(await messageFor("")).toMatch(/^given\.json is not JSON \(Unexpected end/);
  });

  test.each(["{}", "[]", "null", "3", '{"name":"other"}'])(
    "when it is %s of another program",
    async (text) => {
      expect(await messageFor(text)).toBe(
        "given.json is JSON but not a result: it has no schemaVersion. Give a result.json that `bench run` wrote.",
      );
    },
  );

  test("when a newer build wrote it", async () => {
    const text = JSON.stringify({ ...defaultRun(), schemaVersion: 2 });
    expect(await messageFor(text)).toBe(
      "given.json has schema version 2, and this build reads up to 1. Read it with the quackmark that wrote it, or a newer one.",
    );
    expect(() => parseResult(text, "x")).toThrow(expect.objectContaining({ code: "NEWER_SCHEMA" }));
  });

  test("when it is damaged, with the first problems by their place", async () => {
    const damaged: Partial<Record<keyof Result, unknown>> = {
      ...defaultRun(),
      seed: -1,
      durability: "some",
      cells: "none",
      verdict: "fine",
    };
    const message = await messageFor(JSON.stringify(damaged));
    expect(message).toMatch(
      /^given\.json is not a valid result \(seed: .+; durability: .+; cells: /,
    );
    expect(message).toMatch(
      /; 1 more\): it was edited or damaged\. Run again, or restore the file\.$/,
    );
  });
});

describe("a run id", () => {
  test("is the time in UTC and four random digits", () => {
    expect(newRunId(new Date("2025-03-01T23:59:58.999+02:00"), () => 0x1a2b3c4d)).toBe(
      "20250301-215958-3c4d",
    );
    expect(newRunId(new Date(0), () => 7)).toBe("19700101-000000-0007");
  });

  test("sorts as the time does and is a safe name for a folder", () => {
    const time = fc.date({
      min: new Date("2020-01-01"),
      max: new Date("2199-12-31"),
      noInvalidDate: true,
    });
    const random = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(time, time, random, random, (a, b, x, y) => {
        const [first, second] = [newRunId(a, () => x), newRunId(b, () => y)];
        expect(first).toMatch(/^\d{8}-\d{6}-[0-9a-f]{4}$/);
        if (Math.floor(a.getTime() / 1000) < Math.floor(b.getTime() / 1000)) {
          expect(first < second).toBe(true);
        }
      }),
    );
  });
});

test("the published JSON Schema is the one of the code (`vitest -u` writes it)", async () => {
  const text = `${JSON.stringify(resultJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../../results/result.schema.json");
});
