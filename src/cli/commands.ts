/** The commands of `bench`, in the order of `bench --help`. Modules load late, so that help is quick. */
import type { CommandEntry } from "./command.ts";

/** See the file's head. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    usage: "run [scenario..]",
    about: "measure scenarios and check every answer",
    load: () => import("./run-command.ts"),
  },
  {
    usage: "compare [result..]",
    about: "compare this checkout with another commit in shuffled pairs, or two saved runs",
    load: () => import("./compare-command.ts"),
  },
  {
    usage: "gate",
    about: "the comparison for CI: fail when this checkout is slower than a base",
    load: () => import("./gate-command.ts"),
  },
  {
    usage: "calibrate",
    about: "how noisy is this machine, and how small a change can the gate see on it",
    load: () => import("./calibrate-command.ts"),
  },
  {
    usage: "selftest",
    about:
      "measure the gate itself: false alarms, misses, and other tools' rules on the same pairs",
    load: () => import("./selftest-command.ts"),
  },
  {
    usage: "load [scenario]",
    about: "send jobs at a given rate, or find the highest rate that keeps a service level",
    load: () => import("./load-command.ts"),
  },
  {
    usage: "list [scenario..]",
    about: "list the scenarios, their parameters and defaults",
    load: () => import("./list-command.ts"),
  },
  {
    usage: "report [run]",
    about: "show a saved run as a table, JSON, CSV, Markdown, Parquet, PNG, SVG or one HTML page",
    load: () => import("./report-command.ts"),
  },
  {
    usage: "inspect <db>",
    about: "show what a queue's database holds, read-only: states, runs, jobs, dead letters, SQL",
    load: () => import("./inspect-command.ts"),
  },
  {
    usage: "migrate <file> <url>",
    about: "move a queue from a DuckDB file to PostgreSQL, verified by checksum",
    load: () => import("./migrate-command.ts"),
  },
  {
    usage: "doctor",
    about: "say what about this machine will spoil numbers, and what to do about it",
    load: () => import("./doctor-command.ts"),
  },
  {
    usage: "tune",
    about: "find the settings for this machine, or check the shipped ones",
    load: () => import("./tune-command.ts"),
  },
  {
    usage: "explain [run]",
    about: "say in plain words what a saved run found, how sure it is and what to do next",
    load: () => import("./explain-command.ts"),
  },
  {
    usage: "history [metric]",
    about: "show how figures changed over the saved runs, and where",
    load: () => import("./history-command.ts"),
  },
  {
    usage: "flaky [command..]",
    about: "run a test command many times and say how flaky it is, test by test",
    load: () => import("./flaky-command.ts"),
  },
  {
    usage: "races",
    about: "provoke races on purpose and check every promise of the queue; replay what was found",
    load: () => import("./races-command.ts"),
  },
];
