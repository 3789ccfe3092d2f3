/**
 * Finds and reads scenarios: the built-in ones by name, a user's own by path. Every fault in a file
 * is told with file, line and field, all of them at once.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { errnoOf, InputError, messageOf } from "../lib/errors.ts";
import { issueText } from "../lib/issue-text.ts";
import { type Scenario, scenarioSchema } from "./scenario.ts";
import { type FieldProblem, scenarioProblems } from "./scenario-problems.ts";
import { didYouMean } from "./suggest.ts";
import { parseYaml, type YamlSource } from "./yaml-source.ts";

/** The folder of the built-in scenarios; two levels up from here both in `src/` and in `dist/`. */
const BUILT_IN: string = fileURLToPath(new URL("../../scenarios/", import.meta.url));

/** A scenario is a page of text. */
const MAX_SCENARIO_BYTES = 1024 * 1024;

/** Faults told at once; a file with more is probably not a scenario. */
const MAX_PROBLEMS = 10;

/** The names of the built-in scenarios, sorted. */
export function builtInScenarioNames(): readonly string[] {
  return readdirSync(BUILT_IN)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/**
 * Loads the built-in scenario of that name, or the file at that path (anything with a slash or with
 * the ending .yaml or .yml is a path). `metrics` are the names of all metrics that results can carry.
 * Throws an InputError for an unknown name, an unreadable file, or a file that is no scenario.
 */
export function loadScenario(nameOrPath: string, metrics: readonly string[]): Scenario {
  if (/[/\\]|\.ya?ml$/i.test(nameOrPath)) {
    const scenario = parseScenario(readText(nameOrPath), nameOrPath, metrics);
    return withHandlers(scenario, nameOrPath);
  }
  const known = builtInScenarioNames();
  if (!known.includes(nameOrPath)) {
    throw new InputError(
      `Unknown scenario "${nameOrPath}"${didYouMean(nameOrPath, known)} Known are ${known.join(", ")}; a file of your own needs a path, such as ./my.yaml.`,
    );
  }
  const file = `${nameOrPath}.yaml`;
  return parseScenario(readText(join(BUILT_IN, file)), `scenarios/${file}`, metrics);
}

/** Reads the text of a scenario file; `file` is its name in messages. See {@link loadScenario}. */
export function parseScenario(text: string, file: string, metrics: readonly string[]): Scenario {
  const source = parseYaml(text, file);
  const parsed = scenarioSchema.safeParse(source.data);
  if (!parsed.success) throw fileError(file, source, parsed.error.issues.map(problemOf));
  const problems = scenarioProblems(parsed.data, metrics);
  if (problems.length > 0) throw fileError(file, source, problems);
  return parsed.data;
}

/** Finds the handlers' module, which must lie in the folder of the scenario's file or below it. */
function withHandlers(scenario: Scenario, file: string): Scenario {
  const { handlers } = scenario;
  if (handlers === undefined) return scenario;
  const folder = realpathSync(dirname(file));
  const refuse = (problem: string): InputError =>
    new InputError(`${file}: handlers: ${handlers} ${problem}.`);
  let path: string;
  try {
    path = realpathSync(resolve(folder, handlers));
  } catch {
    throw refuse(`cannot be found in ${folder}. Name a JavaScript module beside the scenario`);
  }
  // Links are resolved: a scenario from elsewhere must not run what lies elsewhere.
  if (isAbsolute(handlers) || relative(folder, path).startsWith("..")) {
    throw refuse("lies outside the folder of the scenario. Move it there");
  }
  if (!/\.[cm]?js$/.test(path)) throw refuse("is no JavaScript module (.js, .mjs, .cjs)");
  return { ...scenario, handlers: path };
}

function readText(path: string): string {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) {
      throw new InputError(`${path}: a folder. Name one scenario file in it.`);
    }
    if (!stats.isFile() || stats.size > MAX_SCENARIO_BYTES) {
      throw new InputError(
        `${path}: not a scenario: a regular file of at most ${MAX_SCENARIO_BYTES} bytes is needed.`,
      );
    }
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = errnoOf(error) === "ENOENT" ? "no such file" : messageOf(error);
    throw new InputError(`${path}: the scenario cannot be read (${reason}). Check the path.`, {
      cause: error,
    });
  }
}

/** One line per problem: `file:line: field: message.` */
function fileError(
  file: string,
  source: YamlSource,
  problems: readonly FieldProblem[],
): InputError {
  const lines = problems.slice(0, MAX_PROBLEMS).map(({ path, message, picture }) => {
    const field = path.length === 0 ? "" : `${fieldText(path)}: `;
    const shown = picture === undefined ? "" : `\n${picture}`;
    return `${file}:${source.lineOf(path)}: ${field}${message}.${shown}`;
  });
  const left = problems.length - lines.length;
  if (left > 0) lines.push(`${file}: and ${left} more problems.`);
  return new InputError(lines.join("\n"));
}

/** `parameters.dagSize.range`, `cells[1].wake` */
function fieldText(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
}

/** An unknown field is told where it stands, not where the map around it begins. */
function problemOf(issue: z.core.$ZodIssue): FieldProblem {
  const path =
    issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  return { path, message: issueText(issue) };
}
