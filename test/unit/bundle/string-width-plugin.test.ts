import { rolldown } from "rolldown";
import stringWidth from "string-width";
import { expect, it } from "vitest";
import { stringWidthWhenNeeded } from "../../../scripts/bundle/string-width-plugin.mjs";

const TEXTS = [
  "",
  "plain",
  "\u001B[31mred\u001B[39m",
  "中文",
  "e\u0301",
  "👩‍👩‍👧",
  "1️⃣",
  "\u001B]8;;x\u0007link…",
  "\n\t",
  "한국",
];

it("measures every text as string-width itself does", async () => {
  const bundle = await rolldown({ input: "string-width", plugins: [stringWidthWhenNeeded()] });
  const { output } = await bundle.generate({ format: "esm" });
  await bundle.close();
  const code = output[0].code;
  expect(code).toContain("makeMeasure");
  expect(code, "the parser would read it at every start").not.toContain("{RGI_Emoji}$/v");
  const bundled = (await import(
    `data:text/javascript,${encodeURIComponent(code)}`
  )) as typeof import("string-width");
  for (const text of TEXTS)
    for (const options of [{}, { countAnsiEscapeCodes: true }, { ambiguousIsNarrow: false }])
      expect([text, bundled.default(text, options)]).toEqual([text, stringWidth(text, options)]);
});
