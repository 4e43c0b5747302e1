/**
 * string-width makes a segmenter and the expression of all emoji when it is loaded, which takes a third of the time of a short
 * command, and needs neither for plain letters. Here they are made when the first other text comes. The expression becomes a string, since
 * the parser reads those of the whole file, also in functions that nobody calls. A version that looks different ends the build.
 *
 * @module
 */

const EXPORTED = "export default function stringWidth(";
const EMOJI = "/^\\p{RGI_Emoji}$/v";
const EMOJI_WHEN_NEEDED = 'new RegExp("^\\\\p{RGI_Emoji}$", "v")';
const IMPORTS = /^(?:import [^;]+;\n)+/;

const WHEN_NEEDED = `
let measure;
export default function stringWidth(input, options = {}) {
  const isPlain = typeof input === "string" && options.countAnsiEscapeCodes !== true;
  const text = isPlain ? stripAnsi(input) : input;
  if (isPlain && /^[\\u0020-\\u007E]*$/.test(text)) return text.length;
  measure ??= makeMeasure();
  return measure(text, options);
}
`;

/** A plugin of rolldown. */
export function stringWidthWhenNeeded() {
  return {
    name: "string-width-when-needed",
    transform(code, id) {
      // Ink's own dependencies may have another version of it, which they load when `top` runs.
      if (!/(?<!node_modules\/[^/]+)\/node_modules\/string-width\/index\.js$/.test(id)) return null;
      const imports = IMPORTS.exec(code)?.[0];
      const missing = [EXPORTED, EMOJI, "import stripAnsi "].find((part) => !code.includes(part));
      if (imports === undefined || missing !== undefined)
        throw new Error(`${id} does not look as expected: ${missing ?? IMPORTS} is not in it`);
      const body = code
        .slice(imports.length)
        .replace(EXPORTED, "return stringWidth;\nfunction stringWidth(")
        .replace(EMOJI, () => EMOJI_WHEN_NEEDED);
      return `${imports}function makeMeasure() {\n${body}\n}\n${WHEN_NEEDED}`;
    },
  };
}
