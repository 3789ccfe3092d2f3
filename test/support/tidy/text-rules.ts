/** House rules that need no more than the text of a file. Each returns the violations in words. */
import type { TextFile } from "./repository.ts";

/** Lines of code in one source file, as Biome counts them for src: without blank lines and comments. */
const MAX_LINES = 250;

/** A shorter comment states no purpose. */
const MIN_PURPOSE_CHARS = 15;

/** Names that say nothing about what is inside. */
const VAGUE_NAME = /(?:^|\/)(?:utils?|helpers?|misc|common|shared)\.ts$/;

/** Folders that exist on one machine only. */
const MACHINE_PATH =
  /(?<![\w.~/-])(?:\/(?:home|Users|root|work|tmp|mnt|private)\/[\w.-]+|[A-Z]:\\Users\\)/;

/** Package registries and private hosts: where packages come from is the business of whoever installs. */
const REGISTRY =
  /https?:\/\/[^\s/"'`]*(?:registry|artifactory|nexus|verdaccio|\.internal\b|\.corp\b|\.local\b)[^\s"'`]*|\b_authToken\b/i;

/** A file holds one idea, and an idea fits in so many lines. */
export function tooLong({ path, text }: TextFile): string[] {
  const withoutBlocks = text.replaceAll(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, "");
  const lines = withoutBlocks.split("\n").filter((line) => !/^\s*(?:\/\/|$)/.test(line)).length;
  return lines <= MAX_LINES ? [] : [`${path}: ${lines} lines, of at most ${MAX_LINES}; split it`];
}

/** The first thing in a file, a `#!` line apart, is a comment that states its purpose. */
export function opensWithoutPurpose({ path, text }: TextFile): string[] {
  const body = text.replace(/^#!.*\n/, "");
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(body)?.[1] ?? "";
  const purpose = comment.replaceAll(/^\s*\*\s?/gm, "").trim();
  return purpose.length >= MIN_PURPOSE_CHARS
    ? []
    : [`${path}: does not open with a comment on its purpose`];
}

/** A file is named for what it holds. */
export function vagueName({ path }: TextFile): string[] {
  return VAGUE_NAME.test(path) ? [`${path}: name it for what it holds`] : [];
}

/** Nothing that is committed names a folder of somebody's machine. */
export function machinePaths(file: TextFile): string[] {
  return matchingLines(file, MACHINE_PATH, "a path of one machine");
}

/** Nothing that is committed names a registry; the lock file has no `resolved` addresses. */
export function registryHosts(file: TextFile): string[] {
  return matchingLines(file, REGISTRY, "a registry or private host");
}

/** The change log opens with the entries of the next release. */
export function changelogWithoutUnreleased({ path, text }: TextFile): string[] {
  const [first = ""] = text.match(/^## .*(?:\n(?!## ).*)*/m) ?? [];
  const entries = first.split("\n").filter((line) => line.startsWith("- "));
  return /^## Unreleased$/m.test(first) && entries.length > 0
    ? []
    : [`${path}: the first section is not Unreleased, or has no entry`];
}

/** Dependencies have one exact version each, so that two installs are the same. */
export function looseDependencies({ path, text }: TextFile): string[] {
  const description = JSON.parse(text) as Readonly<Record<string, Record<string, string>>>;
  const groups = ["dependencies", "devDependencies", "optionalDependencies", "overrides"];
  return groups.flatMap((group) =>
    Object.entries(description[group] ?? {})
      .filter(([, version]) => !/^(?:npm:@?[\w./-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${path}: ${group} ${name} is ${version}, not an exact version`),
  );
}

function matchingLines({ path, text }: TextFile, pattern: RegExp, what: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const found = pattern.exec(line)?.[0];
    return found === undefined ? [] : [`${path}:${index + 1}: ${found} is ${what}`];
  });
}
