import type { TaskKind } from '../../src/data/schema.ts'
import type { GateId } from '../../src/gates/catalog.ts'
import type { GateInput } from '../../src/gates/gate.ts'
import {
  answerTimes,
  chosenByColour,
  claimsTooMuch,
  frail,
  gateInput,
  movedUp,
  oneWrongRow,
  trueMetric,
  worseWhereRed,
} from './gate-worlds.ts'
import type { Exemptions } from './law.ts'

/** How a gate is put to the test. */
export interface GateTrial {
  readonly kinds: readonly TaskKind[]
  /** The options that have no default, if any. */
  readonly least?: Readonly<Record<string, unknown>>
  /** Options that the chances below are claimed with. */
  readonly options: Readonly<Record<string, unknown>> | ((kind: TaskKind) => Readonly<Record<string, unknown>>)
  /** A challenger exactly on the line that the gate draws. */
  border(kind: TaskKind, seed: number): GateInput
  /** Chance to pass and to fail there. */
  readonly claimed: { readonly pass: number; readonly fail: number }
  good(kind: TaskKind, seed: number): GateInput
  bad(kind: TaskKind, seed: number): GateInput
}

const ROWS = 1500
/** The most noise under which scores still say something, and so much that they say nothing. */
const POOR = 2
const NONSENSE = 1e6
const CLASSES: readonly TaskKind[] = ['binary', 'multiclass']
const ALL: readonly TaskKind[] = ['binary', 'multiclass', 'regression']

function withNoise(champion: number, challenger: number) {
  return (kind: TaskKind, seed: number) => gateInput(kind, ROWS, seed, { champion, challenger })
}

/** The draws of a world at the usual number of rows. */
function of(world: (kind: TaskKind, rows: number, seed: number) => GateInput) {
  return (kind: TaskKind, seed: number) => world(kind, ROWS, seed)
}

/** The usual rows, with something that was gathered changed. */
function changed(change: (kind: TaskKind, seed: number) => Partial<GateInput>) {
  return (kind: TaskKind, seed: number) => ({ ...withNoise(0, 0)(kind, seed), ...change(kind, seed) })
}

function constant(kind: TaskKind, seed: number): GateInput {
  const input = gateInput(kind, ROWS, seed, { champion: 0, challenger: 0 })
  return { ...input, challenger: input.challenger.map(() => (kind === 'multiclass' ? 1 / 3 : 0.5)) }
}

function leaked(kind: TaskKind, seed: number): GateInput {
  const input = gateInput(kind, ROWS, seed, { champion: 0, challenger: 0 })
  return { ...input, training: { ...input.training, challenger: [1, 2, '10007'] } }
}

const PAIRED = { border: withNoise(0.7, 0.7), good: withNoise(POOR, 0), bad: withNoise(0, POOR) }
const FIVE_PERCENT = { pass: 0.05, fail: 0.05 }
/** What is counted is never wrong: on the line it passes. */
const COUNTED = { pass: 1, fail: 0 }
const counts = (rows: number) => ({ trainingCounts: { windows: 3, rows, rowsPerClass: [200, rows - 200] } })

export const GATE_TRIALS: Readonly<Record<GateId, GateTrial>> = {
  'overlap-audit': {
    kinds: ['binary'],
    options: {},
    // Nothing is estimated: without a shared id it never fails.
    border: withNoise(0, 0),
    claimed: COUNTED,
    good: withNoise(0, 0),
    bad: leaked,
  },
  convergence: {
    kinds: CLASSES,
    options: {},
    border: withNoise(0, NONSENSE),
    claimed: FIVE_PERCENT,
    good: withNoise(0, 0),
    bad: constant,
  },
  'minimum-data': {
    kinds: ['binary'],
    options: { minRows: 500 },
    border: changed(() => counts(500)),
    claimed: COUNTED,
    good: withNoise(0, 0),
    bad: changed(() => counts(499)),
  },
  // "Better" draws its line at equality, where A/A pairs are.
  'paired-blocks': {
    kinds: ['binary', 'regression'],
    options: { accept: 'better' },
    claimed: FIVE_PERCENT,
    ...PAIRED,
  },
  'block-bet': {
    kinds: ['binary', 'regression'],
    options: { accept: 'better' },
    claimed: FIVE_PERCENT,
    ...PAIRED,
  },
  'metric-ratio': { kinds: ALL, options: { ratio: 1 }, claimed: FIVE_PERCENT, ...PAIRED },
  'absolute-metric': {
    kinds: ALL,
    options: (kind) => {
      const metric = kind === 'binary' ? 'auc' : kind === 'multiclass' ? 'accuracy' : 'rmse'
      return { metric, limit: trueMetric(kind, metric, 0.7) }
    },
    claimed: FIVE_PERCENT,
    ...PAIRED,
  },
  // That no slice is shown to be worse is all that the default asks: on the line it mostly passes.
  slices: {
    kinds: ['binary', 'regression'],
    options: { margin: 0, features: ['colour', 'x1'] },
    border: withNoise(0.7, 0.7),
    claimed: { pass: 1, fail: 0.05 },
    good: withNoise(POOR, 0),
    bad: of(worseWhereRed),
  },
  fairness: {
    kinds: ['binary'],
    least: { feature: 'colour' },
    options: { maxDifference: 0.15 },
    border: of(chosenByColour(0.55, 0.4)),
    claimed: FIVE_PERCENT,
    good: of(chosenByColour(0.4, 0.4)),
    bad: of(chosenByColour(0.75, 0.4)),
  },
  calibration: {
    kinds: ['binary'],
    options: { measure: 'in-the-large', limit: 0.05 },
    border: of(claimsTooMuch(0.05)),
    claimed: FIVE_PERCENT,
    good: withNoise(0, 0),
    bad: of(claimsTooMuch(0.2)),
  },
  'prediction-alignment': {
    kinds: ALL,
    options: (kind) => ({ limit: kind === 'multiclass' ? 0.1 : 0.135 }),
    border: of(movedUp(0.15)),
    claimed: FIVE_PERCENT,
    good: of(movedUp(0.01)),
    bad: of(movedUp(0.4)),
  },
  'missing-robustness': {
    kinds: ['binary', 'regression'],
    options: { limit: 0.1 },
    border: of(frail(0.1)),
    claimed: FIVE_PERCENT,
    good: of(frail(0)),
    bad: of(frail(0.3)),
  },
  'must-pass': {
    kinds: ALL,
    least: { rows: [{ features: { x0: 1 }, expect: 'yes' }] },
    options: {},
    border: withNoise(0, 0),
    claimed: COUNTED,
    good: withNoise(0, 0),
    bad: (kind, seed) => oneWrongRow(withNoise(0, 0)(kind, seed), kind),
  },
  'artifact-size': {
    kinds: ['binary'],
    options: { maxBytes: 5_000_000, maxRatio: 2 },
    border: changed(() => ({ artifactBytes: { champion: 1e6, challenger: 2e6 } })),
    claimed: COUNTED,
    good: withNoise(0, 0),
    bad: changed(() => ({ artifactBytes: { champion: 1e6, challenger: 2e6 + 1 } })),
  },
  latency: {
    kinds: ['binary'],
    options: { limit: 100 },
    border: changed((_, seed) => ({ latencies: answerTimes(ROWS, 100, seed) })),
    claimed: FIVE_PERCENT,
    good: withNoise(0, 0),
    bad: changed((_, seed) => ({ latencies: answerTimes(ROWS, 200, seed) })),
  },
}

const NO_ROWS = 'no rows are inconclusive, and it says what it needs'
const THREE_ROWS = 'three rows are inconclusive, and it says what it needs'
const UNLABELLED = 'rows without a label do not count'
const NO_NUMBER = 'a challenger with a score that is no number never passes'
const OF_TRAINING = 'it counts what was learned from, not what is held out'
const OF_BYTES = 'it counts the bytes of an artifact; no row is read'

export const GATE_EXEMPTIONS: Exemptions = {
  'overlap-audit': {
    [THREE_ROWS]: 'an audit of ids is no estimate: three held-out rows can be looked up as well as three thousand',
    [NO_NUMBER]: 'it reads ids, not scores; convergence reads them',
  },
  'minimum-data': {
    [NO_ROWS]: OF_TRAINING,
    [THREE_ROWS]: OF_TRAINING,
    [UNLABELLED]: OF_TRAINING,
    [NO_NUMBER]: OF_TRAINING,
  },
  'artifact-size': { [NO_ROWS]: OF_BYTES, [THREE_ROWS]: OF_BYTES, [UNLABELLED]: OF_BYTES, [NO_NUMBER]: OF_BYTES },
  'must-pass': {
    [THREE_ROWS]: 'each frozen row is right or wrong: three are as good as three thousand',
    [UNLABELLED]: 'frozen rows bring their own expectation; the labels of held-out rows are not read',
    [NO_NUMBER]: 'it reads the scores of the frozen rows; its own test makes one of those no number',
  },
  'prediction-alignment': { [UNLABELLED]: 'it compares what two versions say, whatever the labels are' },
  fairness: { [UNLABELLED]: 'demographic parity asks who is chosen, not who should have been' },
  latency: {
    [UNLABELLED]: 'it reads the times of answers, whether or not a label followed',
    [NO_NUMBER]: 'it reads times, not scores; convergence reads them',
  },
}
