import { describe, expect, it } from "vitest";
import { plain } from "../../../../../../src/core/report/layout/paint.ts";
import { loadPage } from "../../../../../../src/core/report/page/load-page.ts";
import { formatLoad } from "../../../../../../src/core/report/text/load/load-text.ts";
import { loadRequest, loadRun } from "../../../../../support/load-run.ts";

const schedule = { text: "2/s, even", durationMs: 1000 };
const late = loadRun(
  [
    loadRequest(1, { intendedAt: 0, at: 40, connectMs: 1000, synResends: 1 }),
    loadRequest(2, {
      intendedAt: 500,
      at: 500,
      connectMs: null,
      totalMs: 60,
      failure: "out-of-ports",
      synResends: null,
    }),
  ],
  {
    schedule,
    concurrency: null,
    requested: 2,
    durationMs: 1500,
    server: {
      listeners: 1,
      counters: { ListenOverflows: 3, PassiveOpens: 9 },
      samples: [{ at: 0, acceptQueue: 2, synQueue: 0, limit: 1, drops: 3 }],
    },
  },
);

describe("the report of a load", () => {
  const text = formatLoad(late, { width: 100, paint: plain });

  it("begins with the generator's own failure, before anything about the server", () => {
    expect(text).toMatch(
      /^the generator did not keep its schedule: this machine could not open 1 of the connections; /,
    );
  });

  it("counts from the intended start, and shows the call's own time beside it", () => {
    expect(text).toMatch(/^connected +intended start +1\.04 s/m);
    expect(text).toMatch(/^ +connect\(\) +1 s/m);
  });

  it("labels the step by the kernel's ladder, and tells counters of refusals alone", () => {
    expect(text).toMatch(/^ +1 +1 s +1 +1 s to 1 s$/m);
    expect(text).toMatch(/^1 s to 2 s +1 +#+ +SYN 2 goes here$/m);
    expect(text).toContain("counters rose: ListenOverflows 3\n");
  });

  it("is a page whose verdict is bad, with the queues drawn", () => {
    const page = loadPage(late);
    expect(page).toContain('class="verdict bad"');
    expect(page).toContain("<title>The queues of 127.0.0.1:8088</title>");
  });

  it("says that it did not see the server where it did not", () => {
    expect(formatLoad({ ...late, server: null }, { width: 100, paint: plain })).toContain(
      "the server's queues were not seen",
    );
  });
});
