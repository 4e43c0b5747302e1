/**
 * What happens on the stage, one sentence a thing: what a screen reader says and what stands in the log.
 *
 * @module
 */
import { formatDuration } from "../scenario/index.ts";
import type { Arrival, TraceCall, TracePacket } from "../trace/index.ts";
import type { StoryLine } from "./stage.ts";
import type { StageState } from "./stage-state.ts";

/** What was seen right after a packet. */
export interface SeenAfter {
  /** Null where nobody looked. */
  readonly synQueue: number | null;
  /** Whether its SYN+ACK carried a cookie, so that no request stands for it. */
  readonly isCookie: boolean;
}

/** Collects the lines of one run. */
export class StoryTeller {
  readonly lines: StoryLine[] = [];
  readonly #state: StageState;
  readonly #hasNames: boolean;
  readonly #began = new Map<string, number>();

  constructor(state: StageState, hasNames: boolean) {
    this.#state = state;
    this.#hasNames = hasNames;
  }

  /** A packet that is sent again, or gets lost. */
  left(
    { at, flags, length, arrivedAt }: TracePacket,
    whose: { client: string; isFromClient: boolean },
  ): void {
    const what = nameOf(flags, length);
    const who = whose.isFromClient ? `${what} of ${whose.client}` : `${what} to ${whose.client}`;
    if (arrivedAt === null) this.#say(at, `${who} is lost on the wire`, "bad");
    else this.#say(at, `${who} is sent again`, "plain");
  }

  reset({ arrivedAt, at }: TracePacket, client: string): void {
    this.#say(arrivedAt ?? at, `${client} is reset by the server`, "bad");
  }

  /** A packet that decided something at a listener, and what the look right after it showed. */
  arrived(
    client: string,
    { packet, outcome, acceptQueue, limit, listener }: Arrival,
    { synQueue, isCookie }: SeenAfter,
  ): void {
    const at = packet.arrivedAt ?? packet.at;
    const capacity = limit + 1;
    const what = nameOf(packet.flags, packet.length);
    if (outcome === "syn-answered") {
      const waiting = synQueue ?? this.#state.listener(listener)?.synNames.length ?? 0;
      const how = isCookie ? " with a SYN cookie" : "";
      this.#say(at, `${what} of ${client} answered${how}: SYN queue ${waiting}`, "plain");
    } else if (outcome === "syn-refused-accept-queue-full")
      this.#say(at, `${what} of ${client} refused: accept queue full, ${acceptQueue} of ${capacity}`, "bad");
    else if (outcome === "syn-unanswered") this.#say(at, `${what} of ${client} is not answered`, "bad");
    else if (outcome === "completed")
      this.#say(at, `${client} is connected: accept queue ${acceptQueue + 1} of ${capacity}`, "plain");
    else if (outcome === "final-refused")
      this.#say(at, `${what} of ${client} refused: accept queue full, ${acceptQueue} of ${capacity}`, "bad");
    else this.#say(at, `${what} of ${client} is passed over: TCP_DEFER_ACCEPT waits for data`, "plain");
  }

  /** A call of a program; `remote` is the client at the other end of the server's. */
  call(call: TraceCall, remote: string | null): void {
    if (call.host === "client" && call.call.startsWith("net.")) this.#sysctl(call);
    else if (call.host === "client") this.#clientCall(call);
    else this.#serverCall(call, remote);
  }

  #clientCall({ at, actor, call, result }: TraceCall): void {
    if (call === "connect") {
      this.#began.set(actor, at);
      if (result === "EINPROGRESS" || result === 0) this.#say(at, `${actor} calls connect()`, "plain");
      else this.#say(at, `connect() of ${actor} fails: ${result}`, "bad");
    } else if (call === "SO_ERROR" && typeof result === "string")
      this.#say(at, `connect() of ${actor} fails: ${result}`, "bad");
    else if (call === "recv" && typeof result === "number" && result > 0)
      this.#say(at, `${actor} has its answer after ${this.#since(actor, at)}`, "good");
  }

  #serverCall(
    { at, actor, call, argument, result, remote: endpoint }: TraceCall,
    remote: string | null,
  ): void {
    const listener = this.#state.listener(actor);
    if (call.startsWith("net.")) this.#say(at, `${call} is set to ${argument}`, "plain");
    else if (call === "listen") this.#say(at, `${actor} calls listen(${argument})`, "plain");
    else if (call === "close" && endpoint === null)
      this.#say(at, `${actor} closes its listening socket`, "plain");
    else if (call === "accept4" && typeof result === "number") {
      const left = listener === undefined ? "" : `: ${listener.acceptQueue} left in the accept queue`;
      this.#say(at, `accept() takes ${remote ?? "a connection"}${left}`, "good");
    }
  }

  #sysctl({ at, call, argument }: TraceCall): void {
    this.#say(at, `${call} is set to ${argument} on the client's host`, "plain");
  }

  #since(client: string, at: number): string {
    return formatDuration(at - (this.#began.get(client) ?? 0));
  }

  /** With thousands of clients only what is wrong is said. */
  #say(at: number, text: string, tone: StoryLine["tone"]): void {
    if (this.#hasNames || tone === "bad") this.lines.push({ at, text, tone });
  }
}

function nameOf(flags: string, length: number): string {
  if (flags === "S") return "SYN";
  if (flags === "S.") return "SYN+ACK";
  if (flags.includes("R")) return "RST";
  if (flags.includes("F")) return "FIN";
  return length > 0 ? "data" : "ACK";
}
