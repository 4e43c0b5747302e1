import { describe, expect, it } from "vitest";
import { compareEras } from "../../../../../src/core/compare/eras/index.ts";
import { rulesOf } from "../../../../../src/core/model/index.ts";
import type { CaptureSummary } from "../../../../../src/core/report/document/explain-document.ts";
import { erasPage } from "../../../../../src/core/report/page/eras-page.ts";
import { experimentPage } from "../../../../../src/core/report/page/experiment-page.ts";
import { explainPage } from "../../../../../src/core/report/page/explain-page.ts";
import { drawnCapture, fixtureCapture, reportedRun } from "../../../../support/drawn.ts";

const DOCUMENT = { schema: "listenq.lab-run/1" };
const CAPTURE: CaptureSummary = {
  file: "x.pcap",
  format: "pcap",
  linkTypes: ["ETHERNET"],
  packets: 9,
  first: null,
  last: null,
  skipped: [],
};

const drop = reportedRun("overflow-drop");
const experiment = experimentPage(drop, "the model of Linux 6.14", DOCUMENT);
const capture = explained("firewall-drops-syns");

function explained(name: string): string {
  return explainPage({ captures: [CAPTURE], ...drawnCapture(fixtureCapture(name)) });
}

function eras(): string {
  const [one, other] = ["3.10", "6.14"].map((era) => ({
    rules: rulesOf(era),
    result: reportedRun("syn-queue", era),
  }));
  if (one === undefined || other === undefined) throw new Error("no runs");
  const run = ({ rules, result }: typeof one) => ({ rules, trace: result.trace });
  const comparison = compareEras(one.result.scenario, run(one), run(other), { seed: 1 });
  return erasPage([one, other], [{ one, other, comparison }], DOCUMENT);
}

const PAGES = { experiment, capture, eras: eras() };

/** The places of some texts, in the order in which they stand. */
function inOrder(html: string, texts: readonly string[]): boolean {
  const places = texts.map((text) => html.indexOf(text));
  return places.every((place, at) => place >= 0 && place > (places[at - 1] ?? -1));
}

describe.each(Object.entries(PAGES))("the page of %s", (_name, html) => {
  const body = html.slice(html.indexOf("<body>"), html.indexOf('<script type="application/json"'));

  it("is one file that asks for nothing from elsewhere and runs nothing", () => {
    expect(body).not.toMatch(/<script|<link|<img|@import|url\(| on[a-z]+=| style=/i);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html.includes('content="default-src &#39;none&#39;')).toBe(true);
  });

  it("has no backtick left in it", () => {
    expect(body).not.toContain("`");
  });

  it("has each picture for a wide screen and for a narrow one, or beside each other in columns", () => {
    expect(body.includes('class="narrow"') || body.includes('class="pair"')).toBe(true);
    expect(html).toMatch(/prefers-color-scheme:\s*dark/);
    expect(html).toContain("@media print");
  });
});

describe("an experiment's page", () => {
  it("has the verdict first, then claims, then pictures, then tables", () => {
    expect(
      inOrder(experiment, [
        "8 of 8 claims hold",
        "<h2>Claims",
        "<h2>Who waited",
        "<h2>The packets",
        "<h2>Tables",
      ]),
    ).toBe(true);
    expect(experiment.match(/✔ holds/g)).toHaveLength(drop.claims.length + 1);
    expect(experiment).toContain(drop.experiment.question);
  });

  it("has every packet in a table", () => {
    for (const { number } of drop.trace.packets)
      expect(experiment).toContain(`<td class="number">${number}</td>`);
  });

  it("says what fails, and what is not supported", () => {
    const failed = {
      ...drop,
      verdict: "does not hold" as const,
      claims: drop.claims.map((one) => ({ ...one, holds: false })),
    };
    expect(experimentPage(failed, "Linux", DOCUMENT)).toContain("✖ does not hold");
    const reason = "no namespaces <here>";
    const none = {
      ...drop,
      verdict: "not supported" as const,
      claims: [],
      scenario: null,
      trace: null,
      reason,
    };
    expect(experimentPage(none, "Linux", DOCUMENT)).toMatch(
      /▲ not supported.*\n?.*no namespaces &lt;here&gt;/,
    );
  });

  it("shows the queues also where there are no packets", () => {
    const html = experimentPage(reportedRun("unix-socket"), "Linux", DOCUMENT);
    expect(html).toContain("<h2>The queues");
    expect(html).not.toContain("<h2>The packets");
  });
});

describe("a capture's page", () => {
  it("has the verdict first, then findings with what to do, then pictures, then tables", () => {
    expect(
      inOrder(capture, [
        'class="verdict',
        "<h2>Findings",
        "What to do",
        "<h2>Who waited",
        "<h2>The packets",
        "<h2>Tables",
      ]),
    ).toBe(true);
  });

  it.each([
    ["critical", "✖ critical"],
    ["warning", "▲ warning"],
    ["info", "○ info"],
  ] as const)("says how grave a finding is by a sign and a word: %s", (severity, words) => {
    const { explanation, conversations } = drawnCapture(fixtureCapture("firewall-drops-syns"));
    const findings = explanation.findings.map((one) => ({ ...one, severity }));
    const html = explainPage({
      captures: [CAPTURE],
      explanation: { ...explanation, findings },
      conversations,
    });
    expect(html).toContain(words);
    if (severity === "warning") expect(html).not.toContain('badge bad">✖ warning');
  });

  it("has a timeline and packets also where everything completed", () => {
    const html = explained("slow-serial-server");
    expect(html).toContain("Completed and answered (8)");
    expect(html).toContain("<h2>The packets");
  });

  it("does not calm where the capture does not show enough", () => {
    const { explanation, conversations } = drawnCapture(fixtureCapture("slow-serial-server"));
    const unclear = { ...explanation, findings: [], notShown: ["the answers of 10.0.0.1:80"] };
    const html = explainPage({ captures: [CAPTURE], explanation: unclear, conversations });
    expect(html).toContain("▲ not all is shown");
    expect(html).not.toContain("✔");
  });
});

describe("a page of two kernels", () => {
  it("says first where they part and why, and has both in columns", () => {
    expect(PAGES.eras).toMatch(/▲ differ<\/span>[\s\S]{0,60}Linux 3\.10 and 6\.14 part at/);
    expect(PAGES.eras).toContain("Because they differ in");
    expect(PAGES.eras).toContain("the server&#39;s SYN+ACK, lost at 0.105 s");
    expect(PAGES.eras.match(/<h3>Linux 3\.10<\/h3>/g)?.length).toBeGreaterThan(1);
  });
});

const HOSTILE = `</title><script>alert(1)</script><img src=x onerror="alert(2)">" onload='x' \`\u0000\u202e]]>--><!--`;

describe("names that strangers chose", () => {
  it("become no markup in a capture's page", () => {
    const { explanation, conversations } = drawnCapture(fixtureCapture("firewall-drops-syns"));
    const html = explainPage({
      captures: [{ ...CAPTURE, file: HOSTILE, first: HOSTILE, skipped: [{ reason: HOSTILE, count: 1 }] }],
      explanation: {
        ...explanation,
        listeners: explanation.listeners.map((one) => ({ ...one, port: HOSTILE, note: HOSTILE })),
        handshakes: explanation.handshakes.map((one) => ({ ...one, server: HOSTILE, note: HOSTILE })),
        findings: explanation.findings.map((one) => ({ ...one, title: HOSTILE, remedy: [HOSTILE] })),
      },
      conversations: conversations.map((one) => ({ ...one, server: HOSTILE, client: HOSTILE })),
    });
    expectHarmless(html);
  });

  it("become no markup in an experiment's page", () => {
    const scenario = {
      ...drop.scenario,
      title: HOSTILE,
      listeners: drop.scenario.listeners.map((one) => ({ ...one, name: HOSTILE })),
      clients: drop.scenario.clients.map((one, at) => ({ ...one, name: `${HOSTILE}${at}` })),
    };
    const trace = {
      ...drop.trace,
      samples: drop.trace.samples.map((one) => ({ ...one, listener: HOSTILE })),
      packets: drop.trace.packets.map((one) => ({ ...one, note: HOSTILE })),
    };
    const told = { ...drop.experiment, name: HOSTILE, question: HOSTILE, words: [HOSTILE] };
    expectHarmless(
      experimentPage({ ...drop, experiment: told, scenario, trace }, HOSTILE, { schema: HOSTILE }),
    );
  });
});

/** Of what was put in, no element and no attribute may have come. */
function expectHarmless(html: string): void {
  expect(html).toContain("&lt;script&gt;alert(1)");
  expect(html.match(/<script/g)).toEqual(["<script"]);
  expect(html).not.toMatch(/<img|<!--|<[^>]* on(?:error|load)=/i);
}
