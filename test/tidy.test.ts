/** The house rules that no tool guards. Each rule is first shown to find a planted violation. */
import { describe, expect, test } from "vitest";
import { repositoryFiles, type TextFile } from "./support/tidy/repository.ts";
import {
  ambientInputs,
  literalTimers,
  processExits,
  strandedSql,
  unusedErrorCodes,
} from "./support/tidy/syntax-rules.ts";
import {
  changelogWithoutUnreleased,
  looseDependencies,
  machinePaths,
  opensWithoutPurpose,
  registryHosts,
  tooLong,
  vagueName,
} from "./support/tidy/text-rules.ts";

type Rule = (file: TextFile) => readonly string[];

const files = repositoryFiles();
const sources = files.filter(({ path }) => /^src\/.*\.ts$/.test(path));
const programs = files.filter(({ path }) => /^(?:src|scripts|examples)\/.*\.ts$/.test(path));

/** The violations of a rule in a text that stands for a file. */
function planted(rule: Rule, path: string, text: string): readonly string[] {
  return rule({ path, text });
}

function named(path: string): readonly TextFile[] {
  const found = files.filter((file) => file.path === path);
  expect(found).toHaveLength(1);
  return found;
}

test("the repository is read: sources, tests and documents, but nothing that is built or installed", () => {
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(["src/index.ts", "test/tidy.test.ts", "package.json", ".gitignore"]),
  );
  expect(paths.filter((path) => /^(?:dist|node_modules|\.git|coverage)\//.test(path))).toEqual([]);
});

describe("a source file has at most 250 lines of code", () => {
  test("the rule counts code, and leaves blank lines and comments out", () => {
    const lines = (count: number) =>
      "/** A. */\n/*\n * B.\n */\n// C.\n\nlet x = 1; // D.\n".repeat(count);
    expect(planted(tooLong, "src/a.ts", lines(250))).toEqual([]);
    expect(planted(tooLong, "src/a.ts", lines(251))).toEqual([
      "src/a.ts: 251 lines, of at most 250; split it",
    ]);
  });
  test("all files keep it", () => expect(programs.flatMap(tooLong)).toEqual([]));
});

describe("a source file opens with a comment on its purpose", () => {
  const complaint = ["src/a.ts: does not open with a comment on its purpose"];
  test.each([
    ["code first", "const x = 1;\n/** A purpose that comes too late. */"],
    ["an import first", 'import "./b.ts";\n/** A purpose that comes too late. */'],
    ["an empty comment", "/** */\nconst x = 1;"],
    ["a word", "/** Things. */\nconst x = 1;"],
    ["a line comment", "// The purpose of this file, but not for readers of docs.\n"],
  ])("the rule refuses %s", (_, text) => {
    expect(planted(opensWithoutPurpose, "src/a.ts", text)).toEqual(complaint);
  });
  test("the rule accepts a comment, also after a #! line and over several lines", () => {
    for (const text of [
      "/** Counts the jobs of a queue. */\n",
      "#!/usr/bin/env node\n/** Counts the jobs of a queue. */\n",
      "/**\n * Counts the jobs\n * of a queue.\n */\n",
    ])
      expect(planted(opensWithoutPurpose, "src/a.ts", text)).toEqual([]);
  });
  test("all files keep it", () => expect(programs.flatMap(opensWithoutPurpose)).toEqual([]));
});

describe("SQL stands in src/store only", () => {
  test.each([
    ["a string", 'run("SELECT 1 AS one");'],
    ["a template", "run(`SELECT id FROM jobs WHERE id = $" + "{id}`);"],
    ["the tail of a template", "run(`$" + "{head} DELETE FROM jobs WHERE true`);"],
    ["a transaction", 'run("BEGIN");'],
    ["a definition", 'run("CREATE OR REPLACE TEMP TABLE t(i INTEGER)");'],
  ])("the rule finds it in %s", (_, text) => {
    expect(planted(strandedSql, "src/engine/a.ts", text)).toEqual([
      "src/engine/a.ts:1: SQL outside src/store",
    ]);
  });
  test("the rule lets the store, the history query, comments and prose alone", () => {
    const sql = 'run("SELECT 1 AS one");';
    expect(planted(strandedSql, "src/store/duckdb/a.ts", sql)).toEqual([]);
    expect(planted(strandedSql, "src/results/history.ts", sql)).toEqual([]);
    const prose = '// SELECT 1 AS one\nsay("select one, begin, resolve after COMMIT");';
    expect(planted(strandedSql, "src/engine/a.ts", prose)).toEqual([]);
  });
  test("all sources keep it", () => expect(sources.flatMap(strandedSql)).toEqual([]));
});

describe("no number is given to a timer outside src/model/config.ts", () => {
  test.each([
    ["setTimeout", "setTimeout(run, 100);"],
    ["setInterval", "setInterval(run, 60 * 1000);"],
    ["clock.setTimer", "clock.setTimer(run, (5));"],
    ["AbortSignal.timeout", "AbortSignal.timeout(30_000);"],
    ["sleep", 'import { setTimeout as sleep } from "node:timers/promises"; sleep(10);'],
  ])("the rule finds it in %s", (name, text) => {
    expect(planted(literalTimers, "src/engine/a.ts", text)).toEqual([
      `src/engine/a.ts:1: ${name} is given a number`,
    ]);
  });
  test("the rule lets named numbers, other calls and the configuration alone", () => {
    const text = "setTimeout(run, pollMs); setTimeout(run, 2 * pollMs); sleep(10); later(run, 5);";
    expect(planted(literalTimers, "src/engine/a.ts", text)).toEqual([]);
    expect(planted(literalTimers, "src/model/config.ts", "setTimeout(run, 100);")).toEqual([]);
  });
  test("all sources keep it", () => expect(sources.flatMap(literalTimers)).toEqual([]));
});

describe("nothing but src/cli ends the process", () => {
  test("the rule finds process.exit, called or passed on", () => {
    const text = "process.exit(1);\nonError(process.exit);\nprocess.exitCode = 1;";
    expect(planted(processExits, "src/runner/a.ts", text)).toEqual([
      "src/runner/a.ts:1: process.exit outside src/cli",
      "src/runner/a.ts:2: process.exit outside src/cli",
    ]);
    expect(planted(processExits, "src/cli/a.ts", text)).toEqual([]);
  });
  test("all sources keep it", () => expect(sources.flatMap(processExits)).toEqual([]));
});

describe("time and chance come in by argument", () => {
  test("the rule finds the ambient ones, and lets a date of a given time alone", () => {
    const text =
      "Math.random();\nconst now = Date.now;\nnew Date();\nnew Date(nowMs);\n// Date.now()";
    expect(planted(ambientInputs, "src/engine/a.ts", text)).toEqual([
      "src/engine/a.ts:1: Math.random is not an argument",
      "src/engine/a.ts:2: Date.now is not an argument",
      "src/engine/a.ts:3: new Date() is not an argument",
    ]);
    expect(planted(ambientInputs, "src/lib/clock.ts", text)).toEqual([]);
    expect(planted(ambientInputs, "src/cli/a.ts", text)).toEqual([]);
  });
  test("all sources keep it", () => expect(sources.flatMap(ambientInputs)).toEqual([]));
});

describe("a file is named for what it holds", () => {
  test("the rule refuses names that hold anything", () => {
    for (const path of ["src/utils.ts", "src/lib/util.ts", "test/support/helpers.ts"])
      expect(planted(vagueName, path, "")).toEqual([`${path}: name it for what it holds`]);
    expect(planted(vagueName, "src/lib/number-heap.ts", "")).toEqual([]);
  });
  test("all files keep it", () => expect(files.flatMap(vagueName)).toEqual([]));
});

describe("no file names a folder of one machine", () => {
  // Put together here, so that this file keeps the rule.
  const path = (...parts: readonly string[]) => ["", ...parts].join("/");
  test.each([
    path("home", "ada"),
    path("Users", "ada"),
    path("work", "quackmark"),
    path("tmp", "queue.db"),
    ["C:", "Users", ""].join("\\"),
  ])("the rule finds %s", (folder) => {
    expect(planted(machinePaths, "README.md", `first\nopen ${folder}`)).toEqual([
      `README.md:2: ${folder} is a path of one machine`,
    ]);
  });
  test("the rule lets relative paths, addresses and system files alone", () => {
    const text = "src/work/a.ts ./tmp/x https://example.org/home/ada /proc/pressure/cpu";
    expect(planted(machinePaths, "README.md", text)).toEqual([]);
  });
  test("all files keep it", () => expect(files.flatMap(machinePaths)).toEqual([]));
});

describe("no file names a registry or a private host", () => {
  const address = (host: string) => ["https:", "", host, "pkg"].join("/");
  test.each(["registry.example.org", "npm.example.internal", "nexus.example.org:8081"])(
    "the rule finds %s",
    (host) => {
      expect(planted(registryHosts, "package-lock.json", `"resolved": "${address(host)}"`)).toEqual(
        [`package-lock.json:1: ${address(host)} is a registry or private host`],
      );
    },
  );
  test("the rule lets other addresses alone", () => {
    expect(planted(registryHosts, "README.md", address("json-schema.org"))).toEqual([]);
  });
  test("all files keep it", () => expect(files.flatMap(registryHosts)).toEqual([]));
});

describe("every error code can be met", () => {
  const errors = { path: "src/lib/errors.ts", text: 'export type ErrorCode = "CYCLE" | "LOST";' };
  const thrown = { path: "src/a.ts", text: 'throw new QuackmarkError("CYCLE", "…");' };
  test("the rule finds a code that is only a type", () => {
    const typed = { path: "src/b.ts", text: 'type Mine = "LOST"; // "LOST"' };
    expect(unusedErrorCodes([errors, thrown, typed], errors.path)).toEqual([
      "src/lib/errors.ts: LOST is never thrown",
    ]);
  });
  test("the rule does not pass when there is nothing to check", () => {
    expect(unusedErrorCodes([thrown], errors.path)).toEqual([
      "src/lib/errors.ts: there is no such file",
    ]);
    expect(unusedErrorCodes([{ ...errors, text: "" }], errors.path)).toEqual([
      "src/lib/errors.ts: declares no ErrorCode",
    ]);
  });
  test("all codes keep it", () => {
    expect(unusedErrorCodes(sources, "src/lib/errors.ts")).toEqual([]);
  });
});

describe("the change log says what the next release brings", () => {
  test("the rule refuses a log that opens with a release, or with nothing", () => {
    const complaint = ["CHANGELOG.md: the first section is not Unreleased, or has no entry"];
    for (const text of [
      "# Changelog\n\n## 1.0.0\n\n- First.\n\n## Unreleased\n\n- Later.\n",
      "# Changelog\n\n## Unreleased\n\n## 1.0.0\n\n- First.\n",
      "# Changelog\n",
    ])
      expect(planted(changelogWithoutUnreleased, "CHANGELOG.md", text)).toEqual(complaint);
    const good = "# Changelog\n\n## Unreleased\n\n- More.\n\n## 1.0.0\n\n- First.\n";
    expect(planted(changelogWithoutUnreleased, "CHANGELOG.md", good)).toEqual([]);
  });
  test("the change log keeps it", () => {
    expect(named("CHANGELOG.md").flatMap(changelogWithoutUnreleased)).toEqual([]);
  });
});

describe("every dependency has one exact version", () => {
  test("the rule finds ranges, tags and loose overrides", () => {
    const text = JSON.stringify({
      dependencies: { zod: "4.6.7", yaml: "^2.9.1", duckdb: "1.5.6-r.1" },
      devDependencies: { vitest: "latest" },
      optionalDependencies: { canvas: "1.x" },
      overrides: { canvas: "npm:@napi-rs/canvas@^1.1.1", other: "npm:@napi-rs/canvas@1.1.1" },
    });
    expect(planted(looseDependencies, "package.json", text)).toEqual([
      "package.json: dependencies yaml is ^2.9.1, not an exact version",
      "package.json: devDependencies vitest is latest, not an exact version",
      "package.json: optionalDependencies canvas is 1.x, not an exact version",
      "package.json: overrides canvas is npm:@napi-rs/canvas@^1.1.1, not an exact version",
    ]);
  });
  test("the package keeps it", () => {
    expect(named("package.json").flatMap(looseDependencies)).toEqual([]);
  });
});
