import { type AnyRule, type RuleConfig, rules } from './catalog.ts'
import type { ContractInput, Finding } from './rule.ts'

/** One finding a rule, in the order of the contract. */
export function checkContract(input: ContractInput, contract: readonly RuleConfig[]): Finding[] {
  return contract.map((config) => {
    const rule: AnyRule = rules.get(config.rule)
    return rule.check(input, config)
  })
}
