/** The commands of `bench`, in the order of `bench --help`. Modules load late, so that help is quick. */
import type { CommandEntry } from "./command.ts";

/** See the file's head. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    usage: "run [scenario..]",
    about: "measure scenarios and check every answer",
    load: () => import("./run-command.ts"),
  },
];
