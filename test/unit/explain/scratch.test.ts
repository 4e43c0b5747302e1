import { readFileSync } from "node:fs";
import { it } from "vitest";
import { explain } from "../../../src/explain/index.ts";
import { CaptureReader } from "../../../src/wire/read/capture-reader.ts";
import { formatExplanation } from "../../../src/report/explain-text.ts";
import { plain } from "../../../src/report/paint.ts";
it.each(["drop","abort"])("%s", async (name) => {
  const segs: any[] = [];
  const reader = new CaptureReader({ onSegment: (s: any) => segs.push({...s}) } as any);
  reader.push(readFileSync(`test/fixtures/seed/tcpdump-${name}.txt`)); reader.end();
  const r = await explain(segs);
  console.log(formatExplanation([], r, {width: 80, paint: plain}));
});
