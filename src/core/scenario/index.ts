/**
 * What to do, and with which units: scenarios and their text form.
 *
 * @module
 */
export { seededChance } from "./chance.ts";
export { parseScenario } from "./parse.ts";
export { payloadOf } from "./payload.ts";
export { printScenario } from "./print.ts";
export type {
  AcceptPlan,
  ClientPlan,
  ListenerPlan,
  Scenario,
  ServerCall,
  SysctlChange,
  WirePlan,
  WireRule,
} from "./scenario.ts";
export {
  clientEndpoint,
  clientNameOf,
  FIRST_CLIENT_PORT,
  LAB_ADDRESSES,
  listenerEndpoint,
  listenerNameAt,
  listenerNamed,
} from "./scenario.ts";
export { formatDuration, parseDuration, parseSize } from "./units.ts";
export { wantedSysctls } from "./wanted-sysctls.ts";
export type { Fate } from "./wire-rules.ts";
export { WireRules } from "./wire-rules.ts";
