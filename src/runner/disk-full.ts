/** Tells a full disk from a broken trial: the run stops and can be resumed, and no cell is blamed. */

/** What systems, DuckDB and Node say of it; a file-size limit of the shell counts as a small disk. */
const SIGNS = /ENOSPC|EFBIG|EDQUOT|SIGXFSZ|no space left|file too large|quota exceeded/i;

/** Whether the reason for which a trial has no figure is that its disk was full. */
export function isDiskFull(reason: string): boolean {
  return SIGNS.test(reason);
}
