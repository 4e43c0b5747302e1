/**
 * How fast `listenq explain` is: the whole command on a million packets of short connections, Node's start included, beside the
 * tools that people have. Time and memory for that file and for one ten times as large.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { figure, runBench } from "./bench.mjs";
import { capinfosFigures, mostMemoryMb, peerFigures, peerNotes } from "./capture-peers.mjs";
import { writeConnections } from "./connections-capture.mjs";

const PACKETS = 1_000_000;
const PROGRAM = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

const OURS = {
  id: "explain",
  text: "listenq explain FILE",
  command: (file) => [process.execPath, PROGRAM, "explain", file],
  atMost: 1,
};

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "listenq-bench-"));
  try {
    const [file, larger] = ["million.pcap", "ten-million.pcap"].map((name) => join(folder, name));
    writeConnections(file, PACKETS);
    writeConnections(larger, 10 * PACKETS);
    return { figures: [...peerFigures(file, OURS), ...largeFigures(file, larger)], notes: peerNotes() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Memory does not grow with the file, and time grows no faster than the file. */
function* largeFigures(file, larger) {
  yield* capinfosFigures(larger, { ...OURS, id: "explain10", text: "listenq explain, 10 million" });
  const [small, large] = [file, larger].map((path) => ({ value: mostMemoryMb(OURS.command(path)) }));
  yield figure("memory", "most memory, 1 million packets", "MB", small, { atMost: 150 });
  yield figure("memory10", "most memory, 10 million packets", "MB", large, { atMost: 150 });
  const growth = { value: large.value === null ? null : large.value / small.value };
  yield figure("memory10/memory", "ten times the file, memory", "x", growth, { atMost: 1.1 });
}

await runBench({
  name: "explain",
  title: `listenq explain on ${PACKETS.toLocaleString("en")} packets: whole processes by turns`,
  file: fileURLToPath(import.meta.url),
  measure,
});
