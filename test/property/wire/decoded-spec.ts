/**
 * What a decoder must give of a frame that was built from a spec.
 *
 * @module
 */
import type { TcpFrameSpec } from "../../../src/core/wire/packet/encode-frame.ts";
import { NO_TCP_OPTIONS } from "../../../src/core/wire/packet/tcp-options.ts";

/** All of it, with what the spec leaves out as it is on the wire. */
export function decodedSpec(spec: TcpFrameSpec): object {
  return {
    skipped: null,
    ipVersion: spec.from.startsWith("[") ? 6 : 4,
    from: spec.from,
    to: spec.to,
    flags: spec.flags,
    seq: spec.seq,
    ack: spec.ack,
    window: spec.window,
    options: spec.options ?? NO_TCP_OPTIONS,
    payloadLength: spec.payload?.length ?? 0,
    payload: spec.payload ?? new Uint8Array(0),
  };
}
