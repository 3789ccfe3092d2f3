/** From `--format` and `--json` to a format. */
import { expect, it } from "vitest";
import { isText, readFormat } from "../../../src/cli/formats.ts";

it("is the table, unless another one is named", () => {
  expect(readFormat(undefined, false)).toBe("table");
  expect(readFormat(undefined, true)).toBe("json");
  expect(readFormat("json", true)).toBe("json");
  expect(readFormat("csv", false)).toBe("csv");
  expect(readFormat("html", false)).toBe("html");
});

it("is refused when unknown or named twice", () => {
  expect(() => readFormat("xml", false)).toThrow(
    "--format xml: unknown. It takes table, json, csv, markdown, parquet, png, svg, html.",
  );
  expect(() => readFormat("csv", true)).toThrow("--json contradicts --format csv.");
});

it("is printed when it is text, and written when it is not", () => {
  expect((["table", "json", "csv", "markdown"] as const).map(isText)).not.toContain(false);
  expect((["parquet", "png", "svg", "html"] as const).map(isText)).not.toContain(true);
});
