import { describe, expect, it, vi } from "vitest";
import { UsageError } from "../../../../src/core/errors.ts";
import { parseScenario } from "../../../../src/core/scenario/index.ts";

const SMALLEST = `scenario: One client.
listener: { backlog: 1 }
clients: [{ at: 0ms }]
duration: 1s
`;

const anyPacket = { from: "client", client: null, flags: null, payload: null, nth: null };

/** What is said about a mistake in a file called my.yaml. */
function mistakeIn(text: string): string {
  try {
    parseScenario(text, "my.yaml");
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message, "one line").not.toMatch(/[\r\n]/);
    return message;
  }
  throw new Error("the scenario was accepted");
}

describe("parseScenario, on good files", () => {
  it("fills in every default", () => {
    expect(parseScenario(SMALLEST, "my.yaml")).toEqual({
      title: "One client.",
      topology: "wire",
      family: "ipv4",
      sysctls: {},
      changes: [],
      wire: { delayMs: 20, loss: 0, seed: 1, rules: [] },
      listeners: [
        {
          name: "listener",
          port: 8088,
          backlog: 1,
          reusePort: false,
          deferAcceptS: 0,
          fastOpenQueue: 0,
          accept: { how: "never", holdMs: 0, answerBytes: 130, speaksFirst: "client" },
          calls: [],
        },
      ],
      clients: [
        {
          name: "client 1",
          atMs: 0,
          listener: "listener",
          sendBytes: 0,
          closeAfterMs: null,
          closeBy: "FIN",
          fastOpen: false,
        },
      ],
      lookAtMs: [],
      durationMs: 1000,
    });
  });

  it("reads every key, in milliseconds and bytes", () => {
    const scenario = parseScenario(
      `scenario: Everything.
topology: wire
family: ipv6
sysctls: { net.core.somaxconn: 7, net.ipv4.tcp_syncookies: 0 }
changes: [{ at: 1s, set: net.core.somaxconn, to: 9 }, { at: 2s, host: client, set: net.ipv4.tcp_syn_retries, to: 3 }]
wire:
  delay: 1.5ms
  loss: 0.25
  seed: 42
  rules:
    - { from: server, client: b, flags: S., payload: false, nth: 2, do: hold, by: 3ms }
    - { from: client, do: drop }
    - { from: client, do: forge, by: 5ms, seq-by: -1, ack-by: 70000, as: R }
listeners:
  - name: a
    port: 9000
    backlog: -1
    reuseport: true
    defer-accept: 5s
    fast-open: 16
    accept: { how: one-at-a-time, hold: 2s, answer: 1kB, speaks-first: server }
    calls: [{ at: 1s, listen: 5 }, { at: 2s, accept: 3 }, { at: 3s, close: true }]
  - { backlog: 2147483647, accept: at-once }
clients:
  - { at: 0ms, name: b, to: a, send: 82B, close-after: 4s, close-by: RST, fast-open: true }
look: [1s, 2500ms]
duration: 10s
`,
      "my.yaml",
    );
    expect(scenario).toEqual({
      title: "Everything.",
      topology: "wire",
      family: "ipv6",
      sysctls: { "net.core.somaxconn": 7, "net.ipv4.tcp_syncookies": 0 },
      changes: [
        { atMs: 1000, host: "server", name: "net.core.somaxconn", value: 9 },
        { atMs: 2000, host: "client", name: "net.ipv4.tcp_syn_retries", value: 3 },
      ],
      wire: {
        delayMs: 1.5,
        loss: 0.25,
        seed: 42,
        rules: [
          {
            from: "server",
            client: "b",
            flags: "S.",
            payload: false,
            nth: 2,
            action: "hold",
            byMs: 3,
            forgery: null,
          },
          { ...anyPacket, action: "drop", byMs: 0, forgery: null },
          { ...anyPacket, action: "forge", byMs: 5, forgery: { seqBy: -1, ackBy: 70_000, flags: "R" } },
        ],
      },
      listeners: [
        {
          name: "a",
          port: 9000,
          backlog: -1,
          reusePort: true,
          deferAcceptS: 5,
          fastOpenQueue: 16,
          accept: { how: "one-at-a-time", holdMs: 2000, answerBytes: 1000, speaksFirst: "server" },
          calls: [
            { atMs: 1000, call: "listen", argument: 5 },
            { atMs: 2000, call: "accept", argument: 3 },
            { atMs: 3000, call: "close", argument: 0 },
          ],
        },
        {
          name: "listener 2",
          port: 8089,
          backlog: 2_147_483_647,
          reusePort: false,
          deferAcceptS: 0,
          fastOpenQueue: 0,
          accept: { how: "at-once", holdMs: 0, answerBytes: 130, speaksFirst: "client" },
          calls: [],
        },
      ],
      clients: [
        {
          name: "b",
          atMs: 0,
          listener: "a",
          sendBytes: 82,
          closeAfterMs: 4000,
          closeBy: "RST",
          fastOpen: true,
        },
      ],
      lookAtMs: [1000, 2500],
      durationMs: 10_000,
    });
  });

  it("counts clients through, and sends those without a listener's name to the first listener", () => {
    const { clients } = parseScenario(
      `scenario: Three.
listeners: [{ name: x, backlog: 1 }, { name: y, backlog: 1 }]
clients: [{ at: 0ms, count: 2 }, { at: 5ms, to: y }]
duration: 1s`,
      "my.yaml",
    );
    expect(clients.map(({ name, listener, atMs }) => [name, listener, atMs])).toEqual([
      ["client 1", "x", 0],
      ["client 2", "x", 0],
      ["client 3", "y", 5],
    ]);
  });

  it("reads JSON too, which is YAML", () => {
    const json = { scenario: "J.", listener: { backlog: 0 }, clients: [{ at: "0ms" }], duration: "1s" };
    expect(parseScenario(JSON.stringify(json), "my.json").listeners[0]?.backlog).toBe(0);
  });

  it("reads an alias of something harmless", () => {
    const text = SMALLEST.replace("[{ at: 0ms }]", "[&first { at: 5ms }, *first]");
    expect(parseScenario(text, "my.yaml").clients.map(({ atMs }) => atMs)).toEqual([5, 5]);
  });
});

/** Each mistake as an edit of the smallest scenario, with where it is and what must be said. */
const MISTAKES: readonly (readonly [string, readonly [string, string], RegExp])[] = [
  ["an unknown key", ["duration: 1s", "durations: 1s"], /^my\.yaml:\d+:\d+: .*durations?/],
  [
    "an unknown key beside the others",
    ["duration", "colour: red\nduration"],
    /^my\.yaml:4:1: unrecognized key: "colour"$/,
  ],
  [
    "an unknown key inside",
    ["backlog: 1", "backlog: 1, color: red"],
    /^my\.yaml:2:25: listener: unrecognized key: "color"$/,
  ],
  [
    "a wrong type",
    ["backlog: 1", "backlog: many"],
    /^my\.yaml:2:22: listener\.backlog: expected (int|number), received string$/,
  ],
  [
    "a missing unit",
    ["at: 0ms", "at: 0"],
    /^my\.yaml:3:17: clients\.0\.at: expected a duration such as 20ms or 10s \(ns, us, ms, s, m or min, h, d\)$/,
  ],
  [
    "a bare number in quotes",
    ["duration: 1s", 'duration: "1"'],
    /^my\.yaml:4:11: duration: expected a duration such as 20ms or 10s \(ns, us, ms, s, m or min, h, d\), got 1$/,
  ],
  [
    "a size without unit",
    ["at: 0ms", "at: 0ms, send: 82"],
    /^my\.yaml:3:28: clients\.0\.send: expected a size such as 82B/,
  ],
  [
    "a backlog above int32",
    ["backlog: 1", "backlog: 2147483648"],
    /^my\.yaml:2:22: listener\.backlog: .*2147483647/,
  ],
  [
    "a backlog below int32",
    ["backlog: 1", "backlog: -2147483649"],
    /^my\.yaml:2:22: listener\.backlog: .*-2147483648/,
  ],
  ["a broken backlog", ["backlog: 1", "backlog: 1.5"], /^my\.yaml:2:22: listener\.backlog: expected int/],
  [
    "an unknown listener in `to`",
    ["at: 0ms", "at: 0ms, to: nobody"],
    /^my\.yaml:3:26: clients\.0\.to: expected the name of a listener \(listener\)$/,
  ],
  [
    "both listener and listeners",
    ["clients", "listeners: [{ backlog: 2 }]\nclients"],
    /^my\.yaml:1:1: expected either listener or listeners$/,
  ],
  [
    "neither listener nor listeners",
    ["listener: { backlog: 1 }\n", ""],
    /^my\.yaml:1:1: expected either listener or listeners$/,
  ],
  [
    "two listeners of one name",
    ["listener: { backlog: 1 }", "listeners: [{ name: a, backlog: 1 }, { name: a, backlog: 1 }]"],
    /^my\.yaml:2:12: listeners: expected listeners with different names$/,
  ],
  [
    "a port above 65535",
    ["backlog: 1", "backlog: 1, port: 65536"],
    /^my\.yaml:2:31: listener\.port: .*65535/,
  ],
  ["a loss above 1", ["duration", "wire: { loss: 1.5 }\nduration"], /^my\.yaml:4:15: wire\.loss: /],
  [
    "a sysctl outside net",
    ["duration", "sysctls: { kernel.panic: 1 }\nduration"],
    /^my\.yaml:4:\d+: sysctls/,
  ],
  [
    "a sysctl with an empty part",
    ["duration", "sysctls: { net..ipv4: 1 }\nduration"],
    /^my\.yaml:4:\d+: sysctls/,
  ],
  [
    "an unknown topology",
    ["duration", "topology: ring\nduration"],
    /^my\.yaml:4:11: topology: .*"wire"\|"loopback"/,
  ],
  ["no clients", ["[{ at: 0ms }]", "[]"], /^my\.yaml:3:10: clients: /],
  [
    "a client without a time",
    ["at: 0ms", "send: 82B"],
    /^my\.yaml:3:\d+: clients\.0\.at: expected a duration such as 20ms or 10s \(ns, us, ms, s, m or min, h, d\)$/,
  ],
  [
    "a missing duration",
    ["duration: 1s\n", ""],
    /^my\.yaml:1:1: duration: expected a duration such as 20ms or 10s \(ns, us, ms, s, m or min, h, d\)$/,
  ],
  [
    "more than ten minutes",
    ["duration: 1s", "duration: 601s"],
    /^my\.yaml:4:11: duration: expected at most 10 minutes$/,
  ],
  [
    "too many clients in all",
    ["[{ at: 0ms }]", "[{ at: 0ms, count: 20000 }, { at: 1ms }]"],
    /^my\.yaml:3:10: clients: expected at most 20000 clients in all$/,
  ],
  [
    "a wire rule about an unknown client",
    ["duration", "wire: { rules: [{ from: client, client: nobody, do: drop }] }\nduration"],
    /^my\.yaml:4:\d+: wire\.rules\.0\.client: /,
  ],
  [
    "a forgery by letters that are no flags",
    ["duration", "wire: { rules: [{ from: client, do: forge, as: X }] }\nduration"],
    /^my\.yaml:4:\d+: wire\.rules\.0\.as: expected tcpdump's letters, such as R or S$/,
  ],
  [
    "other numbers for a packet that is only held",
    ["duration", "wire: { rules: [{ from: client, do: hold, seq-by: 1 }] }\nduration"],
    /^my\.yaml:4:\d+: wire\.rules\.0\.seq-by: expected only with do: forge or replace$/,
  ],
  [
    "a hold without unit",
    ["backlog: 1", "backlog: 1, accept: { how: at-once, hold: 10 }"],
    /^my\.yaml:2:\d+: listener\.accept.*: expected .*duration such as/,
  ],
  [
    "an unknown way to accept",
    ["backlog: 1", "backlog: 1, accept: sometimes"],
    /^my\.yaml:2:33: listener\.accept: /,
  ],
  ["a duplicate key", ["duration: 1s", "duration: 1s\nduration: 2s"], /^my\.yaml:5:1: .*unique/i],
  ["an alias of nothing", ["at: 0ms", "at: *nothing"], /^my\.yaml:3:17: .*nothing/],
  ["a second document", ["duration: 1s", "duration: 1s\n---\na: 1"], /^my\.yaml:5:1: .*document/],
  ["an unclosed brace", ["backlog: 1 }", "backlog: 1"], /^my\.yaml:\d+:\d+: /],
  [
    "a tab as indentation",
    ["listener: { backlog: 1 }", "listener:\n\tbacklog: 1"],
    /^my\.yaml:3:1: .*[Tt]ab/,
  ],
];

describe("parseScenario, on mistakes", () => {
  it.each(MISTAKES)(
    "names file, line, column and what was expected for %s",
    (_name, [from, to], expected) => {
      expect(SMALLEST).toContain(from);
      expect(mistakeIn(SMALLEST.replace(from, to))).toMatch(expected);
    },
  );

  it.each([
    ["an empty file", ""],
    ["a comment only", "# nothing\n"],
    ["a YAML list", "- a\n- b\n"],
    ["a word", "hello"],
    ["a number", "42"],
    ["null", "null"],
  ])("says that %s is not a scenario", (_name, text) => {
    expect(mistakeIn(text)).toMatch(/^my\.yaml:1:\d+: expected object, received \w+$/);
  });

  it("counts columns behind characters of several bytes as an editor does", () => {
    const text = SMALLEST.replace("One client.", "Ünïcødé → 客户").replace(
      "{ backlog: 1 }",
      '{ name: "é→", backlog: x }',
    );
    expect(mistakeIn(text)).toMatch(/^my\.yaml:2:34: listener\.backlog: /);
  });

  it("counts lines of a file that was written on Windows", () => {
    expect(mistakeIn(SMALLEST.replace("at: 0ms", "at: 0").replaceAll("\n", "\r\n"))).toMatch(
      /^my\.yaml:3:17: /,
    );
  });
});

describe("parseScenario, on files that mean harm", () => {
  it("refuses a billion laughs at once", () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0
        ? "l0: &l0 [a]"
        : `l${level}: &l${level} [${Array.from({ length: 10 }, () => `*l${level - 1}`).join(", ")}]`,
    );
    expect(mistakeIn(`${levels.join("\n")}\n${SMALLEST}`)).toMatch(/^my\.yaml:\d+:\d+: /);
  });

  it("refuses an alias that contains itself", () => {
    expect(mistakeIn(SMALLEST.replace("[{ at: 0ms }]", "&all [*all]"))).toMatch(/^my\.yaml:3:\d+: /);
  });

  it("refuses a hundred thousand nested lists", () => {
    expect(mistakeIn(SMALLEST.replace("[{ at: 0ms }]", "[".repeat(100_000)))).toMatch(/^my\.yaml:\d+:\d+: /);
  });

  it("refuses forty million clients before it has made them", () => {
    const many = Array.from({ length: 2000 }, () => "{ at: 0ms, count: 20000 }").join(", ");
    expect(mistakeIn(SMALLEST.replace("{ at: 0ms }", many))).toMatch(
      /clients: expected at most 20000 clients/,
    );
  });

  it("warns of nothing beside the one line", () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    mistakeIn(SMALLEST.replace("duration: 1s", "duration: 1s\n? { a: 1 }\n: 2"));
    mistakeIn(SMALLEST.replace("at: 0ms", "at: !unknown 0ms, to: nobody"));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it("has no way to JavaScript's prototypes", () => {
    expect(mistakeIn(SMALLEST.replace("backlog: 1", "backlog: 1, __proto__: { polluted: 1 }"))).toMatch(
      /__proto__/,
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
