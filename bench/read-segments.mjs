/**
 * The program that `explain-read` measures: reads a capture with a sink that only counts, and prints how many segments there were and
 * how much memory it took at most.
 *
 * @module
 */
import process from "node:process";
import { CaptureReader } from "../dist/core/wire/capture/capture-reader.js";
import { readCapture } from "../dist/system/capture/index.js";

let segments = 0;
const reader = new CaptureReader({
  onSegment: () => {
    segments += 1;
  },
});
await readCapture(process.argv[2], reader);
process.stdout.write(`${JSON.stringify({ segments, rssMb: process.resourceUsage().maxRSS / 1000 })}\n`);
