import { expect, test } from 'vitest'
import { seededRng } from '../../src/base/rng.ts'
import type { TaskKind } from '../../src/data/schema.ts'
import type { GateInput } from '../../src/gates/gate.ts'
import { certain, chosenByColour, claimsTooMuch, gateInput, movedUp } from '../contract/gate-worlds.ts'
import { mostAlarms } from '../contract/numbers.ts'
import { askGate } from '../support/gate-rows.ts'

const DRAWS = 300
const ROWS = 1500
const MOST = mostAlarms(DRAWS, 0.05)

type World = (kind: TaskKind, rows: number, seed: number) => GateInput
type Options = Parameters<typeof askGate>[1]

/** Claims twice as far from even as they may be: the slope is one half. */
const tooSure: World = (kind, rows, seed) => {
  const input = gateInput(kind, rows, seed, { champion: 0, challenger: 0 })
  return { ...input, challenger: input.champion.map((p) => p ** 2 / (p ** 2 + (1 - p) ** 2)) }
}

/** Of red rows with the outcome 60 % are chosen, of others 40 %; without it 30 % of all. */
const unequalHits: World = (kind, rows, seed) => {
  const input = chosenByColour(0.5, 0.5)(kind, rows, seed)
  const rng = seededRng(seed + 21)
  const colours = input.features?.columns.find(({ name }) => name === 'colour')?.values
  const share = (row: number) => (input.labels[row] === 1 ? (colours?.[row] === 0 ? 0.6 : 0.4) : 0.3)
  return {
    ...input,
    challenger: certain(
      kind,
      input.labels.map((_, row) => (rng() < share(row) ? 1 : 0)),
    ),
  }
}

/** The shares that the challenger chooses differ between groups by .2, those of the champion by .1. */
const lessFair: World = (kind, rows, seed) => {
  const champion = chosenByColour(0.5, 0.4)(kind, rows, seed)
  const rng = seededRng(seed + 33)
  const colours = champion.features?.columns.find(({ name }) => name === 'colour')?.values
  const codes = champion.labels.map((_, row) => (rng() < (colours?.[row] === 0 ? 0.6 : 0.4) ? 1 : 0))
  return { ...champion, champion: champion.challenger, challenger: certain(kind, codes) }
}

const BY_COLOUR = { gate: 'fairness', feature: 'colour' } as const

const BORDERS: readonly (readonly [string, World, Options])[] = [
  ['calibration, slope', tooSure, { gate: 'calibration', measure: 'slope', limit: 0.5 }],
  ['calibration, ece', claimsTooMuch(0.1), { gate: 'calibration', measure: 'ece', limit: 0.1 }],
  [
    'calibration in the large, against the champion',
    claimsTooMuch(0.05),
    { gate: 'calibration', measure: 'in-the-large', against: 'champion', margin: 0.05 },
  ],
  ['fairness, four fifths', chosenByColour(0.4, 0.5), { ...BY_COLOUR, measure: 'four-fifths', minRatio: 0.8 }],
  ['fairness, equal opportunity', unequalHits, { ...BY_COLOUR, measure: 'equal-opportunity', maxDifference: 0.2 }],
  ['fairness, equalised odds', unequalHits, { ...BY_COLOUR, measure: 'equalised-odds', maxDifference: 0.2 }],
  ['fairness, against the champion', lessFair, { ...BY_COLOUR, against: 'champion', margin: 0.1 }],
  ['alignment, ks', movedUp(0.15), { gate: 'prediction-alignment', distance: 'ks', limit: 0.135 }],
]

test.each(BORDERS)(
  '%s: a challenger on the line neither passes nor fails oftener than in 1 of 20 draws',
  (_, world, options) => {
    const seen = { pass: 0, fail: 0 }
    for (let seed = 0; seed < DRAWS; seed++) {
      const { outcome } = askGate(world('binary', ROWS, 7000 + seed), options)
      if (outcome === 'pass' || outcome === 'fail') seen[outcome]++
    }
    expect(seen.pass, 'passed').toBeLessThanOrEqual(MOST)
    expect(seen.fail, 'failed').toBeLessThanOrEqual(MOST)
  },
)
