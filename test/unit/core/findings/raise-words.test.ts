import { describe, expect, it } from "vitest";
import { SyscallError } from "../../../../src/core/errors.ts";
import {
  acceptRateOf,
  intentWords,
  patienceNotes,
  refusalWords,
} from "../../../../src/core/findings/raise-words.ts";
import { decideRaise } from "../../../../src/core/listener/raise/raise-plan.ts";
import { listener, namespace, queue, waiting } from "./listeners/facts.ts";

const nginx = { pid: 10, name: "nginx", fd: 6 };

describe("intentWords", () => {
  const wordsFor = (somaxconn: number, self: boolean) => {
    const one = listener({ acceptQueue: queue(0, 511) });
    const place = namespace({ somaxconn }, { self });
    return intentWords(
      { listener: one, namespace: place },
      {
        to: 4000,
        decision: decideRaise(one, somaxconn, { to: 4000, mayLower: false }),
      },
    );
  };

  it("says nothing where all of it is done", () => {
    expect(wordsFor(4096, true)).toEqual({ notes: [], remedy: [] });
  });

  it("names the sysctl of this namespace, or of that in which the listener is", () => {
    expect(wordsFor(1000, true).remedy[0]).toContain("sysctl -w net.core.somaxconn=4000");
    expect(wordsFor(1000, false).remedy[0]).toContain("nsenter -t 10 -n sysctl -w net.core.somaxconn=4000");
    expect(wordsFor(1000, true).remedy.at(-1)).toContain("listenq raise 80 --to 4000  #");
  });

  it("says that it would lower the limit", () => {
    expect(wordsFor(100, true).notes.join()).toContain("it would lower the limit, which is 511");
  });
});

describe("the clients' patience", () => {
  it("is asked for by what a watch saw accepted", () => {
    const rate = acceptRateOf(queue(4, 3), waiting({ takenAtLeast: 10, oldestMs: 900 }), 5_000);
    expect(rate?.perSecond).toBe(2);
    expect(patienceNotes(19, 4, rate)).toEqual([]);
    expect(patienceNotes(99, 4, rate).join()).toContain("would wait for 50.0 s");
    expect(patienceNotes(99, 4, rate).join()).toContain("as many as 20 are accepted");
  });

  it("is asked for by the oldest of a full queue, and not of one with room", () => {
    expect(acceptRateOf(queue(4, 3), waiting({ oldestMs: 2_000 }), null)?.perSecond).toBe(2);
    expect(acceptRateOf(queue(3, 3), waiting({ oldestMs: 2_000 }), null)).toBeNull();
    expect(acceptRateOf(queue(4, 3), null, null)).toBeNull();
  });

  it("says that nobody is accepted at all", () => {
    const rate = acceptRateOf(queue(4, 3), waiting({ takenAtLeast: 0, oldestMs: 9_000 }), 5_000);
    expect(patienceNotes(99, 4, rate).join()).toContain("nobody was accepted");
  });
});

describe("refusalWords", () => {
  const refused = (operation: string, code: string, more = {}) =>
    refusalWords(new SyscallError(operation, code, 1, "words"), nginx, {
      hasPtrace: false,
      yamaScope: null,
      isFiltered: false,
      ...more,
    });

  it.each([
    { why: "an old kernel", words: refused("pidfd_getfd", "ENOSYS"), remedy: "Linux 5.6" },
    {
      why: "a filter",
      words: refused("pidfd_open", "ENOSYS", { isFiltered: true }),
      remedy: "outside of the container",
    },
    { why: "no right", words: refused("pidfd_getfd", "EPERM"), remedy: "CAP_SYS_PTRACE" },
    { why: "Yama", words: refused("pidfd_getfd", "EPERM", { yamaScope: 1 }), remedy: "ptrace_scope is 1" },
    {
      why: "Yama for everybody",
      words: refused("pidfd_getfd", "EPERM", { hasPtrace: true, yamaScope: 3 }),
      remedy: "next boot",
    },
    {
      why: "something else",
      words: refused("pidfd_getfd", "EPERM", { hasPtrace: true }),
      remedy: "security module",
    },
  ])("names $why", ({ words, remedy }) => {
    expect(words.remedy.join("\n")).toContain(remedy);
    expect(words.notes).toHaveLength(1);
  });

  it("passes on what else the kernel said", () => {
    expect(refused("listen", "EADDRINUSE").notes.join()).toContain("listen: EADDRINUSE");
  });
});
