import { type Rng, seededRng } from '../../src/base/rng.ts'
import type { MetricInput } from '../../src/stats/metrics/metric.ts'

/** The inputs of the golden fixtures, by the same arithmetic as streams.py; see there. */

/** Twelve uniforms, added left to right, minus 6: mean 0, variance 1. */
export function bell(rng: Rng): number {
  let total = rng()
  for (let i = 0; i < 11; i++) total += rng()
  return total - 6
}

export interface NumbersCase {
  readonly seed: number
  readonly rows: number
  readonly mean: number
  readonly sd: number
  readonly step: number
}

export function numbers({ seed, rows, mean, sd, step }: NumbersCase): Float64Array {
  const rng = seededRng(seed)
  return Float64Array.from({ length: rows }, () => {
    const x = mean + sd * bell(rng)
    return step > 0 ? Math.floor(x / step) * step : x
  })
}

export interface BinaryCase {
  readonly kind: 'binary'
  readonly seed: number
  readonly rows: number
  readonly share: number
  readonly skill: number
  readonly step: number
  readonly missing: number
}

export interface MulticlassCase {
  readonly kind: 'multiclass'
  readonly seed: number
  readonly rows: number
  readonly classes: number
  readonly labelled: number
  readonly likely: number
  readonly skill: number
  readonly missing: number
}

export interface RegressionCase {
  readonly kind: 'regression'
  readonly seed: number
  readonly rows: number
  readonly mean: number
  readonly sd: number
  readonly noise: number
  readonly zeros: number
  readonly missing: number
}

export type InputCase = BinaryCase | MulticlassCase | RegressionCase

export function metricInput(of: InputCase): MetricInput {
  const rng = seededRng(of.seed)
  const labels = new Float64Array(of.rows)
  const width = of.kind === 'multiclass' ? of.classes : 1
  const scores = new Float32Array(of.rows * width)
  for (let row = 0; row < of.rows; row++) {
    const drawn = drawRow(of, rng, row)
    const isUnlabelled = of.missing > 0 && row % of.missing === of.missing - 1
    labels[row] = isUnlabelled ? Number.NaN : drawn.label
    scores.set(drawn.scores, row * width)
  }
  const classes = of.kind === 'multiclass' ? of.classes : of.kind === 'binary' ? 2 : 0
  return { kind: of.kind, classes, labels, scores }
}

function drawRow(of: InputCase, rng: Rng, row: number): { label: number; scores: number[] } {
  switch (of.kind) {
    case 'binary': {
      const label = rng() < of.share ? 1 : 0
      const score = Math.min(1, Math.max(0, 0.35 + of.skill * label + 0.15 * bell(rng)))
      return { label, scores: [of.step > 0 ? Math.floor(score / of.step) * of.step : score] }
    }
    case 'multiclass': {
      const label = Math.floor(rng() * of.labelled)
      const weights = Array.from({ length: of.classes }, (_, k) => {
        return (rng() + (k === label ? of.skill : 0)) * (k < of.likely ? 1 : 0)
      })
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      return { label, scores: weights.map((weight) => weight / total) }
    }
    case 'regression': {
      const drawn = of.mean + of.sd * bell(rng)
      const label = of.zeros > 0 && row % of.zeros === 0 ? 0 : drawn
      return { label, scores: [label + of.noise * bell(rng)] }
    }
  }
}
