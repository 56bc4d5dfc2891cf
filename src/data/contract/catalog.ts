import { catalog } from '../../base/catalog.ts'
import { labelNoiseRule } from './label-noise.ts'
import { nullSpikeRule } from './null-spike.ts'
import { scaleChangeRule } from './scale-change.ts'

/** Every rule of the data contract, in the order the docs list them. Add a line here when you add a file here. */
export const rules = catalog('data rule', [scaleChangeRule, nullSpikeRule, labelNoiseRule])

export type RuleId = (typeof rules.ids)[number]
