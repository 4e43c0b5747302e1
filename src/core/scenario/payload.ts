/**
 * What clients and servers of the lab say. The bytes do not matter to the queues, but a capture is read by people.
 *
 * @module
 */
const TEXT = {
  request: "GET / HTTP/1.0\r\nHost: server\r\nUser-Agent: listenq\r\nAccept: */*\r\nX-Padding: ",
  answer: "HTTP/1.1 200 success\r\nServer: listenq\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n",
} as const;

/** That many bytes which look like a request or an answer. */
export function payloadOf(kind: "request" | "answer", bytes: number): Uint8Array {
  const end = kind === "request" ? "\r\n\r\n" : "\n";
  const body = TEXT[kind]
    .padEnd(Math.max(0, bytes - end.length), ".")
    .slice(0, Math.max(0, bytes - end.length));
  return new TextEncoder().encode((body + end).slice(0, bytes));
}
