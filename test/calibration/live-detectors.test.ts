import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../src/base/evidence.ts'
import { normal, type Rng, seededRng } from '../../src/base/rng.ts'
import type { Task } from '../../src/data/schema.ts'
import { labelDriftDetector } from '../../src/detectors/drift/label-drift.ts'
import { predictionDriftDetector } from '../../src/detectors/drift/prediction-drift.ts'
import { sliceDecayDetector } from '../../src/detectors/performance/slice-decay.ts'
import { mostAlarms } from '../contract/numbers.ts'
import { alarmsOf, numbersColumn, textsColumn, watchedOn } from '../support/watched-columns.ts'

const ALPHA = 0.05
const LIVES = 100
const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const VALUES: Task = { kind: 'regression' }

interface World {
  readonly name: string
  readonly task: Task
  /** A score, and the label that belongs to it. */
  readonly row: (rng: Rng) => readonly [score: number, label: number]
}

const WORLDS: readonly World[] = [
  { name: 'one error in twenty', task: BINARY, row: (rng) => [0.05, rng() < 0.05 ? 1 : 0] },
  { name: 'scores of every size', task: BINARY, row: (rng) => claimed(rng() ** 3, rng) },
  { name: 'bell-shaped errors', task: VALUES, row: (rng) => erring(normal(rng), normal(rng)) },
  {
    name: 'heavy-tailed errors',
    task: VALUES,
    row: (rng) => erring(normal(rng), normal(rng) * Math.exp(normal(rng) / 2)),
  },
]

function claimed(score: number, rng: Rng): readonly [number, number] {
  return [score, rng() < score ? 1 : 0]
}

function erring(value: number, error: number): readonly [number, number] {
  return [value, value + error]
}

type Live = (world: World, windows: readonly number[], rng: Rng) => readonly Evidence[]

/** By detector: what it says of the last of some windows in which nothing changes, with no floor to hide its errors. */
const DETECTORS: Readonly<Record<string, Live>> = {
  'slice-decay': (world, windows, rng) => {
    const { version, view } = livesOf(world, rng)
    const options = { falseDiscoveries: ALPHA, minRise: 0, relativeRise: 0, baselineWindows: windows.length - 1 }
    const config = sliceDecayDetector.config.parse({ detector: 'slice-decay', ...options })
    let seen = { evidence: [] as readonly Evidence[], state: sliceDecayDetector.start(version, config) }
    for (const rows of windows) seen = sliceDecayDetector.measure(seen.state, version, view(rows), config)
    return seen.evidence
  },
  'prediction-drift': (world, windows, rng) => {
    const { version, view } = livesOf(world, rng)
    const options = { alpha: ALPHA, minChange: 0, baselineWindows: windows.length - 1 }
    const config = predictionDriftDetector.config.parse({ detector: 'prediction-drift', ...options })
    let seen = { evidence: [] as readonly Evidence[], state: predictionDriftDetector.start(version, config) }
    for (const rows of windows) seen = predictionDriftDetector.measure(seen.state, version, view(rows), config)
    return seen.evidence
  },
  'label-drift': (world, windows, rng) => {
    const { version, view } = livesOf(world, rng)
    const config = labelDriftDetector.config.parse({ detector: 'label-drift', alpha: ALPHA })
    return labelDriftDetector.measure(null, version, view(windows.at(-1) ?? 0), config).evidence
  },
}

/** Six features that say nothing of the error: four numbers, a short and a long list. */
function livesOf({ task, row }: World, rng: Rng) {
  const columns = (rows: number) => [
    ...['a', 'b', 'c', 'd'].map((name) =>
      numbersColumn(
        name,
        Array.from({ length: rows }, () => normal(rng)),
      ),
    ),
    textsColumn(
      'few',
      Array.from({ length: rows }, () => `c${Math.floor(3 * rng())}`),
    ),
    textsColumn(
      'many',
      Array.from({ length: rows }, () => `c${Math.floor((1 - rng()) ** -0.7)}`),
    ),
  ]
  const drawn = (rows: number) => Array.from({ length: rows }, () => row(rng))
  const trained = watchedOn(columns(500), { task, labels: Float64Array.from(drawn(500), ([, label]) => label) })
  const view = (rows: number) => {
    const outcomes = drawn(rows)
    return trained.view(columns(rows), {
      labels: Float64Array.from(outcomes, ([, label]) => label),
      scores: Float32Array.from(outcomes, ([score]) => score),
    })
  }
  return { version: trained.version, view }
}

const SIZES = [{ windows: [300, 300, 300, 300] }, { windows: [250, 1500] }, { windows: [1000, 1000, 250] }]

describe.each(Object.keys(DETECTORS))('%s in lives without change', (id) => {
  for (const world of WORLDS) {
    test.each(SIZES)(`alarms no oftener than it claims: ${world.name}, windows of $windows rows`, ({ windows }) => {
      let wrong = 0
      for (let life = 0; life < LIVES; life++) {
        const evidence = DETECTORS[id]?.(world, windows, seededRng(life * 7 + windows.length)) ?? []
        expect(evidence.some(({ kind }) => kind !== 'insufficient')).toBe(true)
        if (alarmsOf(evidence).length > 0) wrong++
      }
      expect(wrong).toBeLessThanOrEqual(mostAlarms(LIVES, ALPHA))
    })
  }
})
