/**
 * Captures where they are: files, compressed or not, and standard input, as bytes for the readers of `src/wire`, which know
 * nothing of files.
 *
 * @module
 */

export { type OpenCapture, openCapture } from "./open-capture.ts";
export { type CaptureInput, type ReadOptions, readCapture } from "./read-capture.ts";
