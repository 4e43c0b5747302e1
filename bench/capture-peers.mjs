/**
 * The tools that people have for captures, as whole processes beside one of ours: by turns, so that what disturbs one disturbs
 * the other. And how much memory a process took at most.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { figure, repeats } from "./bench.mjs";
import { isInstalled } from "./c-program.mjs";
import { pairedRatios, summary } from "./statistics.mjs";

const ROUNDS = repeats(9);

const CAPINFOS = { text: "capinfos FILE", rounds: ROUNDS, command: (file) => ["capinfos", file] };

/** The slow ones are run less often. */
const OTHERS = [
  {
    id: "tcpdump",
    text: "tcpdump -nn -r FILE",
    rounds: repeats(3),
    command: (file) => ["tcpdump", "-nn", "-r", file],
  },
  {
    id: "conv",
    text: "tshark -q -z conv,tcp",
    rounds: 1,
    command: (file) => ["tshark", "-r", file, "-q", "-z", "conv,tcp"],
  },
  {
    id: "fields",
    text: "tshark -T fields (stream, retransmission)",
    rounds: 1,
    command: (file) => [
      ...["tshark", "-r", file, "-T", "fields"],
      ...["-e", "tcp.stream", "-e", "tcp.analysis.retransmission"],
    ],
  },
];

/**
 * Ours beside each peer that is installed.
 *
 * @param ours `{id, text, command, atMost}`; `command` makes a command line of a file, `atMost` is aimed at beside capinfos
 */
export function* peerFigures(file, ours) {
  yield* capinfosFigures(file, ours);
  for (const { id, text, rounds, command } of OTHERS.filter(isHere)) {
    const [own, other] = byTurns(rounds, [ours.command(file), command(file)]);
    yield figure(id, text, "ms", summary(other));
    const ratio = summary(pairedRatios(other, own));
    yield figure(`${id}/${ours.id}`, `${text} / ${ours.text}`, "x", ratio);
  }
}

/** Ours beside capinfos alone, which only counts packets. */
export function* capinfosFigures(file, ours) {
  if (!isHere(CAPINFOS)) return;
  const [own, other] = byTurns(CAPINFOS.rounds, [ours.command(file), CAPINFOS.command(file)]);
  yield figure(`capinfos/${ours.id}`, CAPINFOS.text, "ms", summary(other));
  yield figure(ours.id, ours.text, "ms", summary(own));
  const ratio = summary(pairedRatios(own, other));
  yield figure(`${ours.id}/capinfos`, `${ours.text} / capinfos`, "x", ratio, { atMost: ours.atMost });
}

function isHere({ command }) {
  return isInstalled(command("")[0]);
}

/** What is missing here, in words. */
export function peerNotes() {
  const missing = [CAPINFOS, ...OTHERS].filter((peer) => !isHere(peer));
  return missing.map(({ text }) => `${text}: not installed, left out.`);
}

/** Milliseconds of each command's runs. */
function byTurns(rounds, commands) {
  const times = commands.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, command] of commands.entries()) times[place].push(msOf(command));
  }
  return times;
}

function msOf([program, ...args]) {
  const started = performance.now();
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", "ignore", "ignore"] });
  if (error !== undefined || status !== 0) throw new Error(`${program} failed: ${error?.message ?? status}`);
  return performance.now() - started;
}

/** The most memory that a command took, in megabytes, as GNU time tells it; null without GNU time. */
export function mostMemoryMb(command) {
  const { status, error, stderr } = spawnSync("/usr/bin/time", ["-f", "%M", ...command], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (error?.code === "ENOENT") return null;
  if (status !== 0) throw new Error(`${command.join(" ")} failed: ${stderr}`);
  return Number(stderr.trim().split("\n").at(-1)) / 1000;
}
