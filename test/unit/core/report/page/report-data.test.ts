import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../../../src/core/errors.ts";
import { page } from "../../../../../src/core/report/page/page.ts";
import { isReport, readReport, reportBlock } from "../../../../../src/core/report/page/report-data.ts";

const DOCUMENT = { schema: "listenq.explain/1", findings: [{ title: "</script><!-- `a` &lt; \u2028" }] };

describe("readReport()", () => {
  it("gives back what the page carries, whatever is in it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
        const document = { ...DOCUMENT, value: JSON.parse(JSON.stringify(value)), text };
        const html = page("a title", text, reportBlock(document));
        expect(readReport(html).document).toEqual(document);
        expect(html.match(/<\/script>/g)).toHaveLength(1);
      }),
    );
  });

  it("is not led astray by a block that a name pretends to be", () => {
    const html = page(
      reportBlock({ schema: "listenq.explain/1", fake: true }).text,
      "",
      reportBlock(DOCUMENT),
    );
    expect(readReport(html).document).toEqual(DOCUMENT);
  });

  it.each([
    ["<!doctype html><p>hello", "no data of listenq in it"],
    [page("x", "", reportBlock({ schema: "other/1" })), "its document is other/1"],
    ['<script type="application/json" id="listenq-data">{"a":</script>', "its data is no JSON"],
    ['<script type="application/json" id="listenq-data">[]</script>', "is not of the schema"],
  ])("says in one line what is wrong: %s", (html, words) => {
    expect(() => readReport(html)).toThrow(DecodeError);
    expect(() => readReport(html)).toThrow(words);
  });
});

describe("isReport()", () => {
  it.each([
    ["a page of listenq", page("x", "", reportBlock(DOCUMENT)), true],
    ["another page", "<!doctype html><html><pre>12:00:01.000000 IP 10.0.0.1.80", false],
    ["a listing", "12:00:01.000000 IP 10.0.0.1.80 > ", false],
  ])("knows %s", (_name, text, is) => {
    expect(isReport(text)).toBe(is);
  });
});

describe("reportBlock()", () => {
  it("leaves the trace of a very large run out, and nothing else", () => {
    const experiment = { name: "x", trace: { packets: Array.from({ length: 200_000 }, (_, at) => at) } };
    const carried = readReport(
      page("x", "", reportBlock({ schema: "listenq.lab-run/1", experiments: [experiment] })),
    );
    expect(carried.document).toEqual({
      schema: "listenq.lab-run/1",
      experiments: [{ name: "x", trace: null }],
    });
  });
});
