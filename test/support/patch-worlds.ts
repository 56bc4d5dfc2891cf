import { normal, type Rng, seededRng } from '../../src/base/rng.ts'
import { type Frame, frame } from '../../src/data/frame.ts'
import type { Labels } from '../../src/data/labels.ts'
import type { Task } from '../../src/data/schema.ts'

/** What is special about each single window, and gone in the next: nobody can learn it. */
export type DayEffect =
  /** Extra labels drawn at random: a share of |N(0, .1)|; values: noise of e^N(0, ½) times the usual size. */
  | 'noise'
  /** The rule's level is shifted by N(0, .15) of its spread. */
  | 'level'
  /** The rule is upside down in one octile of one feature. */
  | 'region'

export interface Change {
  /** First window of the new rule. */
  readonly at: number
  /** Share of the rows whose rule is another (two classes; for more, of those whose score is). */
  readonly share: number
  /**
   * Where: upside down in an interval of one feature · in a corner of two features · everywhere a little, because the
   * rule turns towards features that meant nothing before.
   */
  readonly where: 'interval' | 'corner' | 'turned'
  /** Windows until the whole change is there; 1 = at once. */
  readonly over?: number
  /** Old and new rule take turns, so many windows each. */
  readonly period?: number
}

/** A stream of windows. Features are independent and uniform; the first four carry the rule. */
export interface World {
  /** 0 = values. */
  readonly classes: 0 | 2 | 5
  readonly features: number
  readonly rows: number
  /** Share of labels drawn against the rule (two classes, so the Bayes error); values: noise's share of the variance. */
  readonly noise: number
  /** Share of the second class. Two classes only; with another one `noise` flips so that the share stays. */
  readonly positives?: number
  readonly day?: DayEffect
  readonly change?: Change
  readonly burst?: Burst
}

/** About 30 % of the labels of some windows are wrong (values: those of another row). */
export interface Burst {
  readonly windows: readonly number[]
  /** Any row · all rows of one interval of one feature · only rows of the second class, .6 of them. */
  readonly where: 'anywhere' | 'interval' | 'one class'
}

export interface Drawn {
  /** Features in tenths: 0 … 9. */
  readonly tenths: readonly Uint8Array[]
  readonly features: Frame
  /** The old rule's score of each row. */
  readonly score: Float64Array
  readonly labels: Labels
}

const WEIGHTS = [1, 0.8, 0.6, 0.4]
const INTERACTION = 0.8
/** Σ w² / 3 + .8² / 9: the variance of the score below. */
const SPREAD = Math.sqrt(WEIGHTS.reduce((sum, w) => sum + w * w, 0) / 3 + INTERACTION ** 2 / 9)
const SPECIAL = 0x9e3779b9

export function taskOf(world: World): Task {
  if (world.classes === 0) return { kind: 'regression' }
  if (world.classes === 2) return { kind: 'binary', classes: ['no', 'yes'] }
  return { kind: 'multiclass', classes: ['a', 'b', 'c', 'd', 'e'] }
}

/** The rule's score of a row: four features and a product of two of them, mean 0, variance 1. */
function scoreOf(x: readonly Float64Array[], row: number, first: number): number {
  let sum = 0
  let product = INTERACTION
  for (let k = 0; k < 4; k++) {
    const centred = 2 * x[(first + k) % x.length]![row]! - 1
    sum += WEIGHTS[k]! * centred
    if (k < 2) product *= centred
  }
  return (sum + product) / SPREAD
}

/** The rule that a change turns to: the next four features, or with four features another order of them. */
const otherScoreOf = (x: readonly Float64Array[], row: number) =>
  x.length >= 8 ? scoreOf(x, row, 4) : -scoreOf(x, row, 2)

const cutsOf = new Map<string, readonly number[]>()

/** Score cuts between classes, from 100,000 rows: they depend on no stream. */
function classCuts({ classes, positives = 0.5 }: World): readonly number[] {
  const key = `${classes} ${positives}`
  const known = cutsOf.get(key)
  if (known !== undefined) return known
  const rng = seededRng(1)
  const x = Array.from({ length: 4 }, () => Float64Array.from({ length: 100_000 }, rng))
  const scores = Float64Array.from({ length: 100_000 }, (_, row) => scoreOf(x, row, 0)).sort()
  const shares = classes === 2 ? [1 - positives] : [0.2, 0.4, 0.6, 0.8]
  const cuts = shares.map((share) => scores[Math.floor(share * scores.length)]!)
  cutsOf.set(key, cuts)
  return cuts
}

/** What the old rule says of a score: its class, or its value. */
export function ruleOf(world: World): (score: number) => number {
  if (world.classes === 0) return (score) => score
  const cuts = classCuts(world)
  return (score) => {
    let label = 0
    while (label < cuts.length && cuts[label]! <= score) label++
    return label
  }
}

/** How far the new rule is in force in a window: 0 … 1. */
function progress(change: Change | undefined, window: number): number {
  if (change === undefined || window < change.at) return 0
  const since = window - change.at
  if (change.period !== undefined) return Math.floor(since / change.period) % 2 === 0 ? 1 : 0
  return Math.min(1, (since + 1) / (change.over ?? 1))
}

function isInside(change: Change, x: readonly Float64Array[], row: number): boolean {
  const at = (k: number) => x[k]![row]!
  if (change.where === 'interval') return at(3) < change.share
  return at(2) < Math.sqrt(change.share) && at(3) < Math.sqrt(change.share)
}

/** The window's true score of a row, after its change. */
function changedScore(change: Change, x: readonly Float64Array[], row: number, score: number): number {
  if (change.where !== 'turned') return isInside(change, x, row) ? -score : score
  const angle = Math.PI * change.share
  return Math.cos(angle) * score + Math.sin(angle) * otherScoreOf(x, row)
}

/** Draws a window of a stream; window −1 is the warm-up, `rows` long. */
export function drawWindow(world: World, seed: number, window: number, rows = world.rows): Drawn {
  const rng = seededRng(Math.imul(seed, 0x85ebca6b) ^ Math.imul(window + 2, 0xc2b2ae35))
  const x = Array.from({ length: world.features }, () => uniforms(rows, rng))
  const score = new Float64Array(rows)
  for (let row = 0; row < rows; row++) score[row] = scoreOf(x, row, 0)
  const features = frame(
    x.map((values, k) => ({ kind: 'numeric', name: `x${k}`, values, missing: new Uint8Array(rows) })),
  )
  const special = seededRng(Math.imul(seed, 0x27d4eb2f) ^ Math.imul(window + 2, SPECIAL))
  const day = dayOf(window < 0 ? undefined : world.day, special)
  const inForce = progress(world.change, window)
  const label = labeller(world, day, rng)
  const burst = world.burst?.windows.includes(window) === true ? world.burst : undefined
  const labels = score.map((old, row) => {
    const { change } = world
    let truth = old
    if (change !== undefined && inForce > 0 && (inForce === 1 || rng() < inForce))
      truth = changedScore(change, x, row, old)
    if (day.feature >= 0 && Math.floor(8 * x[day.feature]![row]!) === day.octile) truth = -truth
    return label(truth + day.level)
  })
  if (burst !== undefined) spoil(labels, world, isHit(burst, x, labels, special), special)
  return { tenths: x.map(inTenths), features, score, labels }
}

function uniforms(rows: number, rng: Rng): Float64Array {
  const values = new Float64Array(rows)
  for (let row = 0; row < rows; row++) values[row] = rng()
  return values
}

function inTenths(values: Float64Array): Uint8Array {
  const codes = new Uint8Array(values.length)
  for (let row = 0; row < codes.length; row++) codes[row] = 10 * values[row]!
  return codes
}

interface Day {
  readonly extra: number
  readonly stretch: number
  readonly level: number
  readonly feature: number
  readonly octile: number
}

function dayOf(effect: DayEffect | undefined, rng: Rng): Day {
  const draw = normal(rng)
  return {
    extra: effect === 'noise' ? Math.min(0.4, Math.abs(0.1 * draw)) : 0,
    stretch: effect === 'noise' ? Math.exp(draw / 2) : 1,
    level: effect === 'level' ? 0.15 * draw : 0,
    feature: effect === 'region' ? Math.floor(4 * rng()) : -1,
    octile: Math.floor(8 * rng()),
  }
}

/** Turns true scores into labels with the world's noise and the day's. */
function labeller(world: World, day: Day, rng: Rng): (truth: number) => number {
  const { classes, noise, positives = 0.5 } = world
  if (classes === 0) {
    const spread = Math.sqrt(noise / (1 - noise)) * day.stretch
    return (truth) => truth + spread * normal(rng)
  }
  const rule = ruleOf(world)
  // Flips of both classes in equal numbers leave their shares as they are.
  const flipOf = classes === 2 ? [noise / (2 * (1 - positives)), noise / (2 * positives)] : new Array(5).fill(noise)
  return (truth) => {
    const label = rule(truth)
    const isFlipped = rng() < (flipOf[label] as number) || rng() < day.extra
    return isFlipped ? (label + 1 + Math.floor((classes - 1) * rng())) % classes : label
  }
}

function isHit({ where }: Burst, x: readonly Float64Array[], labels: Labels, rng: Rng): (row: number) => boolean {
  if (where === 'anywhere') return () => rng() < 0.3
  if (where === 'interval') return (row) => x[3]![row]! < 0.3
  return (row) => labels[row] === 1 && rng() < 0.6
}

function spoil(labels: Labels, { classes }: World, isWrong: (row: number) => boolean, rng: Rng): void {
  const before = labels.slice()
  for (let row = 0; row < labels.length; row++) {
    if (!isWrong(row)) continue
    if (classes === 0) labels[row] = before[Math.floor(rng() * before.length)]!
    else labels[row] = (before[row]! + 1 + Math.floor((classes - 1) * rng())) % classes
  }
}
