/** A command as one would type it again. */

/** The arguments in a line, quoted where a shell would read them differently. */
export function shellText(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}
