/**
 * Counts the calls that wait for DuckDB, so that a race check knows when the database rests. The methods of
 * the package's classes are wrapped for the whole process, once, and only where somebody asks: the engine
 * never does.
 */
import { api } from "./duckdb-api.ts";

/** See the file's head. */
export interface NativeCalls {
  /** Calls without an answer. */
  readonly pending: number;
  /** Resolves with the next answer of any call. */
  answered(): Promise<void>;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

let watched: Watch | undefined;

/** Begins to count; later calls give the same counter. */
export function watchNativeCalls(): NativeCalls {
  if (watched === undefined) {
    watched = new Watch();
    for (const value of Object.values(api)) if (isClass(value)) watched.wrap(value);
  }
  return watched;
}

class Watch implements NativeCalls {
  pending = 0;
  #waiting: (() => void)[] = [];

  answered(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The class's own methods and those of its objects. */
  wrap(type: { readonly prototype: object }): void {
    for (const holder of [type, type.prototype]) {
      for (const [name, { value, writable }] of Object.entries(
        Object.getOwnPropertyDescriptors(holder),
      )) {
        if (name === "constructor" || typeof value !== "function" || writable !== true) continue;
        Object.defineProperty(holder, name, { value: this.#counted(value as Method) });
      }
    }
  }

  #counted(original: Method): Method {
    const watch = this;
    return function (this: unknown, ...args) {
      const result = original.apply(this, args);
      if (result instanceof Promise) {
        watch.pending++;
        const onAnswer = (): void => watch.#onAnswer();
        result.then(onAnswer, onAnswer);
      }
      return result;
    };
  }

  #onAnswer(): void {
    this.pending--;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function isClass(value: unknown): value is { readonly prototype: object } {
  return typeof value === "function" && Object.hasOwn(value, "prototype");
}
