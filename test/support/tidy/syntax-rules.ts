/** House rules that need the syntax of a file: comments and types do not count. Each returns the violations in words. */
import ts from "typescript";
import type { TextFile } from "./repository.ts";

/** Where SQL may stand: the stores, and the one query over saved results. */
const SQL_HOME = /^src\/(?:store\/|results\/history)/;

/** Statements in capitals, as the house writes them, so that prose is not taken for SQL. */
const SQL =
  /\b(?:SELECT\s|INSERT INTO\s|DELETE FROM\s|UPDATE \w+ SET\s|CREATE (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW|INDEX)\s|DROP TABLE\s|ATTACH\s|PRAGMA\s)|^\s*(?:BEGIN|COMMIT|ROLLBACK|CHECKPOINT)(?: \w+)?;?\s*$/;

/** Functions that wait, with the position of the time; a module's own names are added to it. */
const TIMERS: ReadonlyMap<string, number> = new Map([
  ["setTimeout", 1],
  ["setInterval", 1],
  ["setTimer", 1],
]);

/** SQL belongs to the store: everything else speaks its interface. */
export function strandedSql(file: TextFile): string[] {
  if (SQL_HOME.test(file.path)) return [];
  return findings(file, (node) =>
    isText(node) && SQL.test(node.text) ? "SQL outside src/store" : null,
  );
}

/** A tuned number lives in src/model/config.ts with its evidence, or in a named constant; never in the call. */
export function literalTimers(file: TextFile): string[] {
  if (file.path === "src/model/config.ts") return [];
  const timers = new Map([...TIMERS, ...promisedTimers(file)]);
  return findings(file, (node) => {
    if (!ts.isCallExpression(node)) return null;
    const name = calledName(node.expression);
    const position = name === "AbortSignal.timeout" ? 0 : timers.get(lastPart(name));
    const time = position === undefined ? undefined : node.arguments[position];
    return time !== undefined && isConstant(time) ? `${name} is given a number` : null;
  });
}

/** Only the command line ends the process: it alone knows what else runs in it. */
export function processExits(file: TextFile): string[] {
  if (file.path.startsWith("src/cli/")) return [];
  return findings(file, (node) =>
    ts.isPropertyAccessExpression(node) && calledName(node) === "process.exit"
      ? "process.exit outside src/cli"
      : null,
  );
}

/** Time and chance come in by argument, so that a test or a race check can choose them. */
export function ambientInputs(file: TextFile): string[] {
  const isSeam = file.path === "src/lib/clock.ts" || file.path === "src/lib/random.ts";
  if (isSeam || file.path.startsWith("src/cli/")) return [];
  return findings(file, (node) => {
    if (ts.isPropertyAccessExpression(node)) {
      const name = calledName(node);
      return name === "Math.random" || name === "Date.now" ? `${name} is not an argument` : null;
    }
    const isNow =
      ts.isNewExpression(node) &&
      calledName(node.expression) === "Date" &&
      (node.arguments ?? []).length === 0;
    return isNow ? "new Date() is not an argument" : null;
  });
}

/** Codes of `ErrorCode` that no expression in the sources names: nobody can ever meet them. */
export function unusedErrorCodes(sources: readonly TextFile[], errorsPath: string): string[] {
  const errors = sources.find(({ path }) => path === errorsPath);
  if (errors === undefined) return [`${errorsPath}: there is no such file`];
  const declared: string[] = [];
  walk(parse(errors), (node) => {
    if (!ts.isTypeAliasDeclaration(node) || node.name.text !== "ErrorCode") return;
    walk(node, (part) => {
      if (ts.isLiteralTypeNode(part) && ts.isStringLiteral(part.literal))
        declared.push(part.literal.text);
    });
  });
  if (declared.length === 0) return [`${errorsPath}: declares no ErrorCode`];
  const used = new Set<string>();
  for (const source of sources) {
    walk(parse(source), (node) => {
      if (ts.isStringLiteral(node) && !ts.isLiteralTypeNode(node.parent)) used.add(node.text);
    });
  }
  return declared
    .filter((code) => !used.has(code))
    .map((code) => `${errorsPath}: ${code} is never thrown`);
}

/** Names under which a file imports the timers of `node:timers/promises`; their first argument is the time. */
function promisedTimers(file: TextFile): [name: string, position: number][] {
  const names: [string, number][] = [];
  walk(parse(file), (node) => {
    if (!ts.isImportDeclaration(node)) return;
    const from = node.moduleSpecifier;
    const { namedBindings } = node.importClause ?? {};
    if (!ts.isStringLiteral(from) || from.text !== "node:timers/promises") return;
    if (namedBindings === undefined || !ts.isNamedImports(namedBindings)) return;
    for (const { name } of namedBindings.elements) names.push([name.text, 0]);
  });
  return names;
}

function findings(file: TextFile, complaint: (node: ts.Node) => string | null): string[] {
  const source = parse(file);
  const found: string[] = [];
  walk(source, (node) => {
    const text = complaint(node);
    if (text === null) return;
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    found.push(`${file.path}:${line}: ${text}`);
  });
  return found;
}

function parse({ path, text }: TextFile): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The text of a string, or of one piece of a template. */
function isText(node: ts.Node): node is ts.LiteralLikeNode {
  return (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node)
  );
}

/** Made of numbers alone: `5`, `60 * 1000`. */
function isConstant(node: ts.Expression): boolean {
  if (ts.isNumericLiteral(node)) return true;
  if (ts.isParenthesizedExpression(node)) return isConstant(node.expression);
  return ts.isBinaryExpression(node) && isConstant(node.left) && isConstant(node.right);
}

/** `clock.setTimer`, `setTimeout`; of anything longer the last two names. */
function calledName(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (!ts.isPropertyAccessExpression(node)) return "";
  return `${lastPart(calledName(node.expression))}.${node.name.text}`;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
