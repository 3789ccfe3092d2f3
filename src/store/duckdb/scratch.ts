/**
 * Folders for what need not outlive the process: removed when given back, at exit, and, where the process was
 * killed, by the next one that asks for a folder.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, ownIdentity, pidNamespace } from "./process-identity.ts";

const PREFIX = "quackmark-scratch";
const NAME = /^quackmark-scratch-(\d+)-(\d+)-(\d+)-\w+$/;

const mine = new Set<string>();
let isWatching = false;

/** Makes a folder; returns it and the function that removes it. */
export function takeScratch(): { readonly folder: string; giveBack(): void } {
  if (!isWatching) {
    isWatching = true;
    sweep();
    process.on("exit", () => {
      for (const folder of mine) remove(folder);
    });
  }
  const { pid, startedAt } = ownIdentity();
  const name = [PREFIX, pidNamespace(), pid, startedAt ?? "0", ""].join("-");
  const folder = mkdtempSync(join(tmpdir(), name));
  mine.add(folder);
  return {
    folder,
    giveBack() {
      mine.delete(folder);
      remove(folder);
    },
  };
}

/** Removes what processes left that are gone. */
function sweep(): void {
  const { bootId } = ownIdentity();
  const namespace = pidNamespace();
  for (const name of readdirSync(tmpdir())) {
    const [, space, pid, startedAt] = NAME.exec(name) ?? [];
    if (space !== namespace) continue;
    const owner = {
      pid: Number(pid),
      startedAt: startedAt === "0" ? null : String(startedAt),
      bootId,
    };
    if (!isAlive(owner)) remove(join(tmpdir(), name));
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another user's, or in use: whoever can remove it will.
  }
}
