import { normal, type Rng, seededRng } from '../../src/base/rng.ts'
import { type Frame, frame } from '../../src/data/frame.ts'
import type { Labels, Scores } from '../../src/data/labels.ts'
import { profileRows } from '../../src/data/profile.ts'
import { learnLayout } from '../../src/data/profile-layout.ts'
import { defaultRowLoss, lossesInUnits } from '../../src/data/row-losses.ts'
import { scoresPerRow, type Task, type TaskKind } from '../../src/data/schema.ts'
import type { WatchedVersion, WindowView } from '../../src/detectors/detector.ts'

/**
 * What is different in a window: nothing · x0 lies one standard deviation higher · what x0 means is turned round, only
 * where the colour is red (`slice`), or more weakly (`calibration`) · x1 is missing in 40 %, multiplied by 1000, stands
 * still, has 5 % at 50, or follows x0 · a third of the colours are new · no colour is blue (`lost`).
 */
export type Shift =
  | 'none'
  | 'features'
  | 'concept'
  | 'slice'
  | 'calibration'
  | 'nulls'
  | 'unit'
  | 'constant'
  | 'range'
  | 'correlation'
  | 'category'
  | 'lost'

const TASKS: Readonly<Record<TaskKind, Task>> = {
  binary: { kind: 'binary', classes: ['no', 'yes'] },
  multiclass: { kind: 'multiclass', classes: ['low', 'middle', 'high'] },
  regression: { kind: 'regression' },
}

export function taskOf(kind: TaskKind): Task {
  return TASKS[kind]
}

const REFERENCE_WINDOWS = 5

/** A version in a small world of three numbers and a colour, of which only x0 says something of the label. */
export interface Life {
  readonly version: WatchedVersion
  view(window: number, rows: number, shift?: Shift): WindowView
}

export function startLife(kind: TaskKind, seed: number, trainingRows = 1500): Life {
  const task = TASKS[kind]
  const learned = drawRows(task, trainingRows, seededRng(seed), 'none')
  const layout = learnLayout(learned.features)
  const scale = kind === 'regression' ? Math.sqrt(5) : 1
  const step = Math.ceil(trainingRows / REFERENCE_WINDOWS)
  const starts = Array.from({ length: REFERENCE_WINDOWS }, (_, window) => window * step)
  const version: WatchedVersion = {
    task,
    reference: profileRows(learned.features, layout),
    referenceWindows: starts.map((from) =>
      profileRows(learned.features, layout, from, Math.min(trainingRows, from + step)),
    ),
    training: { features: learned.features, labels: learned.labels },
    scale,
    seed,
  }
  return {
    version,
    view(window, rows, shift = 'none') {
      const drawn = drawRows(task, rows, seededRng(seed * 7919 + window * 104729 + 1), shift)
      const { features, labels, x } = drawn
      return {
        window,
        features,
        labels,
        profile: profileRows(features, layout),
        scores: scoresFor(task, x),
      }
    },
  }
}

interface Drawn {
  readonly features: Frame
  readonly labels: Labels
  readonly x: Float64Array
}

function drawRows(task: Task, rows: number, rng: Rng, shift: Shift): Drawn {
  const numbers = () => Float64Array.from({ length: rows }, () => normal(rng))
  const x = numbers().map((value) => (shift === 'features' ? value + 1 : value))
  const x2 = numbers()
  const colours = Int32Array.from({ length: rows }, () => Math.floor(rng() * 3))
  const x1 = numbers().map((value, row) => shiftedX1(value, x[row] as number, row, shift))
  const features = frame([
    { kind: 'numeric', name: 'x0', values: x, missing: new Uint8Array(rows) },
    { kind: 'numeric', name: 'x1', ...withGaps(x1, (row) => shift === 'nulls' && row % 5 < 2) },
    { kind: 'numeric', name: 'x2', ...withGaps(x2, (row) => row % 20 === 0) },
    {
      kind: 'categorical',
      name: 'colour',
      values: colours.map((colour, row) => shiftedColour(colour, row, shift)),
      missing: new Uint8Array(rows),
      categories: ['red', 'green', 'blue', ...(shift === 'category' ? ['violet'] : [])],
    },
  ])
  return { features, labels: x.map((value, row) => labelFor(task, slope(shift, colours[row]) * value, rng)), x }
}

function shiftedX1(value: number, x0: number, row: number, shift: Shift): number {
  switch (shift) {
    case 'unit':
      return 1000 * value
    case 'constant':
      return 0.3
    case 'range':
      return row % 20 === 0 ? 50 : value
    case 'correlation':
      return 0.8 * x0 + 0.6 * value
    default:
      return value
  }
}

function shiftedColour(colour: number, row: number, shift: Shift): number {
  if (shift === 'lost') return colour % 2
  return shift === 'category' && row % 3 === 0 ? 3 : colour
}

function withGaps(values: Float64Array, isMissing: (row: number) => boolean) {
  const missing = Uint8Array.from(values, (_, row) => (isMissing(row) ? 1 : 0))
  return { values: values.map((value, row) => (missing[row] ? Number.NaN : value)), missing }
}

/** How much of what x0 said it still says. */
function slope(shift: Shift, colour: number | undefined): number {
  if (shift === 'concept' || (shift === 'slice' && colour === 0)) return -1
  return shift === 'calibration' ? 0.3 : 1
}

/** P(yes) = σ(2x); three classes: P(k) ∝ exp(2x(k − 1)); value 2x + N(0, 1). */
function labelFor(task: Task, x: number, rng: Rng): number {
  if (task.kind === 'regression') return 2 * x + normal(rng)
  const p = probabilities(task.classes.length, x)
  let left = rng()
  let code = 0
  while (code < p.length - 1 && left >= (p[code] as number)) left -= p[code++] as number
  return code
}

function probabilities(classes: number, x: number): number[] {
  const slope = (k: number) => 2 * x * (classes === 2 ? k : k - 1)
  const largest = Math.max(slope(0), slope(classes - 1))
  const weights = Array.from({ length: classes }, (_, k) => Math.exp(slope(k) - largest))
  const total = weights.reduce((sum, w) => sum + w, 0)
  return weights.map((w) => w / total)
}

/** What a model says that believes the relation above of `x`. */
export function scoresFor(task: Task, x: Float64Array): Scores {
  const width = scoresPerRow(task)
  const scores = new Float32Array(x.length * width)
  for (const [row, value] of x.entries()) {
    if (task.kind === 'regression') scores[row] = 2 * value
    else if (task.kind === 'binary') scores[row] = probabilities(2, value)[1] as number
    else scores.set(probabilities(width, value), row * width)
  }
  return scores
}

/** Labels, and two models that see x through noise of their own: the more noise, the worse the model. */
export function drawPair(
  kind: TaskKind,
  rows: number,
  seed: number,
  noise: { readonly champion: number; readonly challenger: number },
) {
  const task = TASKS[kind]
  const rng = seededRng(seed)
  const { features, labels, x } = drawRows(task, rows, rng, 'none')
  const through = (sd: number) =>
    scoresFor(
      task,
      x.map((value) => value + sd * normal(rng)),
    )
  return { task, features, labels, champion: through(noise.champion), challenger: through(noise.challenger) }
}

const trueLosses = new Map<TaskKind, number>()

/** The mean loss of the world's champion (0/1; squared error / 5), from so many rows that its error does not matter. */
export function trueLoss(kind: TaskKind): number {
  const known = trueLosses.get(kind)
  if (known !== undefined) return known
  const { version, view } = startLife(kind, 1, 100)
  const { labels, scores } = view(0, 200_000)
  const losses = lossesInUnits(
    { task: version.task, loss: defaultRowLoss(version.task), scale: version.scale },
    labels,
    scores,
  )
  const loss = losses.reduce((sum, x) => sum + x, 0) / losses.length
  trueLosses.set(kind, loss)
  return loss
}
