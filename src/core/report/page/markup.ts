/**
 * HTML and SVG as text in which nothing that was put in can become markup: every value is escaped unless it is markup itself.
 *
 * @module
 */
import { printable } from "../layout/printable.ts";

/** A piece of HTML or SVG. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: text and numbers are escaped, null is nothing. */
export type Insertable = Markup | string | number | null | readonly Insertable[];

/**
 * A template of markup.
 *
 * @example markup`<b>${"a < b"}</b>`.text // "<b>a &lt; b</b>"
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  return new Markup(parts.reduce((text, part, place) => text + inserted(values[place - 1] ?? null) + part));
}

function inserted(value: Insertable): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(inserted).join("");
  return escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters are not allowed in XML, and marks that turn the direction of writing hide what is written. */
function escaped(text: string): string {
  return [...text].map((one) => ENTITIES[one] ?? (isSpace(one) ? one : printable(one))).join("");
}

function isSpace(character: string): boolean {
  return character === "\t" || character === "\n";
}
