import type { Plugin } from '../../base/catalog.ts'
import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL, requireLevel } from '../interval/level.ts'

/** Labels and scores of the same consecutive rows. */
export interface MetricInput {
  readonly kind: 'binary' | 'multiclass' | 'regression'
  /** Classes: 2 for binary, 2 or more for multiclass, 0 for regression. */
  readonly classes: number
  /** Class codes 0 … classes − 1, or values. NaN = no label yet: such rows are left out. */
  readonly labels: Float64Array
  /** binary: P(class 1) a row · multiclass: row-major rows × classes, probabilities · regression: the value. */
  readonly scores: Float32Array
}

/** Whether the metric's unit is a part of a whole, a logarithm, or that of the label itself. */
export type MetricUnit = 'share' | 'squared share' | 'nats' | 'label units'

/** A number with its interval and the rows it rests on, or how many it lacks. Never NaN, never infinite. */
export type Measured =
  | { readonly kind: 'measured'; readonly value: number; readonly interval: Interval; readonly rows: number }
  /** `haveRows` and `needRows` count what the metric divides by: of precision, for one, the rows predicted positive. */
  | { readonly kind: 'insufficient'; readonly haveRows: number; readonly needRows: number }

/** A measure of how well a model predicts. */
export interface Metric<Id extends string = string> extends Plugin {
  readonly id: Id
  readonly tasks: readonly MetricInput['kind'][]
  readonly better: 'higher' | 'lower'
  readonly unit: MetricUnit
  readonly source: string
  /**
   * @param input rows of one of `tasks`
   * @param level confidence of the interval, in (0, 1); default .95
   * @throws RangeError when task, shape or level is not one it takes; Fault DATA_INVALID for an impossible label or score
   */
  measure(input: MetricInput, level?: number): Measured
}

/** What a metric's file gives: a formula that may rely on a checked task, shape and level. */
type MetricDefinition<Id extends string> = Omit<Metric<Id>, 'measure'> & {
  measure(input: MetricInput, level: number): Measured
}

/** Gives a metric its exact types, checks level and task before its formula, and freezes it. */
export function defineMetric<const Id extends string>(definition: MetricDefinition<Id>): Metric<Id> {
  return Object.freeze({
    ...definition,
    measure(input: MetricInput, level: number = DEFAULT_LEVEL): Measured {
      requireLevel(level)
      if (!definition.tasks.includes(input.kind)) {
        const tasks = definition.tasks.join(', ')
        throw new RangeError(`metric '${definition.id}' is for ${tasks}; got ${input.kind}`)
      }
      return definition.measure(input, level)
    },
  })
}

/** A number that could be measured: `value` inside `interval`, on `rows` ≥ 1 rows. */
export function measured(value: number, interval: Interval, rows: number): Measured {
  return { kind: 'measured', value, interval, rows }
}

/** Too few rows of what the metric divides by: `haveRows` < `needRows`. */
export function insufficient(haveRows: number, needRows: number): Measured {
  return { kind: 'insufficient', haveRows, needRows }
}

/** The interval cut to where the metric can lie. */
export function cutTo(interval: Interval, lowest: number, highest: number): Interval {
  return { ...interval, low: Math.max(lowest, interval.low), high: Math.min(highest, interval.high) }
}
