// Runs an image as the DaemonSet would, with podman, and takes each capability away: what it shows of another container's
// listener, and what it says. For root: node scripts/try-image.mjs localhost/listenq:0.1.0. PODMAN may hold options of its own.
// Exit code 1 if an exporter does not answer, or if it is blind and silent.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";

const [image = "localhost/listenq:0.1.0"] = process.argv.slice(2);
const [program, ...own] = (process.env["PODMAN"] ?? "podman").split(" ");
const LIMITS = ["--ulimit=nproc=4000:4000", "--ulimit=nofile=4096:4096"];
const PORT = 28_080;
// The image has no other program: its own slow server is the other container's.
const SERVER = ["server", "--address", "0.0.0.0", "--port", String(PORT), "--backlog", "4"];

const manifest = parse(readFileSync(new URL("../deploy/kubernetes/daemonset.yaml", import.meta.url), "utf8"));
const [{ args, securityContext }] = manifest.spec.template.spec.containers;
const all = securityContext.capabilities.add;

function podman(...words) {
  const { status, stdout, stderr, error } = spawnSync(program, [...own, ...words], { encoding: "utf8" });
  if (error !== undefined || status !== 0) throw new Error(`podman ${words.join(" ")}: ${error ?? stderr}`);
  return { stdout: stdout.trim(), stderr };
}

function get(pid, path) {
  const url = `http://127.0.0.1:9842${path}`;
  return spawnSync("nsenter", ["-t", pid, "-n", "curl", "-sf", "-m", "5", url], { encoding: "utf8" });
}

async function answers(pid) {
  for (let tries = 0; tries < 50; tries += 1) {
    if (get(pid, "/healthz").status === 0) return true;
    await sleep(100);
  }
  return false;
}

async function run(capabilities) {
  const { stdout: id } = podman(
    ...[
      "run",
      "--detach",
      "--pid=host",
      "--network=none",
      "--user=0",
      "--read-only",
      "--read-only-tmpfs=false",
    ],
    ...["--security-opt=no-new-privileges", "--memory=256m", "--cap-drop=ALL", ...LIMITS],
    ...capabilities.map((name) => `--cap-add=${name}`),
    ...[image, ...args],
  );
  try {
    const pid = podman("inspect", "--format={{.State.Pid}}", id).stdout;
    if (!(await answers(pid))) throw new Error(`no answer: ${podman("logs", id).stderr}`);
    const page = get(pid, "/metrics").stdout;
    const isAsked = (line) =>
      line.startsWith("listenq_accept_queue_limit") && line.includes(`port="${PORT}"`);
    const row = page.split("\n").find(isAsked) ?? null;
    const said = podman("logs", id)
      .stderr.split("\n")
      .filter((one) => one !== "" && !one.includes("metrics at"));
    return { row, said };
  } finally {
    podman("rm", "--force", "--time=3", id);
  }
}

const user = ["--user=1000", "--network=none", "--cap-drop=ALL", ...LIMITS];
const server = podman("run", "--detach", ...user, image, ...SERVER).stdout;
try {
  for (const missing of [null, ...all]) {
    const { row, said } = await run(all.filter((name) => name !== missing));
    const isWhole = row?.includes(`process="node-MainThread",container="${server}"`) ?? false;
    console.log(
      `${missing === null ? "all three" : `without ${missing}`}: ${row ?? "the other container is not shown"}`,
    );
    for (const words of said) console.log(`  ${words}`);
    const isAsExpected =
      missing === null ? isWhole : !isWhole && said.some((one) => one.includes(`CAP_${missing}`));
    if (!isAsExpected) process.exitCode = 1;
  }
} finally {
  podman("rm", "--force", "--time=1", server);
}
