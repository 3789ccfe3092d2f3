/** One way to spoil a valid history, and what the checks must say of it. */
import type { CheckId } from "../checks/check.ts";
import type { Editor } from "./editor.ts";

/** See the file's head. */
export interface Anomaly {
  /** What must fire. */
  readonly id: CheckId;
  /** What the edit does, in a few words. */
  readonly what: string;
  /** What may fire beside it, and why that is right. */
  readonly also: Readonly<Partial<Record<CheckId, string>>>;
  /** Edits the draft; false where it has no place for this. */
  inject(editor: Editor): boolean;
}
