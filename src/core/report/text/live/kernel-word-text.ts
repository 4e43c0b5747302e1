/**
 * The kernel's word on a listener as a sentence. Pure.
 *
 * @module
 */
import { count } from "../../../count.ts";
import type { ListenerSample } from "../../../listener/sample/sample.ts";
import type { KernelWord } from "../../../listener/victims/kernel-word.ts";
import { formatEndpoint } from "../../../wire/address.ts";
import { wrap } from "../../layout/text-layout.ts";

const MOST_CLIENTS = 3;

/** One sentence, without a full stop. */
export function kernelWordText(word: KernelWord): string {
  const more = word.isIncomplete ? "; not all events could be read, so there may be more" : "";
  return `${said(word)}${more}`;
}

/** The kernel's word on listeners, a paragraph each; nothing for those of which it said nothing. */
export function formatKernelWords(
  words: ReadonlyMap<Pick<ListenerSample, "address" | "port">, KernelWord | null>,
  width: number,
): string {
  const lines = [...words].flatMap(([{ address, port }, word]) =>
    word === null || port === null
      ? []
      : wrap(`${formatEndpoint(address ?? "", port)}: ${kernelWordText(word)}`, width, ""),
  );
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function said({
  grade,
  refused,
  resets,
  refusedSomewhere,
  clients,
  othersResent,
  overflows,
}: KernelWord): string {
  if (grade === "counted") {
    const refusals =
      refusedSomewhere === 0
        ? "no event says for whom, as a refused SYN fires none"
        : `the kernel refused ${count(refusedSomewhere, "packet")} with TCP_LISTEN_OVERFLOW meanwhile, and resent no SYN+ACK that would name the listener`;
    return `the counter rose: ListenOverflows of the namespace by ${overflows ?? 0}; ${refusals}`;
  }
  if (grade === "said") {
    const reset = resets === 0 ? "" : `, reset ${count(resets, "client")}`;
    const named = clients.length === 0 ? "" : ` and resent its SYN+ACK to ${namedClients(clients)}`;
    return `the kernel said so: it refused ${count(refused ?? 0, "packet")} with TCP_LISTEN_OVERFLOW${reset}${named}`;
  }
  return clients.length > 0
    ? `the kernel resent its SYN+ACK to ${namedClients(clients)} while ListenOverflows rose`
    : `the kernel resent its SYN+ACK to ${count(othersResent, "client")}, and named no refusal: lost packets, slow clients, or a scan`;
}

function namedClients(clients: readonly string[]): string {
  const more = clients.length - MOST_CLIENTS;
  const shown = clients.slice(0, MOST_CLIENTS).join(", ");
  return `${count(clients.length, "client")} (${shown}${more > 0 ? ` and ${more} more` : ""})`;
}
