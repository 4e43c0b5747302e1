/**
 * Joins lines that a terminal or a mail program has wrapped: a line of a packet that does not come to its end goes on in the
 * next one.
 *
 * @module
 */

import { isPacketStart } from "./listing-line.ts";

/** No packet's line is wrapped into more. */
const MOST_PARTS = 8;
/** Words that a break can fall into. */
const WORDS = new Set(
  "IP IP6 Flags seq ack win options length mss sackOK nop wscale eol val ecr TS cksum correct incorrect proto TCP offset flags none timestamp".split(
    " ",
  ),
);

/** Hands on whole lines. */
export class LineJoiner {
  readonly #onLine: (line: string) => void;
  #held: string | null = null;
  #parts = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(line: string): void {
    if (this.#held !== null && this.#parts < MOST_PARTS && goesOn(this.#held, line)) {
      this.#hold(join(this.#held, line), this.#parts + 1);
      return;
    }
    this.#release();
    if (isPacketStart(line)) this.#hold(line, 1);
    else this.#onLine(line);
  }

  /** Hands on what is held. */
  end(): void {
    this.#release();
  }

  /** A line is held only while it can go on. */
  #hold(line: string, parts: number): void {
    this.#held = line;
    this.#parts = parts;
    if (isComplete(line) && !/\d$/.test(line)) this.#release();
  }

  #release(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#onLine(held);
  }
}

/** Whether the line is the rest of the one that is held. */
function goesOn(held: string, line: string): boolean {
  if (line.trim() === "" || line.startsWith("\t") || isPacketStart(line)) return false;
  if (!isComplete(held)) return true;
  // Only a number can still be cut where everything else is there.
  return /\d$/.test(held) && /^\d+(?:$|[:\s])/.test(line);
}

/** Whether the line of a TCP segment, or of an IP header, has everything that tcpdump prints. Any other line counts as whole. */
function isComplete(line: string): boolean {
  const behind = behindIpHeader(line);
  if (behind === null) return false;
  if (behind === "") return true;
  const details = / > \S+: ?(.*)$/.exec(behind)?.[1] ?? null;
  if (details === null) return !/ >(?: |$)| IP6?(?: \S*)?$/.test(line);
  if ("Flags".startsWith(details)) return false;
  if (details.startsWith("Flags")) return /\blength \d/.test(details);
  if (/^(?:[SFRPWE]+|\.)(?: |$)/.test(details)) return /\bwin \d/.test(details) && !/<[^>]*$/.test(details);
  return true;
}

/** What stands behind the IP header that `-v` prints in brackets, the line itself where it prints none; null if a bracket is open. */
function behindIpHeader(line: string): string | null {
  const start = / \((?:tos|class|hlim|flowlabel) /.exec(line)?.index;
  if (start === undefined) return line;
  let depth = 0;
  for (let at = start; at < line.length; at += 1) {
    if (line[at] === "(") depth += 1;
    if (line[at] === ")") depth -= 1;
    if (line[at] === ")" && depth === 0) return line.slice(at + 1).trim();
  }
  return null;
}

function join(left: string, right: string): string {
  return needsBlank(left, right) ? `${left} ${right}` : left + right;
}

/** A break between words lost its blank; a break amid a word, a number or an address had none. */
function needsBlank(left: string, right: string): boolean {
  if (/\s$/.test(left) || /^[\s.,\]):]/.test(right) || /[.([<]$/.test(left)) return false;
  if (/\d$/.test(left) && /^\d/.test(right)) return false;
  if (/[0-9a-f]:$/.test(left) && /^[0-9a-f]/.test(right)) return false;
  const [head, tail] = [/[A-Za-z]+\d?$/.exec(left)?.[0] ?? "", /^[A-Za-z]+\d?/.exec(right)?.[0] ?? ""];
  return !(head !== "" && tail !== "" && WORDS.has(head + tail));
}
