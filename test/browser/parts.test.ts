import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { source as axe } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LESSONS } from "../../src/core/stage/index.ts";
import {
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { goToEnd, type OpenedPage, openPage } from "../support/browser.ts";
import { whyNoChromium } from "../support/chromium.ts";
import { isRoot, PROGRAM, run } from "../support/cli.ts";

const CAPTURES = resolve("test/fixtures/captures");
const SCRIPT = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>`;
/** RIGHT-TO-LEFT OVERRIDE. */
const TURNED = "\u202e";
const FILE_FIELD = "A capture, a listing or a report";

/** Each state that the page can be in, and how it gets there. */
const PAGE_STATES: Readonly<Record<string, { hash: string; prepare(page: Page): Promise<unknown> }>> = {
  learn: { hash: "#/learn", prepare: async () => undefined },
  "a lesson answered": {
    hash: "#/learn",
    prepare: async (page) => {
      const figure = page.getByRole("article").first();
      await figure.getByRole("radio").first().check();
      await figure.getByRole("button", { name: "Run it" }).click();
      await figure.getByRole("button", { name: "Go there" }).click();
      await figure.getByText("Proof on a kernel").first().waitFor();
    },
  },
  playground: { hash: "#/play", prepare: goToEnd },
  "a wrong field": {
    hash: "#/play?backlog=nonsense",
    prepare: async (page) => await page.getByRole("alert").first().waitFor(),
  },
  "two kernels": { hash: "#/play?experiment=overflow-drop&beside=3.10", prepare: goToEnd },
  live: { hash: "#/live", prepare: async (page) => await page.getByRole("table").first().waitFor() },
  "a listener opened": {
    hash: "#/live",
    prepare: async (page) => {
      await page.getByRole("table").first().getByRole("button").first().click();
      await page.getByRole("region", { name: /^Listener / }).waitFor();
    },
  },
  reports: { hash: "#/reports", prepare: async () => undefined },
  "a capture explained": {
    hash: "#/reports",
    prepare: async (page) => {
      await page.getByLabel(FILE_FIELD).setInputFiles(join(CAPTURES, "slow-serial-server.pcap"));
      await page.getByRole("button", { name: "Save this report" }).waitFor();
    },
  },
};

/** How many elements of the report that is shown are of these kinds; it stands in a tree of its own. */
async function reportElements(page: Page, selector: string): Promise<number> {
  return await page
    .locator(".report")
    .evaluate(
      (host, wanted) =>
        (
          host as unknown as { shadowRoot: { querySelectorAll(selector: string): unknown[] } }
        ).shadowRoot.querySelectorAll(wanted).length,
      selector,
    );
}

/** The words of the report that is shown. */
async function reportText(page: Page): Promise<string> {
  return await page
    .locator(".report")
    .evaluate((host) => (host as unknown as { shadowRoot: { textContent: string } }).shadowRoot.textContent);
}

describe.skipIf(whyNoChromium !== null)(`the other parts in Chromium (skipped if: ${whyNoChromium})`, () => {
  let opened: OpenedPage;
  let folder: string;
  const cleanups: (() => unknown)[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "listenq-browser-"));
    opened = await openPage("--unix");
  });
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
    await opened?.close();
    rmSync(folder, { recursive: true });
  });
  const isHit = () => opened.page.evaluate("window.hit === 1");

  it("leads through six figures: a prediction, a run, an answer with its proof", async () => {
    const { page, go } = opened;
    await go("#/learn");
    for (const { title, choices, answer, proof } of LESSONS) {
      const figure = page.getByRole("article", { name: new RegExp(`\\d ${title}$`) });
      expect(await figure.getByRole("button", { name: "Predict first" }).isDisabled()).toBe(true);
      await figure.getByRole("radio", { name: choices[answer] ?? "" }).check();
      await figure.getByRole("button", { name: "Run it" }).click();
      await figure.getByRole("button", { name: "Go there" }).click();
      await figure.getByText("As you said.").waitFor();
      expect(await figure.getByRole("status").textContent()).toContain(`listenq lab run ${proof}`);
    }
  });

  it.each(["slow-serial-server.pcap", "syn-flood-redis.pcap", "firewall-drops-acks.pcap"])(
    "says of a dropped %s what listenq explain says",
    async (name) => {
      const { page, go } = opened;
      await go("#/reports");
      await page.getByLabel(FILE_FIELD).setInputFiles(join(CAPTURES, name));
      await page.getByText("What listenq explain prints").click();
      const shown = await page.locator("details pre").textContent();
      const { stdout } = spawnSync(process.execPath, [PROGRAM, "explain", name], {
        cwd: CAPTURES,
        encoding: "utf8",
      });
      expect(shown?.trim()).toBe(stdout.trim());
      expect(shown).toMatch(/^Findings$/m);
    },
  );

  it("tells a broken capture in the command's words", async () => {
    const { page, go } = opened;
    const file = join(folder, "broken.pcap");
    writeFileSync(file, "this is no capture at all, whatever its name says");
    const { stderr } = await run(["explain", file]);
    await go("#/reports");
    await page.getByLabel(FILE_FIELD).setInputFiles(file);
    expect(`listenq: ${await page.getByRole("alert").textContent()}`).toBe(
      stderr.trim().replace(`${folder}/`, ""),
    );
  });

  it("shows a report that is dropped back, and takes a scenario to the playground", async () => {
    const { page, go } = opened;
    const [report, scenario] = [join(folder, "r.html"), join(folder, "s.yaml")];
    await run(["simulate", "overflow-drop", "--report", report]);
    await go("#/reports");
    await page.getByLabel(FILE_FIELD).setInputFiles(report);
    await page
      .getByText("client 4 is ESTABLISHED at its own end and SYN_RECV at the server's.")
      .first()
      .waitFor();
    writeFileSync(
      scenario,
      "scenario: Mine.\nlistener: { backlog: 9 }\nclients: [{ at: 0ms }]\nduration: 1s\n",
    );
    await page.getByLabel(FILE_FIELD).setInputFiles(scenario);
    await page.getByRole("heading", { name: "Mine." }).waitFor();
  });

  it("runs nothing that stands in names, scenarios and reports", async () => {
    const { page, go } = opened;
    const server = createServer().listen({ path: `\0${SCRIPT.slice(0, 60)}`, backlog: 3 });
    await once(server, "listening");
    cleanups.push(() => server.close());
    await go("#/live");
    await page.getByRole("button", { name: /<img src=x onerror/ }).click();
    await page.getByRole("region", { name: /Listener .*<img/ }).waitFor();
    const scenario = join(folder, "hostile.yaml");
    const name = JSON.stringify(SCRIPT);
    writeFileSync(
      scenario,
      `scenario: ${name}\nlistener: { name: ${name}, backlog: 0 }\nclients: [{ at: 0ms, name: ${name} }]\nduration: 1s\n`,
    );
    await go("#/reports");
    await page.getByLabel(FILE_FIELD).setInputFiles(scenario);
    await page.getByRole("heading", { name: SCRIPT }).waitFor();
    await goToEnd(page);
    const report = join(folder, "hostile.html");
    const harmful = [
      SCRIPT,
      `<svg onload="window.hit=1"><script>window.hit=1</script></svg>`,
      `<iframe srcdoc="${SCRIPT.replaceAll('"', "'")}"></iframe>`,
      `<a href="javascript:window.hit=1">run</a>`,
      `<form action="http://evil.example"><button>x</button></form>`,
      `<p style="background:url(http://evil.example)">end</p>`,
    ];
    writeFileSync(report, `<!doctype html><body>${harmful.join("\n")}</body>`);
    await go("#/reports");
    await page.getByLabel(FILE_FIELD).setInputFiles(report);
    await page.getByText("run", { exact: true }).click();
    expect(await isHit()).toBe(false);
    expect(await reportElements(page, "script,img,iframe,form,[onload],[style],[href]")).toBe(0);
    // What the policy refused while the report was parsed, before it was taken apart.
    for (const complaint of opened.complaints.splice(0))
      expect(complaint).toContain("Content Security Policy");
  });

  it("shows a process's name and a socket's path as text, whatever they are", async () => {
    const { page, go } = opened;
    // A name of 15 bytes that would begin an element, and a path that would turn the direction of writing.
    const title = "<img src=x on=1";
    const program = `process.title=${JSON.stringify(title)};require("node:net").createServer().listen(0,"127.0.0.1",function(){console.log(this.address().port)})`;
    const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    cleanups.push(() => child.kill());
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    const server = createServer().listen({ path: `\0turned${TURNED}${process.pid}`, backlog: 3 });
    await once(server, "listening");
    cleanups.push(() => server.close());
    await go("#/live");
    const row = page.getByRole("row", { name: new RegExp(`:${String(said).trim()}\\b`) });
    await row.getByText(title).waitFor();
    await page.getByRole("button", { name: `turned\ufffd${process.pid}` }).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.locator("main").textContent()).not.toContain(TURNED);
  });

  it("shows a capture's comments and its file's name as text", async () => {
    const { page, go } = opened;
    const [scenario, capture] = [join(folder, "comments.yaml"), join(folder, "comments.pcapng")];
    const name = JSON.stringify(`${SCRIPT.slice(0, 40)}${TURNED}`);
    writeFileSync(
      scenario,
      `scenario: ${JSON.stringify(SCRIPT)}\nlistener: { backlog: 0 }\nclients: [{ at: 0ms, name: ${name} }]\nduration: 1s\n`,
    );
    await run(["simulate", scenario, "--pcap", capture]);
    await go("#/reports");
    await page.getByLabel(FILE_FIELD).setInputFiles({
      name: `${SCRIPT.replaceAll("/", "")}${TURNED}.pcapng`,
      mimeType: "application/octet-stream",
      buffer: readFileSync(capture),
    });
    await page.getByRole("button", { name: "Save this report" }).waitFor();
    await page.getByText("What listenq explain prints").click();
    const text = await reportText(page);
    expect(text).toContain("<img src=x onerror=");
    expect(text).not.toContain(TURNED);
    expect(await reportElements(page, "script,img,[onerror]")).toBe(0);
    expect(await isHit()).toBe(false);
    writeFileSync(
      scenario,
      `scenario: "turned \\u202E names"\nlistener: { backlog: 0 }\nclients: [{ at: 0ms, name: "a\\u202Eb" }]\nduration: 1s\n`,
    );
    await page.getByLabel(FILE_FIELD).setInputFiles(scenario);
    await page.getByRole("heading", { name: "turned \ufffd names" }).waitFor();
    await goToEnd(page);
    expect(await page.locator("main").textContent()).not.toContain(TURNED);
  });

  it("shows a listener that fills as full, and who waits", async () => {
    const { page, go } = opened;
    await go("#/live");
    const fd = openListener({ address: "127.0.0.1", port: 0, backlog: 1 });
    cleanups.push(() => closeSocket(fd));
    const { localEndpoint } = await import("../../src/system/linux/socket/tcp-socket.ts");
    const name = localEndpoint(fd);
    const row = page.getByRole("row", { name: new RegExp(name) });
    await row.waitFor();
    const port = Number(name.split(":").at(-1));
    for (let client = 0; client < 2; client += 1) {
      const socket = openTcpSocket("127.0.0.1");
      cleanups.push(() => closeSocket(socket));
      connectTo(socket, "127.0.0.1", port);
    }
    const filledAt = performance.now();
    await row.getByText("FULL", { exact: true }).waitFor();
    console.log(`full in Live after ${(performance.now() - filledAt).toFixed(0)} ms`);
    await row.getByRole("button").click();
    const detail = page.getByRole("region", { name: `Listener ${name}` });
    await detail.getByText("2 of 2 (limit 1)").waitFor();
    await detail.getByText(/2 clients, 0 that have closed/).waitFor();
  });

  it.skipIf(!isRoot)("runs an experiment on this kernel and watches it (skipped if not root)", async () => {
    const { page, go } = opened;
    await go("#/reports");
    const section = page.getByRole("region", { name: "An experiment on this kernel" });
    await section.getByLabel("Experiment").selectOption("capacity");
    await section.getByRole("button", { name: "Run it on this kernel" }).click();
    await goToEnd(page);
    await section.getByRole("heading", { name: /\d+ of \d+ claims hold on Linux \d/ }).waitFor();
  });

  it.each(Object.entries(PAGE_STATES))(
    "has no serious violation of accessibility, light or dark: %s",
    async (_, { hash, prepare }) => {
      const { page, go } = opened;
      await go(hash);
      await prepare(page);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(axe);
        const found = (await page.evaluate("axe.run()")) as {
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        };
        const grave = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(grave.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0]?.html}`)).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: "light" });
    },
  );

  it("complained of nothing", () => {
    expect(opened.complaints).toEqual([]);
  });
});
