/**
 * Of a sample only the listeners that this process holds, whoever else holds them too.
 *
 * @module
 */
import process from "node:process";
import { ownSocketCookies } from "../../linux/own-sockets.ts";
import type { ListenerSample, Sample } from "../sampler/sample.ts";

/** The sample with these alone, each as this process's own. */
export function onlyOwn(sample: Sample): Sample {
  const cookies = ownSocketCookies();
  const listeners = sample.listeners.flatMap((listener): ListenerSample[] => {
    const fd = cookies.get(BigInt(`0x${listener.cookie}`)) ?? fdOfMptcp(listener);
    return fd === undefined ? [] : [{ ...listener, process: { pid: process.pid, name: process.title, fd } }];
  });
  return { ...sample, listeners };
}

/** A process holds the MPTCP socket, and the cookie is that of the TCP socket beneath: there the search of /proc counts. */
function fdOfMptcp({ protocol, process: holder }: ListenerSample): number | undefined {
  return protocol === "mptcp" && holder?.pid === process.pid ? holder.fd : undefined;
}
