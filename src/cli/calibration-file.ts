/** Calibrations on disk: one file for each machine, named by its fingerprint. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError, messageOf } from "../lib/errors.ts";
import { replaceFile } from "../lib/replace-file.ts";
import { type Calibration, calibrationSchema } from "../results/calibration.ts";

/** Below the current folder; commit it where all machines of a gate are alike. */
export const CALIBRATION_FOLDER: string = join("results", "calibration");

/** Writes the file of the calibration's machine into `folder`, and returns its path. It is whole or absent. */
export async function writeCalibration(folder: string, calibration: Calibration): Promise<string> {
  const path = join(folder, `${calibration.environment.fingerprint}.json`);
  await replaceFile(path, `${JSON.stringify(calibrationSchema.parse(calibration), null, 1)}\n`);
  return path;
}

/** The calibration of the machine with that fingerprint. An `InputError` says which ones there are, and what to do. */
export function readCalibration(folder: string, fingerprint: string): Calibration {
  const path = join(folder, `${fingerprint}.json`);
  if (!existsSync(path)) {
    const others = knownFingerprints(folder);
    const known =
      others.length === 0
        ? `${folder} holds none`
        : `${folder} holds those of other machines or versions (${others.join(", ")}), and noise does not travel`;
    throw new InputError(
      `margins: calibrated: this machine (fingerprint ${fingerprint}) is not calibrated: ${known}. Run bench calibrate here.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InputError(`Cannot read ${path}: ${messageOf(error)}. Run bench calibrate again.`, {
      cause: error,
    });
  }
  const parsed = calibrationSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `${path} is no calibration of this version (${issue?.path.join(".")}: ${issue?.message}). Run bench calibrate again.`,
  );
}

function knownFingerprints(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => basename(name, ".json"));
}
