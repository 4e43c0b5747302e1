/**
 * The part of packetdrill's language that listenq writes, read line by line as packetdrill's own grammar has it: options, a command
 * before the first event, then events in the order of their times.
 *
 * @module
 */

/** An event of a script. */
export type PacketdrillEvent = { readonly atS: number; readonly line: number } & (
  | { readonly kind: "command"; readonly command: string }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly string[];
      readonly result: number;
    }
  | {
      readonly kind: "packet";
      readonly direction: "in" | "out";
      readonly flags: string;
      readonly seq: number;
      readonly length: number;
      readonly ack: number | null;
    }
);

/** A script. */
export interface PacketdrillScript {
  readonly options: Readonly<Record<string, string>>;
  readonly initCommand: string | null;
  readonly events: readonly PacketdrillEvent[];
}

const OPTION = /^--(\w+)=([\w.]+)$/;
const COMMAND = /^`([^`]+)`$/;
const EVENT = /^(\d+(?:\.\d+)?) (.+)$/;
const PACKET =
  /^([<>]) ([SFRPEWCU]*\.?|-) (\d+):(\d+)\((\d+)\)(?: ack (\d+))?(?: win (\d+))?(?: <([^>]*)>)?$/;
const CALL = /^(\w+)\((.*)\) = (-?\d+)$/;
const TCP_OPTION = /^(mss \d+|nop|eol|sackOK|wscale \d+|TS val \d+ ecr \d+)$/;
const ARGUMENT = /^(\.\.\.|-?\d+|[A-Z][A-Z0-9_]*|\[-?\d+\])$/;

/** Reads a script. @throws {Error} with the line's number for what packetdrill would not take */
export function readPacketdrill(text: string): PacketdrillScript {
  const options: Record<string, string> = {};
  const events: PacketdrillEvent[] = [];
  let initCommand: string | null = null;
  for (const [place, whole] of text.split("\n").entries()) {
    const line = place + 1;
    const words = whole.replace(/\/\/.*(?<!`)$/, "").trim();
    const option = OPTION.exec(words);
    const command = COMMAND.exec(words)?.[1];
    if (words === "") continue;
    else if (option !== null && initCommand === null && events.length === 0)
      options[option[1] ?? ""] = option[2] ?? "";
    else if (command !== undefined && initCommand === null && events.length === 0) initCommand = command;
    else events.push(readEvent(words, line, events.at(-1)?.atS ?? 0));
  }
  if (events.length === 0) throw new Error("a script needs an event");
  return { options, initCommand, events };
}

function readEvent(words: string, line: number, leastS: number): PacketdrillEvent {
  const [, time, action = ""] = EVENT.exec(words) ?? [];
  const fail = (why: string) => new Error(`line ${line}: ${why}: ${words}`);
  if (time === undefined) throw fail("no event");
  const at = { atS: Number(time), line };
  if (at.atS < leastS) throw fail("time goes back");
  const command = COMMAND.exec(action)?.[1];
  if (command !== undefined) return { ...at, kind: "command", command };
  const call = CALL.exec(action);
  if (call !== null) {
    const args = (call[2] ?? "").split(", ");
    if (!args.every((argument) => ARGUMENT.test(argument))) throw fail("an argument that is none");
    return { ...at, kind: "call", name: call[1] ?? "", args, result: Number(call[3]) };
  }
  const packet = PACKET.exec(action);
  if (packet === null) throw fail("neither a packet nor a call nor a command");
  const [, direction, flags = "", from, to, length, ack, window, tcpOptions] = packet;
  if (Number(to) !== Number(from) + Number(length)) throw fail("sequence numbers do not fit the length");
  if (window !== undefined && Number(window) > 65_535) throw fail("a window that is none");
  if (tcpOptions === "..." && direction === "<") throw fail("options left open on a packet that is put in");
  if (
    tcpOptions !== undefined &&
    tcpOptions !== "..." &&
    !tcpOptions.split(",").every((one) => TCP_OPTION.test(one))
  )
    throw fail("an option that is none");
  return {
    ...at,
    kind: "packet",
    direction: direction === "<" ? "in" : "out",
    flags,
    seq: Number(from),
    length: Number(length),
    ack: ack === undefined ? null : Number(ack),
  };
}
