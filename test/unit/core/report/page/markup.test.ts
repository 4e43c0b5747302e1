import fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { markup } from "../../../../../src/core/report/page/markup.ts";
import { withCode } from "../../../../../src/core/report/page/page.ts";

describe("markup", () => {
  it("lets nothing that is put in become markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { text: made } = markup`<a title="${text}">${text}</a>`;
        expect(XMLValidator.validate(made)).toBe(true);
        expect(made.match(/</g)).toHaveLength(2);
      }),
    );
  });

  it("keeps markup that is put into markup, and lists of it, and leaves null out", () => {
    expect(markup`<ul>${["a<b", "c"].map((one) => markup`<li>${one}</li>`)}${null}</ul>`.text).toBe(
      "<ul><li>a&lt;b</li><li>c</li></ul>",
    );
  });
});

describe("withCode()", () => {
  it.each([
    ["look at `ss -lnt` first", "look at <code>ss -lnt</code> first"],
    ["`a<b`", "<code>a&lt;b</code>"],
    ["one ` alone", "one ` alone"],
    ["none", "none"],
  ])("turns what stands between backticks into code: %s", (text, html) => {
    expect(markup`${withCode(text)}`.text).toBe(html);
  });
});
