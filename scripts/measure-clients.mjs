// `node scripts/measure-clients.mjs [scenarios] [seed]`: holds `listenq clients` against the server's own table, as root, in a namespace of its own. Each
// scenario is a listener with its own backlog, pace and clients on a loopback that loses packets; all numbers of it are random, by the seed.
// A connection is silent in truth where it is established here and has no socket there, before and after the look. Needs a build and nft.
import { spawnSync } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const AT_ONCE = 30;
const SECONDS = 14;
const LOOK_EVERY_MS = 400;
const FIRST_PORT = 20_000;

const [scenarios = 300, seed = 1] = process.argv.slice(2).map(Number);
if (process.env.LISTENQ_MEASURE !== "inside") {
  const env = { ...process.env, LISTENQ_MEASURE: "inside" };
  const { status } = spawnSync("unshare", ["-n", process.execPath, ...process.argv.slice(1)], {
    env,
    stdio: "inherit",
  });
  process.exit(status ?? 1);
}
const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { acceptFrom, closeSocket, openListener, sendOn } = await dist("system/linux/socket/tcp-socket.js");
const { SockDiag } = await dist("system/linux/netlink/sock-diag.js");
const { lookAtClients } = await dist("system/observe/clients/stuck-clients.js");
const { connectionFacts } = await dist("core/listener/clients/connection-facts.js");

const random = mulberry(seed);
const between = (least, most) => least + random() * (most - least);
const tally = { looks: 0, proven: 0, provenWrong: 0, likely: 0, likelyWrong: 0 };
/** By connection that was silent when something had come again: at how many looks, whether that was said, and why not at the last one. */
const silent = new Map();
/** Wrong ones by what was said. */
const wrong = new Map();
/** Connections that the server had a socket of, at any look: whoever was taken and has ended since is not silent. */
const everTaken = new Set();
run("ip", ["link", "set", "lo", "up"]);
run("sysctl", ["-qw", "net.ipv4.ip_local_port_range=30000 65000"]);
const diag = new SockDiag();
for (let done = 0; done < scenarios; done += AT_ONCE) await batch(Math.min(AT_ONCE, scenarios - done), done);
const found = [...silent.values()].filter(({ isSaid }) => isSaid).length;
const share = (part, whole) =>
  `${part} of ${whole} (${whole === 0 ? "-" : ((100 * part) / whole).toFixed(2)} %)`;
console.log(`${scenarios} scenarios, ${tally.looks} looks`);
console.log(`silent, proven: right ${share(tally.proven - tally.provenWrong, tally.proven)}`);
console.log(`silent, likely: right ${share(tally.likely - tally.likelyWrong, tally.likely)}`);
console.log(
  `silent connections found, of those with a second SYN+ACK or a resend: ${share(found, silent.size)}`,
);
print(
  "not said",
  [...silent.values()]
    .filter(({ isSaid }) => !isSaid)
    .map(({ why, looks }) => `${why}, at ${looks > 1 ? "several looks" : "one look"}`),
);
print(
  "likely and wrong",
  [...wrong].flatMap(([what, count]) => Array(count).fill(what)),
);
process.exit(0);

function print(title, reasons) {
  for (const reason of new Set(reasons))
    console.log(`  ${title}: ${reasons.filter((one) => one === reason).length} ${reason}`);
}

/** What a silent connection showed that nobody said anything of. */
function showed({ segmentsIn, retransmits, unacked, isResending, lastDataSentMs, lastAckReceivedMs }) {
  const again = (segmentsIn ?? 0) - 1;
  const data =
    unacked > 0
      ? `data sent ${retransmits + 1} times, the last one ${lastDataSentMs < 50 ? "just now" : "before"}`
      : "nothing sent";
  const time = lastAckReceivedMs < 1_160 ? "within the ladder's first step" : "later";
  return `SYN+ACK again ${again} times, ${data}${isResending || unacked === 0 ? "" : " by a probe"}, ${time}`;
}

async function batch(count, done) {
  const loss = [0, 0.01, 0.05, 0.1, 0.2][Math.floor(random() * 5)];
  run("sysctl", ["-qw", `net.ipv4.tcp_syncookies=${random() < 0.5 ? 1 : 0}`]);
  run("nft", ["flush", "ruleset"]);
  run(
    "nft",
    ["-f", "-"],
    `table ip t {\n chain c {\n type filter hook input priority 0;\n meta random < ${Math.floor(loss * 2 ** 32)} drop\n }\n}\n`,
  );
  const ends = Array.from({ length: count }, (_, at) => scenario(FIRST_PORT + done + at));
  const untilMs = performance.now() + SECONDS * 1000;
  while (performance.now() < untilMs) {
    await sleep(LOOK_EVERY_MS);
    look(done);
  }
  for (const end of ends) end();
  await sleep(200);
}

function scenario(port) {
  const listener = openListener({ address: "127.0.0.1", port, backlog: Math.floor(between(0, 9)) });
  const [paceMs, holdMs, comeMs, quietShare] = [
    between(20, 3_000),
    between(50, 5_000),
    between(60, 900),
    between(0, 0.4),
  ];
  const sockets = new Set();
  const accepted = new Set();
  let isOver = false;
  const later = (ms, act) => setTimeout(() => isOver || act(), ms).unref();
  const accept = () => {
    const taken = acceptFrom(listener);
    if (typeof taken !== "number") {
      accepted.add(taken.fd);
      if (random() < 0.8)
        later(between(0, 300), () => accepted.has(taken.fd) && sendOn(taken.fd, new Uint8Array(10)));
      later(holdMs, () => accepted.delete(taken.fd) && closeSocket(taken.fd));
    }
    later(-paceMs * Math.log(1 - random()), accept);
  };
  const come = () => {
    const socket = connect(port, "127.0.0.1");
    sockets.add(socket);
    const isQuiet = random() < quietShare;
    socket.on(
      "connect",
      () => isQuiet || later(random() < 0.7 ? 0 : between(0, 2_000), () => socket.write("x".repeat(82))),
    );
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    later(-comeMs * Math.log(1 - random()), come);
  };
  accept();
  come();
  return () => {
    isOver = true;
    for (const socket of sockets) socket.resetAndDestroy();
    for (const fd of accepted) closeSocket(fd);
    closeSocket(listener);
  };
}

function look() {
  const before = takenByServer();
  // Read first, so that the look has all that had come.
  const rows = diag.sockets(["ESTABLISHED"], ["ipv4"], { skmeminfo: false, info: true });
  const { document } = lookAtClients({ netns: "self", destination: null });
  const after = takenByServer();
  for (const key of [...before, ...after]) everTaken.add(key);
  tally.looks += 1;
  const said = new Set();
  for (const { remote, clients } of document.destinations) {
    for (const { kind, certainty, local, evidence } of clients) {
      const key = `${remote} ${local}`;
      if (kind !== "silent") continue;
      said.add(key);
      tally[certainty] += 1;
      if (!before.has(key) || !after.has(key)) continue;
      tally[`${certainty}Wrong`] += 1;
      const what = `${certainty}: ${evidence.replaceAll(/[0-9]+/g, "N")}`;
      wrong.set(what, (wrong.get(what) ?? 0) + 1);
    }
  }
  for (const row of rows) {
    if (row.local.port < 30_000) continue;
    const key = `${row.remote.address}:${row.remote.port} ${row.local.address}:${row.local.port}`;
    const facts = connectionFacts(row);
    const { segmentsIn, retransmits, bytesAcked } = facts;
    if (before.has(key) || after.has(key) || everTaken.has(key) || bytesAcked > 1) continue;
    if ((segmentsIn ?? 0) < 2 && retransmits < 1) continue;
    const known = silent.get(key) ?? { isSaid: false, looks: 0 };
    const isSaid = known.isSaid || said.has(key);
    silent.set(key, { isSaid, looks: known.looks + 1, why: showed(facts) });
  }
}

/** What the server's kernel side has a socket of, as the client's ends. */
function takenByServer() {
  const states = ["ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT1", "FIN_WAIT2", "LAST_ACK", "CLOSING"];
  const rows = diag.sockets(states, ["ipv4"], { skmeminfo: false });
  return new Set(
    rows
      .filter(({ local }) => local.port < 30_000)
      .map(({ local, remote }) => `${local.address}:${local.port} ${remote.address}:${remote.port}`),
  );
}

function run(program, args, input) {
  const { status, stderr } = spawnSync(program, args, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

function mulberry(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
