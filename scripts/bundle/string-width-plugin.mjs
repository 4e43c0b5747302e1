/**
 * string-width makes a segmenter and the expression of all emoji when it is loaded, which takes a third of the time of a short
 * command, and needs neither for plain letters. Here they are made when the first other text comes. A version that looks
 * different ends the build.
 *
 * @module
 */

const EXPORTED = "export default function stringWidth(";
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
      if (imports === undefined || !code.includes(EXPORTED) || !imports.includes("import stripAnsi "))
        throw new Error(`${id} does not look as expected: ${EXPORTED} is not in it`);
      const body = code.slice(imports.length).replace(EXPORTED, "return stringWidth;\nfunction stringWidth(");
      return `${imports}function makeMeasure() {\n${body}\n}\n${WHEN_NEEDED}`;
    },
  };
}
