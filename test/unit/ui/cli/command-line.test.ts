import { describe, expect, it } from "vitest";
import { run } from "../../../../src/ui/cli/run.ts";
import { fakeIo } from "../../../fakes/io.ts";

async function typed(...args: string[]) {
  const io = fakeIo();
  const code = await run(args, io);
  return { code, ...io.written };
}

describe("a command line", () => {
  it.each([
    [["lss"], "there is no command lss; did you mean ls?"],
    [["explian"], "there is no command explian; did you mean explain?"],
    [["rec"], "there is no command rec; did you mean record?"],
    [["help", "nope"], "there is no command nope; listenq --help lists them"],
    [["nope", "--help"], "there is no command nope; listenq --help lists them"],
    [["lab", "lst"], "there is no command lst; did you mean list?"],
    [["help", "lab", "nothing"], "there is no command nothing; listenq lab --help lists them"],
    [[""], 'there is no command ""; listenq --help lists them'],
    [["probe-chil"], "there is no command probe-chil; listenq --help lists them"],
  ])("with a command that does not exist says so: %j", async (args, words) => {
    const { code, stdout, stderr } = await typed(...args);
    expect([code, stdout, stderr]).toEqual([2, "", `listenq: ${words}\n`]);
  });

  it.each([[["-h"]], [["--help"]], [["help"]]])("of %j lists the commands", async (args) => {
    const { code, stdout } = await typed(...args);
    expect(stdout).toMatch(/^Usage: listenq/);
    expect(stdout).toContain("why [options] [target]");
    expect(code).toBe(0);
  });

  it.each([
    [["why", "-h"], "Usage: listenq why"],
    [["help", "why"], "Usage: listenq why"],
    [["help", "lab", "run"], "Usage: listenq lab run"],
  ])("of %j is that command's help", async (args, usage) => {
    const { code, stdout } = await typed(...args);
    expect(stdout).toContain(usage);
    expect(code).toBe(0);
  });

  it("knows -V", async () => {
    expect((await typed("-V")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

const COMMANDS = [
  ...["ls", "why", "top", "record", "replay", "doctor", "explain", "lab list", "lab run", "simulate"],
  ...["server", "load", "verify", "exporter", "completion", "plan", "docs", "raise", "victims", "clients"],
];

describe("the help", () => {
  it.each(COMMANDS.flatMap((command) => [60, 80, 120].map((width) => [command, width] as const)))(
    "of %s fits into %i columns",
    async (command, width) => {
      const io = fakeIo();
      Object.assign(io.stdout, { isTTY: true, columns: width });
      await run([...command.split(" "), "--help"], io);
      const lines = io.written.stdout.split("\n");
      expect(lines).toContain("Examples:");
      // What is to be typed is never broken.
      const free = lines.filter((line) => !/^ {2}.*(listenq|\|)/.test(line));
      expect(free.filter((line) => line.length > width)).toEqual([]);
    },
  );
});
