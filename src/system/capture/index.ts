/**
 * Captures where they are: files, compressed or not, and standard input, as bytes for the readers of `src/core/wire`, which know
 * nothing of files.
 *
 * @module
 */

export { type CaptureInput, type ReadOptions, readCapture } from "./read-capture.ts";
