import type { z } from 'zod'
import { anyConfig, catalog } from '../../base/catalog.ts'
import { classBalanceRule } from './class-balance.ts'
import { columnKindsRule } from './column-kinds.ts'
import { duplicateRowsRule } from './duplicate-rows.ts'
import { freshnessRule } from './freshness.ts'
import { knownCategoriesRule } from './known-categories.ts'
import { labelNoiseRule } from './label-noise.ts'
import { leakageRule } from './leakage.ts'
import { missingShareRule } from './missing-share.ts'
import { nullSpikeRule } from './null-spike.ts'
import { rowVolumeRule } from './row-volume.ts'
import type { Rule } from './rule.ts'
import { scaleChangeRule } from './scale-change.ts'
import { sourceCapRule } from './source-cap.ts'
import { uniqueValuesRule } from './unique-values.ts'
import { valueRangeRule } from './value-range.ts'

/** Every rule of the data contract, in the order the docs list them. Add a line here when you add a file here. */
export const rules = catalog('data rule', [
  columnKindsRule,
  valueRangeRule,
  scaleChangeRule,
  missingShareRule,
  nullSpikeRule,
  knownCategoriesRule,
  uniqueValuesRule,
  duplicateRowsRule,
  rowVolumeRule,
  freshnessRule,
  sourceCapRule,
  labelNoiseRule,
  classBalanceRule,
  leakageRule,
])

export type RuleId = (typeof rules.ids)[number]

/** A rule's options in a configuration file. */
export const RuleConfig = anyConfig('rule', rules.all)
export type RuleConfig = z.output<typeof RuleConfig>

/** Any rule of the catalog, where its own options no longer matter. */
export type AnyRule = Rule<RuleId, z.ZodType<RuleConfig>>

/**
 * What stands before a training unless somebody says otherwise: rules that need no word about the data and whose false
 * alarms are measured on real streams (bench/). The others are asked for by name.
 */
export const DEFAULT_CONTRACT: readonly RuleConfig[] = (['scale-change', 'null-spike', 'label-noise'] as const).map(
  (rule) => RuleConfig.parse({ rule }),
)
