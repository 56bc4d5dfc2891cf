import { z } from 'zod'
import { unreachable } from '../../base/assert.ts'
import { labelNoiseRule } from './label-noise.ts'
import { nullSpikeRule } from './null-spike.ts'
import type { ContractInput, Finding } from './rule.ts'
import { scaleChangeRule } from './scale-change.ts'

/** The settings of one rule of the contract. */
export const RuleConfig = z.discriminatedUnion('rule', [
  scaleChangeRule.config,
  nullSpikeRule.config,
  labelNoiseRule.config,
])
export type RuleConfig = z.output<typeof RuleConfig>

/** Every rule with its defaults: what stands before a training unless somebody says otherwise. */
export const DEFAULT_CONTRACT: readonly RuleConfig[] = [
  scaleChangeRule.config.parse({ rule: 'scale-change' }),
  nullSpikeRule.config.parse({ rule: 'null-spike' }),
  labelNoiseRule.config.parse({ rule: 'label-noise' }),
]

/** One finding a rule, in the order of the contract. */
export function checkContract(input: ContractInput, contract: readonly RuleConfig[]): Finding[] {
  return contract.map((config) => checkRule(input, config))
}

function checkRule(input: ContractInput, config: RuleConfig): Finding {
  switch (config.rule) {
    case 'scale-change':
      return scaleChangeRule.check(input, config)
    case 'null-spike':
      return nullSpikeRule.check(input, config)
    case 'label-noise':
      return labelNoiseRule.check(input, config)
    default:
      return unreachable(config)
  }
}
