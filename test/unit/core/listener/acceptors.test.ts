import { describe, expect, it } from "vitest";
import { acceptorsOf } from "../../../../src/core/listener/software/acceptors.ts";

const namesOf = (...names: readonly string[]): readonly string[] =>
  acceptorsOf(names.map((name, at) => ({ process: { pid: 10 + at, name, fd: 3 } }))).map(
    ({ process }) => `${process.pid} ${process.name}`,
  );

describe("who of several holders accepts", () => {
  it("are the workers of a program that forks, without their parent", () => {
    expect(namesOf("gunicorn: maste", "gunicorn: worke", "gunicorn: worke")).toEqual([
      "11 gunicorn: worke",
      "12 gunicorn: worke",
    ]);
  });

  it("are those to whom a supervisor gave the listener, all of them", () => {
    expect(namesOf("dovecot", "imap-login", "imap-login")).toEqual(["11 imap-login", "12 imap-login"]);
    expect(namesOf("inetd", "sleep")).toEqual(["11 sleep"]);
    expect(namesOf("systemd-socket-", "python3")).toEqual(["11 python3"]);
  });

  it("is the supervisor itself where it has started nobody", () => {
    expect(namesOf("inetd")).toEqual(["10 inetd"]);
  });

  it("is not what is known to be no server", () => {
    expect(namesOf("python3", "sleep")).toEqual(["10 python3"]);
    expect(namesOf("sleep")).toEqual(["10 sleep"]);
  });
});
