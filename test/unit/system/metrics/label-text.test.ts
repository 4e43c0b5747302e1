import { expect, it } from "vitest";
import { labelText } from "../../../../src/system/metrics/label-text.ts";

it.each([
  ["nginx: worker", "nginx: worker"],
  ['quo"te\\', 'quo"te\\'],
  ["\u001b[31mred\u001b[0m", "\\x1b[31mred\\x1b[0m"],
  ["two\nlines", "two\\x0alines"],
  ["abc\u202edef", "abc\\u{202e}def"],
  ["half\ud800", "half\\u{d800}"],
  ["äß😀", "äß😀"],
])("makes %j harmless", (text, expected) => {
  expect(labelText(text)).toBe(expected);
});

it("cuts what is longer than any name", () => {
  expect(labelText("x".repeat(500))).toHaveLength(200);
});
