import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { run as runBuilt } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const SEED = "test/fixtures/seed/tcpdump-drop.txt";

async function listenq(...args: string[]) {
  const io = fakeIo();
  return { code: await run(args, io), ...io.written };
}

describe("--report", () => {
  it("of simulate writes a page for each experiment, and says so", async () => {
    const { code, stderr, stdout } = await listenq(
      ...["simulate", "relisten", "head-of-line", "--report", at("model.html"), "--json"],
    );
    const files = [at("model.relisten.6.14.html"), at("model.head-of-line.6.14.html")];
    expect([code, stderr]).toEqual([0, files.map((file) => `wrote ${file}\n`).join("")]);
    const { experiments } = JSON.parse(stdout);
    expect(experiments.map((one: { artifacts: unknown }) => one.artifacts)).toEqual(
      files.map((report) => ({ pcap: null, report })),
    );
    expect(readFileSync(files[1] ?? "", "utf8")).toContain("on the model of Linux 6.14");
  });

  it("of lab run writes the page of this kernel's run, and --svg its packets", async () => {
    const args = ["somaxconn-per-namespace", "--report", at("lab.html"), "--svg", at("lab.svg"), "--json"];
    const { code, stdout } = await runBuilt(["lab", "run", ...args]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).experiments[0].artifacts).toEqual({ pcap: null, report: at("lab.html") });
    expect(readFileSync(at("lab.html"), "utf8")).toMatch(/on Linux \d/);
    expect(readFileSync(at("lab.svg"), "utf8")).toMatch(/^<svg /);
  });

  it("of simulate on several kernels writes one page with all of them, and says so once", async () => {
    const args = ["simulate", "relisten", "--kernel", "3.10,6.14", "--report", at("eras.html"), "--json"];
    const { stdout, stderr } = await listenq(...args);
    expect(stderr).toBe(`wrote ${at("eras.html")}\n`);
    const { experiments } = JSON.parse(stdout);
    for (const { artifacts } of experiments)
      expect(artifacts).toEqual({ pcap: null, report: at("eras.html") });
    const html = readFileSync(at("eras.html"), "utf8");
    expect(html).toContain("Linux 3.10 and 6.14 beside each other");
  });

  it("of simulate has its packets as a picture with --svg", async () => {
    await listenq("simulate", "relisten", "--svg", at("model.svg"));
    expect(readFileSync(at("model.svg"), "utf8")).toMatch(/^<svg [^>]*>\s*<title>[^<]+<\/title>\s*<style>/);
  });

  it("of explain writes the verdict, the findings and whoever suffered", async () => {
    const { code, stderr } = await listenq("explain", SEED, "--report", at("drop.html"));
    expect([code, stderr]).toEqual([0, `wrote ${at("drop.html")}\n`]);
    const html = readFileSync(at("drop.html"), "utf8");
    for (const text of [
      "capture-accept-overflow",
      "The final ACK was dropped",
      "127.0.0.1:59836",
      "[::1]:8088",
    ])
      expect(html).toContain(text);
  });

  it("of explain can be explained again: the same text, and the same document", async () => {
    const report = at("again.html");
    const asText = await listenq("explain", SEED, "--report", report);
    const again = await listenq("explain", report);
    expect([again.code, again.stderr]).toEqual([0, ""]);
    expect(again.stdout).toBe(asText.stdout);
    const asJson = await listenq("explain", SEED, "--json");
    expect(JSON.parse((await listenq("explain", report, "--json")).stdout)).toEqual(
      JSON.parse(asJson.stdout),
    );
  });

  it("of an experiment can be explained again: verdict and claims", async () => {
    await listenq("simulate", "relisten", "--kernel", "3.10,6.14", "--report", at("runs.html"));
    const { code, stdout } = await listenq("explain", at("runs.html"));
    expect(code).toBe(0);
    expect(stdout).toContain("On the model of Linux 3.10");
    expect(stdout).toMatch(/\d of \d claims hold\./);
  });

  it.each([
    [
      "an option that needs the capture",
      (html: string) => html,
      ["--annotate", "x"],
      "--annotate needs the capture; FILE is a report",
    ],
    [
      "a value of another kind",
      (html: string) => html.replace('"leftOut":0', '"leftOut":"many"'),
      [],
      "FILE: listeners.0.leftOut: ",
    ],
    ["a block that is cut", (html: string) => html.replace(/"notShown":.*/, ""), [], "FILE: "],
  ])("that was changed is refused in one line: %s", async (_name, change, options, words) => {
    await listenq("explain", SEED, "--report", at("changed.html"));
    writeFileSync(at("changed.html"), change(readFileSync(at("changed.html"), "utf8")));
    const { code, stdout, stderr } = await listenq("explain", at("changed.html"), ...options);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.replaceAll(at("changed.html"), "FILE")).toContain(words);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("prints nothing that steers a terminal, whatever was put into a report", async () => {
    await listenq("explain", SEED, "--report", at("steering.html"));
    const html = readFileSync(at("steering.html"), "utf8");
    writeFileSync(at("steering.html"), html.replace('"title":"', '"title":"\\u001b[31mred'));
    const { stdout } = await listenq("explain", at("steering.html"));
    expect(stdout).toContain("\u{fffd}[31mred");
    expect(stdout).not.toContain("\u001b");
  });

  it("changes nothing of what is printed", async () => {
    for (const name of ["slow-serial-server", "lossy-link-redis", "syn-flood-redis"]) {
      const file = `test/fixtures/captures/${name}.pcap`;
      const plain = await listenq("explain", file, "--json");
      const beside = await listenq("explain", file, "--json", "--report", at("beside.html"));
      expect(beside.stdout).toBe(plain.stdout);
    }
  });

  it("has the false addresses of --anonymize, and no real one", async () => {
    await listenq("explain", SEED, "--anonymize", "--report", at("anonymous.html"));
    const html = readFileSync(at("anonymous.html"), "utf8");
    expect(html).toContain("capture-1");
    expect(html).not.toContain("tcpdump-drop");
  });

  it.each([
    ["simulate", ["simulate", "relisten"]],
    ["lab run", ["lab", "run", "relisten"]],
    ["explain", ["explain", SEED]],
  ])("of %s refuses a folder in one line, before anything is done", async (_name, args) => {
    const { code, stdout, stderr } = await listenq(...args, "--report", folder);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`listenq: --report: cannot write ${folder}: it is a folder (EISDIR)\n`);
    expect(existsSync(at("undefined"))).toBe(false);
  });
});
