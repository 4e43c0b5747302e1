import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { CAPTURE_CODES, captureFinding } from "../../../../../src/core/findings/captures/capture-codes.ts";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const codes = Object.keys(CAPTURE_CODES) as (keyof typeof CAPTURE_CODES)[];

it.each(codes)("%s has its page, which says what to do", (code) => {
  const finding = captureFinding(code, { title: "", detail: "", evidence: { text: "", packets: [] } });
  const page = readFileSync(`${root}docs/findings/${finding.code}.md`, "utf8");
  for (const heading of ["## When it is said", "## What else it could be", "## What to do"])
    expect(page).toContain(heading);
  expect(finding.remedy.length).toBeGreaterThan(0);
  for (const line of finding.remedy) expect(page).toContain(`- ${line}`);
});

it("and each page about a capture has its code", () => {
  const pages = readdirSync(`${root}docs/findings`).filter((name) => name.startsWith("capture-"));
  expect(new Set(pages)).toEqual(new Set(codes.map((code) => `${code}.md`)));
});
