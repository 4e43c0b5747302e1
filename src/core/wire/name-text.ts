/**
 * Names that strangers chose (processes, unix sockets, cgroups) as texts: nothing is lost, whatever the bytes are. What is
 * not UTF-8 stands as `\xNN`. Control characters stay: JSON escapes them, and whoever prints to a terminal makes them
 * harmless (`report/layout/printable.ts`).
 *
 * @module
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes as text, each byte that is not part of valid UTF-8 as `\xNN`. Never throws. */
export function decodeName(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, "0")}`;
      at += 1;
    } else {
      text += strict.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/**
 * The name of a unix socket: an abstract one begins with `@`, as in `ss` and /proc/net/unix. The kernel counts the NUL at
 * the end of a path into its length, so one is taken off.
 */
export function decodeUnixName(bytes: Uint8Array): string {
  if (bytes[0] === 0) return `@${decodeName(bytes.subarray(1))}`;
  return decodeName(bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes);
}

/** How many bytes the valid character at `at` has; 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const piece = bytes.subarray(at, at + length);
  try {
    return strict.decode(piece).length > 0 && piece.length === length ? length : 0;
  } catch {
    return 0;
  }
}
