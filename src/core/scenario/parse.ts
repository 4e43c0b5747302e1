/**
 * A scenario's text: YAML in, a `Scenario` out, or one line that says in which file, line and column what was expected.
 *
 * @module
 */
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { UsageError } from "../errors.ts";
import type { Scenario } from "./scenario.ts";
import { readScenario, type ScenarioIssue } from "./schema.ts";

type YamlDocument = ReturnType<typeof parseDocument>;

/**
 * Parses and checks a scenario.
 *
 * @param text YAML
 * @param fileName how the file is called in messages
 * @throws {UsageError} with file, line, column and what was expected
 */
export function parseScenario(text: string, fileName: string): Scenario {
  const lines = new LineCounter();
  // "error": the parser's warnings would go to stderr beside the one line that says what is wrong.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const [broken] = document.errors;
  if (broken !== undefined) throw mistake(fileName, lines, broken.pos[0], oneLine(broken.message));
  const read = readScenario(plainData(document, fileName, lines));
  if (!("path" in read)) return read;
  throw mistake(fileName, lines, offsetOf(document, read), `${pathText(read)}${oneLine(read.message)}`);
}

/** The document as plain values. Only here are aliases followed: one of nothing, or a few that unfold into millions. */
function plainData(document: YamlDocument, fileName: string, lines: LineCounter): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw mistake(fileName, lines, offsetOfBadAlias(document), oneLine(error.message));
  }
}

function offsetOfBadAlias(document: YamlDocument): number {
  let offset = 0;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function mistake(fileName: string, lines: LineCounter, offset: number, message: string): UsageError {
  const place = lines.linePos(offset);
  return new UsageError(`${fileName}:${place.line}:${place.col}: ${message}`);
}

function pathText(issue: ScenarioIssue): string {
  return issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
}

/** Where the mistake stands: the unknown key itself, the value at the path, or the nearest thing around it. */
function offsetOf(document: YamlDocument, issue: ScenarioIssue): number {
  const unknownKey = issue.unknownKeys[0];
  for (let depth = issue.path.length; depth >= 0; depth -= 1) {
    const node: unknown = depth === 0 ? document.contents : document.getIn(issue.path.slice(0, depth), true);
    if (!isNode(node)) continue;
    return (unknownKey === undefined ? undefined : offsetOfKey(node, unknownKey)) ?? node.range?.[0] ?? 0;
  }
  return 0;
}

function offsetOfKey(node: unknown, key: string): number | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
