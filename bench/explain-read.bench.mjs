/**
 * How fast captures are read: a million packets of short connections through the streaming reader with a sink that only counts, as a
 * whole process, beside the tools that people have. Memory for that file and for one ten times as large.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { figure, runBench } from "./bench.mjs";
import { peerFigures, peerNotes } from "./capture-peers.mjs";
import { writeConnections } from "./connections-capture.mjs";

const PACKETS = 1_000_000;
const READER = fileURLToPath(new URL("./read-segments.mjs", import.meta.url));

const OURS = {
  id: "reader",
  text: "reader, counting segments",
  command: (file) => [process.execPath, READER, file],
  atMost: 0.5,
};

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "listenq-bench-"));
  try {
    const file = join(folder, "million.pcap");
    writeConnections(file, PACKETS);
    const figures = [...peerFigures(file, OURS)];
    return {
      figures: [...figures, ...memoryFigures(file, join(folder, "ten-million.pcap"))],
      notes: peerNotes(),
    };
  } finally {
    rmSync(folder, { recursive: true });
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

await runBench({
  name: "explain-read",
  title: `Reading a capture of ${PACKETS.toLocaleString("en")} packets: whole processes by turns`,
  file: fileURLToPath(import.meta.url),
  measure,
});
