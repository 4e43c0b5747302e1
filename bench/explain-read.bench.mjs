/**
 * How fast captures are read: a million packets of short connections through the streaming reader with a sink that only counts, as a
 * whole process, beside the tools that people have. Memory for that file and for one ten times as large.
 *
 * @module
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { figure, runBench } from "./bench.mjs";
import { isInstalled } from "./c-program.mjs";
import { writeConnections } from "./connections-capture.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const PACKETS = 1_000_000;
const ROUNDS = 9;
const READER = fileURLToPath(new URL("./read-segments.mjs", import.meta.url));

/** Whole processes; the slow ones are run less often. */
const PEERS = [
  { id: "capinfos", text: "capinfos FILE", rounds: ROUNDS, command: (file) => ["capinfos", file] },
  {
    id: "tcpdump",
    text: "tcpdump -nn -r FILE",
    rounds: 3,
    command: (file) => ["tcpdump", "-nn", "-r", file],
  },
  {
    id: "conv",
    text: "tshark -q -z conv,tcp",
    rounds: 1,
    command: (file) => ["tshark", "-r", file, "-q", "-z", "conv,tcp"],
  },
  {
    id: "fields",
    text: "tshark -T fields (stream, retransmission)",
    rounds: 1,
    command: (file) => [
      ...["tshark", "-r", file, "-T", "fields"],
      ...["-e", "tcp.stream", "-e", "tcp.analysis.retransmission"],
    ],
  },
];

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "listenq-bench-"));
  try {
    const file = join(folder, "million.pcap");
    writeConnections(file, PACKETS);
    const figures = [...peerFigures(file)];
    return {
      figures: [...figures, ...memoryFigures(file, join(folder, "ten-million.pcap"))],
      notes: notes(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function notes() {
  return PEERS.filter(({ command }) => !isInstalled(command("")[0])).map(
    ({ text }) => `${text}: not installed, left out.`,
  );
}

function* peerFigures(file) {
  for (const { id, text, rounds, command } of PEERS) {
    if (!isInstalled(command(file)[0])) continue;
    const ours = [];
    const theirs = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(msOf([process.execPath, READER, file]));
      theirs.push(msOf(command(file)));
    }
    yield figure(`${id}`, text, "ms", summary(theirs));
    if (id === "capinfos") {
      yield figure("reader", "reader, counting segments", "ms", summary(ours));
      yield figure("reader/capinfos", "reader / capinfos", "x", summary(pairedRatios(ours, theirs)), {
        atMost: 0.5,
      });
    } else yield figure(`${id}/reader`, `${text} / reader`, "x", summary(pairedRatios(theirs, ours)));
  }
}

function memoryFigures(file, larger) {
  writeConnections(larger, 10 * PACKETS);
  const [small, large] = [file, larger].map((path) => {
    const { rssMb } = JSON.parse(execFileSync(process.execPath, [READER, path], { encoding: "utf8" }));
    return rssMb;
  });
  return [
    figure("memory", "most memory, 1 million packets", "MB", { value: small }, { atMost: 150 }),
    figure("memory10", "most memory, 10 million packets", "MB", { value: large }, { atMost: 150 }),
  ];
}

function msOf([program, ...args]) {
  const started = performance.now();
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", "ignore", "ignore"] });
  if (error !== undefined || status !== 0) throw new Error(`${program} failed: ${error?.message ?? status}`);
  return performance.now() - started;
}

await runBench({
  name: "explain-read",
  title: `Reading a capture of ${PACKETS.toLocaleString("en")} packets: whole processes by turns`,
  file: fileURLToPath(import.meta.url),
  measure,
});
