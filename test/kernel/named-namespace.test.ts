/** `--netns NAME`: a namespace that `ip netns` has named, in a mount namespace whose /run is the test's own. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canMakeWorlds, hasProgram, runInOwnWorld } from "../support/own-world.ts";

const KEEP_ALL = join(import.meta.dirname, "../fixtures/situations/keep_all.py");
/** A listener on 8080 in the namespace "web"; nobody listens here. */
const WEB = `
  mkdir -p /run/netns; ip netns add web; ip -n web link set lo up
  ip netns exec web python3 ${KEEP_ALL} 8080 7 & until ip netns exec web ss -Hltn 'sport = :8080' | grep -q .; do sleep .05; done
`;

describe.skipIf(!canMakeWorlds || !hasProgram("python3"))("--netns NAME (needs root and python3)", () => {
  it("shows the listeners of that namespace, by its name, and none of this one", async () => {
    const { code, stdout, stderr } = await runInOwnWorld(`${WEB}
      python3 ${KEEP_ALL} 9090 64 & until_listens 9090; $LISTENQ ls --netns web --json`);
    expect(code, stderr).toBe(0);
    const { listeners } = JSON.parse(stdout) as {
      listeners: { port: number; acceptQueue: { limit: number } }[];
    };
    expect(listeners.map(({ port, acceptQueue }) => [port, acceptQueue.limit])).toEqual([[8080, 7]]);
  });

  it("is where why looks for the port", async () => {
    const { code, stdout, stderr } = await runInOwnWorld(`${WEB} $LISTENQ why 8080 --netns web --for 200ms`);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/python3/);
  });

  it("is an error in one line where nobody has named one so", async () => {
    const { code, stdout, stderr } = await runInOwnWorld(`${WEB} $LISTENQ ls --netns wbe`);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^listenq: [^\n]*wbe[^\n]*\n$/);
  });
});
