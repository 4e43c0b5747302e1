/**
 * The one-file executable and the npm form on the museum's oldest kernel, beside each other, on one listener whose queue is full. The
 * museum's tools and that kernel must be in its cache (`npm run museum -- facts --kernels 5.10.218`).
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { expect, it, type TestContext } from "vitest";
import { AptArchive } from "../../scripts/museum/archive/apt-archive.ts";
import { fetchKernel } from "../../scripts/museum/archive/fetch-kernel.ts";
import { fetchTools } from "../../scripts/museum/archive/fetch-tools.ts";
import { writeCpio } from "../../scripts/museum/image/cpio.ts";
import { commonImage, jobsImage, modulesImage } from "../../scripts/museum/image/guest-image.ts";
import { hostPrograms } from "../../scripts/museum/image/host-programs.ts";
import { readModules } from "../../scripts/museum/image/kernel-modules.ts";
import { chosenKernels, MUSEUM } from "../../scripts/museum/kernels.ts";
import { bootGuest, type GuestEnding } from "../../scripts/museum/machine/boot-guest.ts";
import { EXECUTABLE, PORT, timeless, whyNotTried } from "../support/executable.ts";

const CACHE = join(homedir(), ".cache/listenq-museum");
const KERNEL = MUSEUM[0]?.id ?? "";
const CAPTURE = "test/fixtures/captures/defer-accept-nginx.pcap";
const HANGS_MS = 1_500_000;
const DOCUMENTS = [
  ["ls", "--json"],
  ["why", String(PORT), "--for", "300ms", "--json"],
  ["explain", "/capture.pcap", "--json"],
];

/** A listener, clients that stay in its queue, then each document by both forms. By the guest's clock, which idle time does not hold up. */
const GUEST_PROGRAM = `
import { spawn, spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
const server = 'require("node:net").createServer().listen({ port: ${PORT}, host: "127.0.0.1", backlog: 2 }, () => process.kill(process.pid, "SIGSTOP"))';
const clients = 'for (let one = 0; one < 3; one += 1) require("node:net").connect(${PORT}, "127.0.0.1")';
spawn("node", ["-e", server], { stdio: "ignore" });
while (!spawnSync("ss", ["-lntH"], { encoding: "utf8" }).stdout.includes(":${PORT}")) await pause(100);
spawn("node", ["-e", clients], { stdio: "ignore" });
await pause(5000);
const forms = { npm: ["node", "/listenq/dist/cli/main.js"], executable: ["/bin/listenq"] };
const results = ${JSON.stringify(DOCUMENTS)}.map((args) =>
  Object.fromEntries(Object.entries(forms).map(([form, [program, ...first]]) => {
    const { status, stdout, stderr } = spawnSync(program, [...first, ...args], { encoding: "utf8" });
    return [form, { status, stdout, stderr }];
  })));
process.stdout.write(JSON.stringify(results), () => process.exit(0));
`;

interface Printed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

it(
  `prints on Linux ${KERNEL} what the npm form prints there`,
  async (context) => {
    const { how, console, answers } = await bootBothForms(context);
    expect([how, console.slice(-5), answers[0]?.stderr]).toEqual(["done", expect.anything(), ""]);
    const results = JSON.parse(answers[0]?.stdout ?? "") as { npm: Printed; executable: Printed }[];
    expect(results.length).toBe(DOCUMENTS.length);
    for (const { npm, executable } of results) {
      expect([executable.status, executable.stderr]).toEqual([npm.status, npm.stderr]);
      expect(npm.stdout).toContain('"schema"');
      expect(timeless(executable.stdout)).toEqual(timeless(npm.stdout));
    }
    const [listing] = results;
    expect(JSON.parse(listing?.executable.stdout ?? "").kernel.release).toContain("5.10");
    expect(JSON.parse(listing?.executable.stdout ?? "").listeners).toMatchObject([
      { port: PORT, acceptQueue: { length: 3, limit: 2 } },
    ]);
  },
  HANGS_MS,
);

async function bootBothForms(context: TestContext): Promise<GuestEnding> {
  const notTried = whyNotTried();
  if (notTried !== null) context.skip(notTried);
  const programs = mkdtempSync(join(tmpdir(), "listenq-guest-"));
  try {
    const [kernel] = chosenKernels([KERNEL]);
    if (kernel === undefined) throw new Error("the museum has no kernel");
    const signal = context.signal;
    const fetched = [
      fetchTools(CACHE, signal),
      fetchKernel(kernel, new AptArchive(join(CACHE, "apt"), signal), CACHE),
    ] as const;
    const found = await Promise.all(fetched).catch((error: Error) => error);
    if (found instanceof Error) return context.skip(`not in the museum's cache: ${found.message}`);
    const [tools, { image, modules }] = found;
    await bundleGuestProgram("run-jobs", programs);
    writeFileSync(join(programs, "both-forms.mjs"), GUEST_PROGRAM);
    const archives = [
      await commonImage(tools.busybox, programs),
      writeCpio([
        ...(await hostPrograms({ "/bin/listenq": EXECUTABLE })),
        { path: "/capture.pcap", kind: "file", data: readFileSync(CAPTURE) },
      ]),
      modulesImage(await readModules(modules)),
      jobsImage([{ name: "forms", command: ["node", "/museum/both-forms.mjs"], limitMs: 600_000 }]),
    ];
    return await bootGuest(tools, { image, archives, limitMs: HANGS_MS, signal });
  } finally {
    rmSync(programs, { recursive: true });
  }
}

async function bundleGuestProgram(name: string, folder: string): Promise<void> {
  const bundle = await rolldown({ input: `scripts/museum/guest/${name}.ts`, platform: "node" });
  await bundle.write({ file: join(folder, `${name}.mjs`), format: "esm" });
  await bundle.close();
}
