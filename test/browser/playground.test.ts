import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../src/core/experiment/index.ts";
import { parseScenario } from "../../src/core/scenario/index.ts";
import { FIRST_SETTINGS, settingsText, stageOf } from "../../src/core/stage/index.ts";
import { goToEnd, type OpenedPage, openPage } from "../support/browser.ts";
import { whyNoChromium } from "../support/chromium.ts";
import { run } from "../support/cli.ts";

interface SimulateDocument {
  readonly experiments: readonly { readonly name: string; readonly trace: Parameters<typeof stageOf>[1] }[];
}

function sha256(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

describe.skipIf(whyNoChromium !== null)(`the playground in Chromium (skipped if: ${whyNoChromium})`, () => {
  let opened: OpenedPage;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "listenq-browser-"));
    opened = await openPage();
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true });
  });

  it("brings every experiment to its documented end, with the trace of listenq simulate", async () => {
    const { page, go } = opened;
    const { stdout } = await run(["simulate", "--all", "--json"]);
    const document = JSON.parse(stdout) as SimulateDocument;
    await go("#/play");
    for (const { name, question, claims } of EXPERIMENTS) {
      await page.getByLabel("Experiment").selectOption(name);
      await page.getByRole("heading", { name: question }).waitFor();
      await goToEnd(page);
      await page
        .getByRole("heading", { name: `${claims.length} of ${claims.length} claims hold on Linux 6.14` })
        .waitFor();
      const trace = document.experiments.find((one) => one.name === name)?.trace;
      await expect
        .poll(() => page.getByText("Trace of the first run").textContent(), { message: name })
        .toContain(sha256(trace));
    }
  });

  it("plays, steps and scrubs through the same story, that of the trace of listenq simulate", async () => {
    const { page, go } = opened;
    const { stdout } = await run(["simulate", "overflow-drop", "--json"]);
    const { trace } = (JSON.parse(stdout) as SimulateDocument)
      .experiments[0] as SimulateDocument["experiments"][0];
    const scenario = EXPERIMENTS.find(({ name }) => name === "overflow-drop")?.scenario({
      faithful: false,
      family: "ipv4",
      synQueueTest: ">",
    });
    if (scenario === undefined) throw new Error("no overflow-drop");
    const { story } = stageOf(scenario, trace);
    const told = story.map(
      ({ at, text, tone }) => `${(at / 1000).toFixed(3)} ${tone === "bad" ? "\u2715 " : ""}${text}`,
    );
    const log = () => page.getByRole("log", { name: "What happens" }).locator("p").allTextContents();
    await go("#/play?experiment=overflow-drop");
    const step = page.getByRole("button", { name: "Step on" });
    await step.waitFor();
    await page.getByLabel("Speed").selectOption("8");
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByRole("button", { name: "Play again" }).waitFor();
    expect(await log()).toEqual(told);
    await page.getByRole("button", { name: "Back to the start" }).click();
    const moments = new Set(story.map(({ at }) => at));
    for (let steps = 0; steps <= moments.size && (await log()).length < told.length; steps += 1) {
      const shown = await log();
      expect(shown).toEqual(told.slice(0, shown.length));
      await step.click();
    }
    expect(await log()).toEqual(told);
    await page.getByRole("button", { name: "Step back" }).click();
    expect((await log()).length).toBeLessThan(told.length);
    await goToEnd(page);
    expect(await log()).toEqual(told);
  });

  it("shows both queues as lists, and the lines of ss and listenq ls, at the moment that is shown", async () => {
    const { page, go } = opened;
    await go("#/play?experiment=overflow-drop");
    const time = page.getByRole("slider", { name: "Time" });
    await time.waitFor();
    for (
      let steps = 0;
      steps < 100 && !(await time.getAttribute("aria-valuetext"))?.startsWith("0.588");
      steps += 1
    )
      await page.getByRole("button", { name: "Step on" }).click();
    expect(
      await page.getByRole("region", { name: "Accept queue" }).getByRole("listitem").allTextContents(),
    ).toEqual(["client 2", "client 3"]);
    expect(
      await page.getByRole("region", { name: "SYN queue" }).getByRole("listitem").allTextContents(),
    ).toEqual(["client 4"]);
    expect(await page.getByLabel("ss -lnt").textContent()).toMatch(/^LISTEN {2}2 +1 +192\.0\.2\.2:8088/m);
    expect(await page.getByLabel("listenq ls").textContent()).toMatch(/^192\.0\.2\.2:8088 {2}2 of 2 FULL/m);
    await page.getByText("What each client believes").click();
    expect(await page.getByRole("row", { name: /client 4/ }).textContent()).toContain(
      "thinks it is connected",
    );
  });

  it("tells what is typed wrongly beside its field, in the command's words", async () => {
    const { page, go } = opened;
    await go("#/play");
    const backlog = page.getByLabel("Backlog", { exact: true });
    await backlog.fill("lots");
    const file = join(folder, "playground");
    writeFileSync(file, settingsText({ ...FIRST_SETTINGS, backlog: "lots" }));
    const { stderr } = await run(["simulate", file]);
    const words = stderr.trim().replace(`listenq: ${folder}/`, "");
    expect(words).toMatch(/^playground:\d+:\d+: listener\.backlog: /);
    await expect.poll(() => backlog.getAttribute("aria-invalid")).toBe("true");
    const id = await backlog.getAttribute("aria-describedby");
    expect(await page.locator(`[id="${id}"]`).textContent()).toBe(words);
  });

  it("tells the story of the run that was chosen last", async () => {
    const { page, go } = opened;
    await go("#/play?experiment=overflow-drop");
    await page.getByRole("button", { name: "Step on" }).waitFor();
    await page.getByLabel("Backlog", { exact: true }).waitFor({ state: "detached" });
    await page.getByLabel("Experiment").selectOption("overflow-abort");
    await page
      .getByRole("heading", {
        name: EXPERIMENTS.find(({ name }) => name === "overflow-abort")?.question ?? "",
      })
      .waitFor();
    await goToEnd(page);
    await page
      .getByRole("log", { name: "What happens" })
      .getByText("is reset by the server")
      .first()
      .waitFor();
  });

  it("keeps what is chosen in the address, and gives it back", async () => {
    const { page, go } = opened;
    await go("#/play");
    await page.getByLabel("Backlog", { exact: true }).fill("5");
    await page.getByLabel("They come").selectOption("bursts");
    await page.getByLabel("Kernel").selectOption("3.10");
    await expect.poll(() => page.url()).toMatch(/#\/play\?backlog=5&arrival=bursts&kernel=3.10$/);
    await page.reload();
    await expect.poll(() => page.getByLabel("Backlog", { exact: true }).inputValue()).toBe("5");
    expect(await page.getByLabel("Kernel").inputValue()).toBe("3.10");
  });

  it("sends one client for each click, and shows one refused", async () => {
    const { page, go } = opened;
    await go("#/play?arrival=clicks&backlog=0&accept=never");
    const send = page.getByRole("button", { name: "Send a client now" });
    for (const count of [2, 3, 4]) {
      await send.click();
      await expect
        .poll(() => new URL(page.url()).hash.match(/clicks=([^&]*)/)?.[1]?.split("+").length)
        .toBe(count);
    }
    await expect
      .poll(async () => {
        await goToEnd(page);
        return page.getByText("Refused by the full accept queue").textContent();
      })
      .toMatch(/: [1-9]/);
  });

  it("puts two kernels beside each other and says which rule makes them differ", async () => {
    const { page, go } = opened;
    await go("#/play?experiment=overflow-loopback&beside=3.10");
    await page.getByRole("region", { name: "Linux 3.10" }).waitFor();
    await page
      .getByText(/They differ in whether a SYN that meets a full accept queue is refused at once/)
      .waitFor();
    expect(await page.getByRole("log", { name: "What happens" }).count()).toBe(2);
  });

  it("saves the scenario, the packets and the report of the command line", async () => {
    const { page, go } = opened;
    await go("#/play?experiment=overflow-abort");
    const names = { "Scenario file": "s.yaml", "Packets (pcapng)": "p.pcapng", Report: "r.html" };
    const saved: Record<string, Buffer> = {};
    for (const [button, name] of Object.entries(names)) {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: button }).click();
      const path = join(folder, name);
      await (await download).saveAs(path);
      saved[name] = readFileSync(path);
    }
    const [pcap, report] = [join(folder, "cli.pcapng"), join(folder, "cli.html")];
    await run(["simulate", "overflow-abort", "--pcap", pcap, "--report", report]);
    expect(saved["p.pcapng"]?.equals(readFileSync(pcap))).toBe(true);
    expect(saved["r.html"]?.equals(readFileSync(report))).toBe(true);
    expect(parseScenario(String(saved["s.yaml"]), "s.yaml").listeners[0]?.backlog).toBe(1);
  });

  it("saves each of two runs beside each other, and names them by what is different", async () => {
    const { page, go } = opened;
    await go("#/play?backlog=1&besideBacklog=6");
    for (const backlog of [1, 6]) {
      await page.getByRole("region", { name: `backlog ${backlog}`, exact: true }).waitFor();
      const download = page.waitForEvent("download");
      await page
        .getByRole("group", { name: `Save backlog ${backlog}` })
        .getByRole("button", { name: "Scenario file" })
        .click();
      const path = join(folder, `beside-${backlog}.yaml`);
      await (await download).saveAs(path);
      expect(parseScenario(readFileSync(path, "utf8"), path).listeners[0]?.backlog).toBe(backlog);
    }
  });

  it("shows the counters of the moment", async () => {
    const { page, go } = opened;
    await go("#/play?experiment=overflow-drop");
    const nstat = page.getByLabel("nstat");
    await expect.poll(() => nstat.textContent()).toMatch(/TcpExtListenOverflows +0 /);
    await goToEnd(page);
    expect(await nstat.textContent()).toMatch(/TcpExtListenOverflows +8 /);
  });

  it("prints the answers of lessons that were not run", async () => {
    const { page, go } = opened;
    await go("#/learn");
    const answer = page.locator(".in-print");
    expect(await answer.first().isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await answer.count()).toBe(6);
    for (const one of await answer.all()) expect(await one.isVisible()).toBe(true);
    await page.emulateMedia({ media: "screen" });
  });

  it("starts in step mode where reduced motion is wanted", async () => {
    const { page, go } = opened;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await go("#/play?experiment=overflow-drop");
    await page.getByLabel("Experiment").selectOption("overflow-abort");
    await page
      .getByRole("heading", { name: /What changes with|abort/i })
      .first()
      .waitFor();
    expect(await page.getByRole("button", { name: "Play", exact: true }).count()).toBe(1);
    expect(await page.getByRole("slider", { name: "Time" }).inputValue()).toBe("0");
    await page.emulateMedia({ reducedMotion: "no-preference" });
  });

  it("complained of nothing", () => {
    expect(opened.complaints).toEqual([]);
  });
});
