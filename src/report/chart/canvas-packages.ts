/**
 * Loads what draws: chart.js, chartjs-node-canvas and @napi-rs/canvas are optional dependencies, so
 * they are asked for only when a picture is wanted, and their absence is a plain message.
 *
 * The canvas knows the fonts of the system and no others. A bare machine or container has none, and
 * text would be silently left out of every picture; therefore Inter is registered from its optional
 * package, and without any font at all drawing is refused.
 */
import { createRequire } from "node:module";
import { InputError } from "../../lib/errors.ts";

const REMEDY = "npm install them or pass --no-charts";
const PACKAGES = "chart.js, @napi-rs/canvas and chartjs-node-canvas";

/** The font files to register when their package is there: regular and semibold. */
const FONT_FILES = [
  "@fontsource/inter/files/inter-latin-400-normal.woff",
  "@fontsource/inter/files/inter-latin-600-normal.woff",
];

/** The packages, loaded and with fonts. */
export interface CanvasPackages {
  readonly canvas: typeof import("@napi-rs/canvas");
  readonly chartjs: typeof import("chart.js/auto");
  readonly nodeCanvas: typeof import("chartjs-node-canvas");
}

/** Loads the optional packages; an {@link InputError} names the remedy when one is absent or no font exists. */
export async function loadCanvasPackages(): Promise<CanvasPackages> {
  try {
    const [canvas, chartjs, nodeCanvas] = await Promise.all([
      import("@napi-rs/canvas"),
      import("chart.js/auto"),
      import("chartjs-node-canvas"),
    ]);
    ensureFonts(canvas.GlobalFonts);
    return { canvas, chartjs, nodeCanvas };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`charts need the optional packages ${PACKAGES}; ${REMEDY}`, {
      cause: error,
    });
  }
}

/** The part of the canvas's font list that is used here. */
export interface FontList {
  readonly families: readonly { readonly family: string }[];
  registerFromPath(path: string, family: string): unknown;
}

/** Registers Inter unless it is there, and throws an {@link InputError} when no font exists afterwards. */
export function ensureFonts(fonts: FontList, fontFiles: readonly string[] = FONT_FILES): void {
  if (!fonts.families.some(({ family }) => family === "Inter")) {
    for (const path of installed(fontFiles)) fonts.registerFromPath(path, "Inter");
  }
  if (fonts.families.length > 0) return;
  throw new InputError(
    "charts need a font and this machine has none; npm install @fontsource/inter, install a system font or pass --no-charts",
  );
}

/** The full paths of those files whose package is installed. */
function installed(fontFiles: readonly string[]): readonly string[] {
  const { resolve } = createRequire(import.meta.url);
  return fontFiles.flatMap((file) => {
    try {
      return [resolve(file)];
    } catch {
      // The package is optional: the system's fonts take its place.
      return [];
    }
  });
}
