/** Flags that may be given several times. The parser keeps the last value of each flag; these keep all. */

/** The values of `--flag value` and `--flag=value` in the arguments after `bench`, in their order. */
export function repeatedTexts(args: readonly string[], flag: string): readonly string[] {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return own.flatMap((arg, i) => {
    if (arg.startsWith(`${flag}=`)) return [arg.slice(flag.length + 1)];
    const value = own[i + 1];
    return arg === flag && value !== undefined ? [value] : [];
  });
}
