/**
 * A real browser for the tests of the HTML report: the system's Chromium, driven by playwright-core,
 * which downloads none. In CI, where none is installed, this set-up installs Debian's.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const PLACES = [
  process.env["CHROMIUM_PATH"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Downloading and unpacking; after that there is no browser to be had here. */
const INSTALL_LIMIT_MS = 300_000;

/** The path of a browser; undefined, and a loud line, where there is none. */
export function chromiumPath(): string | undefined {
  const found = installed() ?? (process.env["CI"] === "true" ? install() : undefined);
  if (found === undefined) {
    process.stderr.write(
      "\n*** NO BROWSER: the tests of the HTML report are SKIPPED. Install chromium, or set CHROMIUM_PATH. ***\n\n",
    );
  }
  return found;
}

function install(): string | undefined {
  const options = { stdio: "inherit", timeout: INSTALL_LIMIT_MS } as const;
  try {
    execFileSync("apt-get", ["update", "-q"], options);
    execFileSync(
      "apt-get",
      ["install", "-y", "-q", "--no-install-recommends", "chromium"],
      options,
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  return installed();
}

function installed(): string | undefined {
  return PLACES.find((path) => path !== "" && existsSync(path));
}
