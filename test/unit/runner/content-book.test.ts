/** All trials of a DAG must leave the same rows. */
import { describe, expect, it } from "vitest";
import type { Checks } from "../../../src/results/result.ts";
import { ContentBook } from "../../../src/runner/content-book.ts";
import type { PlannedCell } from "../../../src/runner/run-plan.ts";

const DAG = { jobs: 10, edges: 14 };

function cell(strategy: string, dagSize = 10): PlannedCell {
  const parameters = { shape: "random", dagSize, strategy };
  return { scenario: "submit", workload: "submit", parameters };
}

function checks(values: Partial<Checks> = {}): Checks {
  const none = { doneOnce: null, ordered: null, violations: [] };
  return { ...DAG, checksum: "aa", ...none, ...values };
}

describe("a content book", () => {
  it("finds nothing when counts and checksums agree", () => {
    const book = new ContentBook();
    expect(book.differences(cell("row"), checks(), DAG)).toEqual([]);
    expect(book.differences(cell("values"), checks(), DAG)).toEqual([]);
  });

  it("names the table whose rows are missing", () => {
    const book = new ContentBook();
    expect(book.differences(cell("row"), checks({ jobs: 9, edges: 13 }), DAG)).toEqual([
      "jobs: 9 rows instead of 10",
      "job_dependencies: 13 rows instead of 14",
    ]);
  });

  it("names both cells when the checksums of one DAG differ", () => {
    const book = new ContentBook();
    book.differences(cell("row"), checks(), DAG);
    expect(book.differences(cell("values"), checks({ checksum: "bb" }), DAG)).toEqual([
      "rows of jobs or job_dependencies differ: checksum bb here, aa with submit shape=random dagSize=10 strategy=row",
    ]);
  });

  it("does not compare different DAGs", () => {
    const book = new ContentBook();
    book.differences(cell("row"), checks(), DAG);
    expect(book.differences(cell("row", 20), checks({ checksum: "bb" }), DAG)).toEqual([]);
  });
});
