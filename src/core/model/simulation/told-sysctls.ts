/**
 * The sysctls that a simulation's trace tells: those that the model obeys, and what the scenario itself sets.
 *
 * @module
 */
import { type Scenario, wantedSysctls } from "../../scenario/index.ts";
import { type ModelSysctls, SYSCTL_FIELDS } from "../rules/model-sysctls.ts";
import type { KernelRules } from "../rules/rules.ts";

/** By the kernel's name; null for what the era has not. */
export function toldSysctls(
  scenario: Scenario,
  rules: KernelRules,
  sysctls: Readonly<ModelSysctls>,
): Record<string, number | null> {
  const known = Object.entries(SYSCTL_FIELDS).map(([name, field]) => [name, sysctls[field]] as const);
  const told: Record<string, number | null> = { ...wantedSysctls(scenario), ...Object.fromEntries(known) };
  if (rules.linearTimeoutsDefault === 0) told["net.ipv4.tcp_syn_linear_timeouts"] = null;
  return told;
}
