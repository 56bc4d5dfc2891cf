import { type AnyRule, type RuleConfig, rules } from './catalog.ts'
import type { ContractInput, Judged } from './rule.ts'

/** One finding a rule, in the order of the contract, with what follows from a breach. */
export function checkContract(input: ContractInput, contract: readonly RuleConfig[]): Judged[] {
  return contract.map((config) => {
    const rule: AnyRule = rules.get(config.rule)
    return { ...rule.check(input, config), action: config.action }
  })
}
