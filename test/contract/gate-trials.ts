import type { TaskKind } from '../../src/data/schema.ts'
import type { GateId } from '../../src/gates/catalog.ts'
import type { GateInput } from '../../src/gates/gate.ts'
import type { Exemptions } from './law.ts'
import { drawPair } from './worlds.ts'

/** How a gate is put to the test. */
export interface GateTrial {
  readonly kinds: readonly TaskKind[]
  /** Options that the chances below are claimed with. */
  readonly options: Readonly<Record<string, unknown>>
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

type Noise = { readonly champion: number; readonly challenger: number }

export function gateInput(kind: TaskKind, rows: number, seed: number, noise: Noise): GateInput {
  const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)
  return {
    ...drawPair(kind, rows, seed, noise),
    scale: kind === 'regression' ? Math.sqrt(5) : 1,
    training: { champion: ids(0, 500), challenger: ids(250, 500) },
    heldOut: ids(10_000, rows),
    equalContentRows: 3,
  }
}

function withNoise(champion: number, challenger: number) {
  return (kind: TaskKind, seed: number) => gateInput(kind, ROWS, seed, { champion, challenger })
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

export const GATE_TRIALS: Readonly<Record<GateId, GateTrial>> = {
  'overlap-audit': {
    kinds: ['binary'],
    options: {},
    // Nothing is estimated: without a shared id it never fails.
    border: withNoise(0, 0),
    claimed: { pass: 1, fail: 0 },
    good: withNoise(0, 0),
    bad: leaked,
  },
  convergence: {
    kinds: ['binary', 'multiclass'],
    options: {},
    border: withNoise(0, NONSENSE),
    claimed: FIVE_PERCENT,
    good: withNoise(0, 0),
    bad: constant,
  },
  // "Better" draws its line at equality, where A/A pairs are.
  'paired-blocks': {
    kinds: ['binary', 'regression'],
    options: { accept: 'better' },
    claimed: FIVE_PERCENT,
    ...PAIRED,
  },
  'metric-ratio': {
    kinds: ['binary', 'multiclass', 'regression'],
    options: { ratio: 1 },
    claimed: FIVE_PERCENT,
    ...PAIRED,
  },
}

export const GATE_EXEMPTIONS: Exemptions = {
  'overlap-audit': {
    'three rows are inconclusive, and it says what it needs':
      'an audit of ids is no estimate: three held-out rows can be looked up as well as three thousand',
    'a challenger with a score that is no number never passes': 'it reads ids, not scores; convergence reads them',
  },
}
