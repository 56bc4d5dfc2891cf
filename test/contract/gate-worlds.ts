import { type Rng, seededRng } from '../../src/base/rng.ts'
import { metricInput } from '../../src/data/row-losses.ts'
import { scoresPerRow, type TaskKind } from '../../src/data/schema.ts'
import { type GateInput, NOTHING_GATHERED } from '../../src/gates/gate.ts'
import { type MetricId, metrics } from '../../src/stats/metrics/catalog.ts'
import { drawPair } from './worlds.ts'

export type Noise = { readonly champion: number; readonly challenger: number }

/** Champion and challenger on rows that neither learned from, with all that any gate may ask for. */
export function gateInput(kind: TaskKind, rows: number, seed: number, noise: Noise): GateInput {
  const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)
  const pair = drawPair(kind, rows, seed, noise)
  return {
    ...NOTHING_GATHERED,
    ...pair,
    scale: kind === 'regression' ? Math.sqrt(5) : 1,
    training: { champion: ids(0, 500), challenger: ids(250, 500) },
    heldOut: ids(10_000, rows),
    equalContentRows: 3,
    trainingCounts: { windows: 4, rows: 2000, rowsPerClass: [700, 700, 600].slice(0, classesOf(kind)) },
    artifactBytes: { champion: 1e6, challenger: 1e6 },
    latencies: answerTimes(rows, 50, seed),
    missingProbe: [{ feature: 'x2', scores: pair.challenger.slice() }],
    mustPass: { expected: pair.labels.slice(), challenger: certain(kind, pair.labels) },
  }
}

function classesOf(kind: TaskKind): number {
  return kind === 'regression' ? 0 : kind === 'binary' ? 2 : 3
}

/** Exponential times, of which 95 % are shorter than `p95` milliseconds. */
export function answerTimes(count: number, p95: number, seed: number): Float64Array {
  const rng = seededRng(seed + 77)
  return Float64Array.from({ length: count }, () => (p95 * Math.log(1 - rng())) / Math.log(0.05))
}

/** Scores that say of each row what `codes` say, nearly for sure. */
export function certain(kind: TaskKind, codes: Float64Array): Float32Array {
  if (kind === 'regression') return Float32Array.from(codes)
  if (kind === 'binary') return Float32Array.from(codes, (code) => (code === 1 ? 0.9 : 0.1))
  const scores = new Float32Array(codes.length * 3).fill(0.05)
  for (const [row, code] of codes.entries()) scores[row * 3 + code] = 0.9
  return scores
}

const found = new Map<string, number>()

/** A metric of a model under `noise`, from so many rows that its error does not matter. */
export function trueMetric(kind: TaskKind, id: MetricId, noise: number): number {
  const key = `${kind} ${id} ${noise}`
  const known = found.get(key)
  if (known !== undefined) return known
  const { task, labels, challenger } = drawPair(kind, 150_000, 99, { champion: 0, challenger: noise })
  const seen = metrics.get(id).measure(metricInput(task, labels, challenger))
  if (seen.kind !== 'measured') throw new Error(`${id} cannot be measured`)
  found.set(key, seen.value)
  return seen.value
}

/** A challenger that chooses red rows with one chance and all others with another, whatever the label. */
export function chosenByColour(red: number, others: number) {
  return (kind: TaskKind, rows: number, seed: number): GateInput => {
    const input = gateInput(kind, rows, seed, { champion: 0, challenger: 0 })
    const rng = seededRng(seed + 5)
    const colours = input.features?.columns.find(({ name }) => name === 'colour')?.values
    const codes = Float64Array.from({ length: rows }, (_, row) =>
      rng() < (colours?.[row] === 0 ? red : others) ? 1 : 0,
    )
    return { ...input, challenger: certain(kind, codes) }
  }
}

/** A challenger that claims too much, (1 − 2b)p + 2b: off by b on the whole, for half of all labels are positive. */
export function claimsTooMuch(by: number) {
  return (kind: TaskKind, rows: number, seed: number): GateInput => {
    const input = gateInput(kind, rows, seed, { champion: 0, challenger: 0 })
    return { ...input, challenger: input.champion.map((p) => (1 - 2 * by) * p + 2 * by) }
  }
}

/** Champion's scores evenly spread; of the challenger's a part `moved` lies in the uppermost tenth instead. */
export function movedUp(moved: number) {
  return (kind: TaskKind, rows: number, seed: number): GateInput => {
    const input = gateInput(kind, rows, seed, { champion: 0, challenger: 0 })
    const rng = seededRng(seed + 9)
    if (kind === 'multiclass') return { ...input, ...classesMoved(rows, moved, rng) }
    const champion = Float32Array.from({ length: rows }, () => rng())
    const challenger = champion.map((score) => (rng() < moved ? 0.9 + 0.1 * rng() : score))
    return { ...input, champion, challenger }
  }
}

function classesMoved(rows: number, moved: number, rng: Rng) {
  const codes = Float64Array.from({ length: rows }, () => Math.floor(3 * rng()))
  const other = codes.map((code) => (rng() < moved ? 2 : code))
  return { champion: certain('multiclass', codes), challenger: certain('multiclass', other) }
}

/** A challenger wrong on a fifth of the rows; with either of two features missing, on so many more. */
export function frail(more: number) {
  return (kind: TaskKind, rows: number, seed: number): GateInput => {
    const input = gateInput(kind, rows, seed, { champion: 0, challenger: 0 })
    const rng = seededRng(seed + 13)
    const wrongOn = (share: number) => {
      const codes = input.labels.map((label) => (rng() < share ? shifted(kind, label) : label))
      return certain(kind, codes)
    }
    const probes = ['x0', 'x1'].map((feature) => ({ feature, scores: wrongOn(0.2 + more) }))
    return { ...input, challenger: wrongOn(0.2), missingProbe: probes }
  }
}

/** Another outcome: the other class, or a value that is off by one unit of loss. */
function shifted(kind: TaskKind, label: number): number {
  return kind === 'regression' ? label + Math.sqrt(5) : kind === 'binary' ? 1 - label : (label + 1) % 3
}

/** One number of the challenger's own is no number. */
export function oneWrongRow(input: GateInput, kind: TaskKind): GateInput {
  const { expected = new Float64Array(0) } = input.mustPass ?? {}
  const given = expected.map((code, row) => (row === 7 ? shifted(kind, code) : code))
  return { ...input, mustPass: { expected, challenger: certain(kind, given) } }
}

/** As good as the champion where the colour is not red; there it says nothing. */
export function worseWhereRed(kind: TaskKind, rows: number, seed: number): GateInput {
  const input = gateInput(kind, rows, seed, { champion: 0, challenger: 0 })
  const bad = gateInput(kind, rows, seed, { champion: 0, challenger: 1e6 })
  const colours = input.features?.columns.find(({ name }) => name === 'colour')?.values
  const width = scoresPerRow(input.task)
  const challenger = input.challenger.map((score, i) =>
    colours?.[Math.floor(i / width)] === 0 ? (bad.challenger[i] as number) : score,
  )
  return { ...input, challenger }
}
