import { describe, expect, it } from "vitest";
import { rulesOf, withRules } from "../../../../src/core/model/index.ts";
import { visibleRules } from "../../../../src/system/probe/visible-rules.ts";

const counters = { TCPReqQFullDrop: 0, TCPSynRetrans: 0, TCPSYNChallenge: 0 };
const sysctls = {
  "net.core.somaxconn": 4096,
  "net.ipv4.tcp_syncookies": 1,
  "net.ipv4.tcp_syn_retries": 6,
  "net.ipv4.tcp_syn_linear_timeouts": 4,
};

describe("visibleRules", () => {
  it("contradicts no era from 6.5 on where a namespace shows their values", () => {
    const rules = rulesOf("6.5");
    expect(withRules(rules, visibleRules({ sysctls, counters }))).toBe(rules);
  });

  it("says that SYNs go at growing gaps where tcp_syn_linear_timeouts is absent", () => {
    const older = { ...sysctls, "net.ipv4.tcp_syn_linear_timeouts": null };
    const { name } = withRules(rulesOf("6.5"), visibleRules({ sysctls: older, counters }));
    expect(name).toBe("6.5 with linearTimeoutsDefault 0");
  });

  it("leaves to the era what a namespace hides", () => {
    const hidden = { ...sysctls, "net.core.somaxconn": null };
    expect(visibleRules({ sysctls: hidden, counters })).not.toHaveProperty("somaxconnDefault");
  });

  it("takes an older value for what it is", () => {
    const older = visibleRules({ sysctls: { ...sysctls, "net.core.somaxconn": 128 }, counters });
    expect(withRules(rulesOf("5.4"), older).name).toContain("somaxconnDefault 128");
  });

  it("knows a rule by whether its counter exists", () => {
    const without = visibleRules({ sysctls, counters: { ...counters, TCPSynRetrans: null } });
    expect(without).toMatchObject({ countsSynRetrans: false, countsSynQueueFull: true });
  });
});
