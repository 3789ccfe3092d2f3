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

/** The path of a browser; undefined, and a loud line, where there is none. */
export function chromiumPath(): string | undefined {
  const found = installed();
  if (found !== undefined) return found;
  if (process.env["CI"] === "true") {
    const options = { stdio: "inherit" } as const;
    execFileSync("apt-get", ["update", "-q"], options);
    execFileSync(
      "apt-get",
      ["install", "-y", "-q", "--no-install-recommends", "chromium"],
      options,
    );
    return installed();
  }
  process.stderr.write(
    "\n*** NO BROWSER: the tests of the HTML report are SKIPPED. Install chromium, or set CHROMIUM_PATH. ***\n\n",
  );
  return undefined;
}

function installed(): string | undefined {
  return PLACES.find((path) => path !== "" && existsSync(path));
}
