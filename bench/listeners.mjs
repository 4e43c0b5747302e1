/**
 * Listeners to look at: as many as asked for, in a namespace that the caller made.
 *
 * @module
 */
import { Links } from "../dist/system/linux/netlink/links.js";
import { closeSocket, openListener } from "../dist/system/linux/socket/tcp-socket.js";

const LOOPBACK_INDEX = 1;
const FIRST_PORT = 10_000;
const ADDRESSES_PER_NET = 128;

/**
 * Opens listeners on 127.0.x.y, each with a port of its own, and says how to close them.
 *
 * @throws {SyscallError} EMFILE when this process may not have so many files open; none stays open then
 */
export function openListeners(namespace, count) {
  const fds = [];
  const close = () => {
    for (const fd of fds) closeSocket(fd);
  };
  try {
    namespace.inside(() => {
      setLoopbackUp();
      for (let place = 0; place < count; place += 1) fds.push(openOne(place));
    });
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}

function openOne(place) {
  const address = `127.0.${Math.floor(place / ADDRESSES_PER_NET)}.${1 + (place % ADDRESSES_PER_NET)}`;
  return openListener({ address, port: FIRST_PORT + place, backlog: 128 });
}

function setLoopbackUp() {
  const links = new Links();
  try {
    links.setUp(LOOPBACK_INDEX);
  } finally {
    links.close();
  }
}
