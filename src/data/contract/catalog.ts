import type { z } from 'zod'
import { anyConfig, catalog } from '../../base/catalog.ts'
import { labelNoiseRule } from './label-noise.ts'
import { nullSpikeRule } from './null-spike.ts'
import type { Rule } from './rule.ts'
import { scaleChangeRule } from './scale-change.ts'

/** Every rule of the data contract, in the order the docs list them. Add a line here when you add a file here. */
export const rules = catalog('data rule', [scaleChangeRule, nullSpikeRule, labelNoiseRule])

export type RuleId = (typeof rules.ids)[number]

/** A rule's options in a configuration file. */
export const RuleConfig = anyConfig('rule', rules.all)
export type RuleConfig = z.output<typeof RuleConfig>

/** Any rule of the catalog, where its own options no longer matter. */
export type AnyRule = Rule<RuleId, z.ZodType<RuleConfig>>

/** Every rule with its defaults: what stands before a training unless somebody says otherwise. */
export const DEFAULT_CONTRACT: readonly RuleConfig[] = rules.ids.map((rule) => RuleConfig.parse({ rule }))
