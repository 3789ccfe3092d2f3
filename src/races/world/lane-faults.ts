/** What a case breaks in the lane: a step that fails, or the process that dies at it. */
import { copyFileSync, existsSync } from "node:fs";
import type { GatePoint } from "../../store/duckdb/gate.ts";
import type { RaceCase } from "../cases/race-case.ts";
import { InjectedFault } from "./injected-fault.ts";

/** See the file's head. */
export class LaneFaults {
  /** Times that the lane passed each point. */
  readonly passed: Partial<Record<GatePoint, number>> = {};
  readonly #faults: RaceCase["faults"];
  readonly #copy: string;
  #crashedTo: string | null = null;
  #over = false;
  #bury: () => void = () => undefined;

  /** @param copy where the files of a process that died are kept */
  constructor(faults: RaceCase["faults"], copy: string) {
    this.#faults = faults;
    this.#copy = copy;
  }

  /** What the process has left behind; null while it lives. */
  get crashedTo(): string | null {
    return this.#crashedTo;
  }

  /** The lane comes to a point. @throws InjectedFault where its step fails; never goes on where the process dies */
  pass(point: GatePoint, path: string): Promise<void> | undefined {
    const nth = (this.passed[point] ?? 0) + 1;
    this.passed[point] = nth;
    const fault = this.#faults.find((one) => one.at === point && one.nth === nth);
    if (fault === undefined || this.#over) return undefined;
    if (fault.kind === "error") throw new InjectedFault(`${point} fails as it should`);
    // What the kill of a process leaves behind is what the files hold at this moment.
    for (const end of ["", ".wal"])
      if (existsSync(path + end)) copyFileSync(path + end, this.#copy + end);
    this.#crashedTo = this.#copy;
    return new Promise((_, reject) => {
      this.#bury = () => reject(new InjectedFault("the process died"));
    });
  }

  /** Lets go of the lane of a process that died. */
  bury(): void {
    this.#bury();
  }

  /** Nothing breaks from here on. */
  end(): void {
    this.#over = true;
  }
}
