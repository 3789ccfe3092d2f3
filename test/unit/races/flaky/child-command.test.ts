/** What a command line holds that no system takes: it is told like a program that is not there. */
import { expect, it } from "vitest";
import { InputError } from "../../../../src/lib/errors.ts";
import { runChild } from "../../../../src/races/flaky/child-command.ts";

it.each([
  [[""], `Cannot start "": The argument 'file' cannot be empty`],
  [["a\0b"], String.raw`Cannot start "a\u0000b": `],
  [[process.execPath, "a\0b"], "must be a string without null bytes"],
  [[process.execPath, "x".repeat(4 * 1024 * 1024)], "E2BIG"],
])("%# is refused in one line, before anything is started", async (command, message) => {
  const { signal } = new AbortController();
  const started = runChild({ command, env: {}, limitMs: 10_000, slowdown: 1, signal });
  await expect(started).rejects.toThrow(InputError);
  await expect(started).rejects.toThrow(message);
  await expect(started).rejects.not.toThrow("\n");
});
