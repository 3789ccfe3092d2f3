/** A cell as people write it: `submit dagSize=1000 strategy=values`. */
import { InputError } from "../lib/errors.ts";

/** A scenario and the texts of some of its parameters; the scenario's defaults hold for the others. */
export interface CellText {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads a cell; `source` names the text in the `InputError` for what is none. */
export function parseCellText(text: string, source: string): CellText {
  const [scenario = "", ...settings] = text.trim().split(/\s+/);
  const parameters: Record<string, string> = {};
  for (const setting of settings) {
    const [, name, value] = /^([A-Za-z]\w*)=(.+)$/.exec(setting) ?? [];
    if (name === undefined || value === undefined) {
      throw new InputError(
        `${source}: "${setting}" is no parameter. Write a scenario and name=value: submit dagSize=1000 strategy=values`,
      );
    }
    parameters[name] = value;
  }
  if (scenario === "" || scenario.includes("=")) {
    throw new InputError(
      `${source}: "${text}" names no scenario. Begin with one: submit dagSize=1000`,
    );
  }
  return { scenario, parameters };
}
