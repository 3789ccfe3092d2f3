/** The script and the style of the HTML page, as `npm run build` has made them. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { InputError } from "../../lib/errors.ts";
import type { PageAssets } from "./html-page.ts";

/** Three levels up from here both in `src/` and in `dist/`. */
const FOLDER = fileURLToPath(new URL("../../../dist/report/html/", import.meta.url));

/** Reads both files. Throws an `InputError` where there is no build. */
export async function readPageAssets(folder: string = FOLDER): Promise<PageAssets> {
  try {
    const [script, style] = await Promise.all([
      readFile(`${folder}page.bundle.js`, "utf8"),
      readFile(`${folder}page.css`, "utf8"),
    ]);
    return { script, style };
  } catch (error) {
    throw new InputError("The HTML report is not built. Run npm run build.", { cause: error });
  }
}
