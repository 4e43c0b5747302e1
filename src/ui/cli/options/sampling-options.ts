/**
 * The options that commands with a sampler share: which namespaces, how often, whom to watch.
 *
 * @module
 */
import type { ListenerSamplerOptions } from "../../../system/observe/sampler/listener-sampler.ts";
import { parseDurationOption } from "./duration-option.ts";
import { parseNetnsOption } from "./netns-option.ts";
import { parseIntegerOption } from "./number-option.ts";

const LEAST_EVERY_MS = 100;

/** Their texts. */
export interface SamplingTexts {
  readonly netns: string;
  readonly every: string;
  readonly watch?: string;
  readonly unix?: boolean;
}

/** What `--watch` and `--every` say in every help text. */
export const WATCH_OPTION = [
  "--watch <ports>",
  "look every 10 ms at the listeners on these ports, such as 80,443; those that ever filled are watched anyway",
] as const;

/** `--unix`, as `listenq ls` has it. */
export const UNIX_OPTION = ["--unix", "AF_UNIX stream and seqpacket listeners too"] as const;

/** The distance of samples in milliseconds. @throws {UsageError} */
export function parseEvery(text: string): number {
  return parseDurationOption("--every", text, LEAST_EVERY_MS);
}

/** The sampler's options. @throws {UsageError} */
export function parseSampling({ netns, watch, unix = false }: SamplingTexts): ListenerSamplerOptions {
  const ports = watch === undefined ? [] : watch.split(",");
  return {
    netns: parseNetnsOption(netns),
    unix,
    watchPorts: ports.map((port) => parseIntegerOption("--watch", port.trim(), 1, 65_535)),
  };
}
