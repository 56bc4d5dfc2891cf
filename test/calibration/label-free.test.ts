import { describe, expect, test } from 'vitest'
import type { EstimateEvidence, Evidence } from '../../src/base/evidence.ts'
import { normal, type Rng, seededRng } from '../../src/base/rng.ts'
import { frame } from '../../src/data/frame.ts'
import { profileRows } from '../../src/data/profile.ts'
import { learnLayout } from '../../src/data/profile-layout.ts'
import type { Task } from '../../src/data/schema.ts'
import type { AnyDetector } from '../../src/detectors/catalog.ts'
import { detectors } from '../../src/detectors/catalog.ts'
import type { WatchedVersion, WindowView } from '../../src/detectors/detector.ts'

const LIVES = 80
// 70 of 80 is the lower 99.5 % bound of .95.
const LEAST_COVERED = 70

/** Mean error over all lives: isotonic probabilities make a little too much of the rows they were learned from. */
const MOST_ERROR = { accuracy: 0.015, auc: 0.02, f1: 0.02, mae: 0.06, rmse: 0.08 } as const

/** What a row means never changes here; only where rows lie does. */
interface World {
  readonly task: Task
  /** Label and score of a row at x. */
  draw(x: readonly [number, number], rng: Rng): { readonly label: number; readonly score: number }
}

const sigmoid = (t: number) => 1 / (1 + Math.exp(-t))
const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }

const WORLDS = {
  /** The score claims twice the log odds that are true: calibration has to mend it. */
  overconfident: {
    task: BINARY,
    draw: ([x0], rng) => ({ label: rng() < sigmoid(1.2 * x0 + 0.3) ? 1 : 0, score: sigmoid(2.4 * x0 + 0.6) }),
  },
  /** The score does not know x1: what a score means depends on where rows lie. */
  blindToX1: {
    task: BINARY,
    draw: ([x0, x1], rng) => ({ label: rng() < sigmoid(1.5 * x0 + 1.2 * x1) ? 1 : 0, score: sigmoid(1.2 * x0) }),
  },
  /** Errors are larger where x1 is. */
  uneven: {
    task: { kind: 'regression' },
    draw: ([x0, x1], rng) => ({ label: 3 * x0 + Math.exp(0.5 * x1) * normal(rng), score: 3 * x0 }),
  },
} satisfies Record<string, World>

function view({ draw }: World, window: number, rows: number, shift: readonly [number, number], rng: Rng): WindowView {
  const x = Array.from({ length: rows }, () => [shift[0] + normal(rng), shift[1] + normal(rng)] as const)
  const drawn = x.map((at) => draw(at, rng))
  const column = (k: 0 | 1) => ({
    kind: 'numeric' as const,
    name: `x${k}`,
    values: Float64Array.from(x, (at) => at[k]),
    missing: new Uint8Array(rows),
  })
  const features = frame([column(0), column(1)])
  return {
    window,
    features,
    profile: profileRows(features, learnLayout(features)),
    labels: Float64Array.from(drawn, ({ label }) => label),
    scores: Float32Array.from(drawn, ({ score }) => score),
  }
}

/** A life of `known` labelled rows, then one window without labels, of which the labels are told afterwards. */
function live(id: 'cbpe' | 'pape' | 'dle', world: World, shift: readonly [number, number], seed: number) {
  const rng = seededRng(seed)
  const past = view(world, 0, 1500, [0, 0], rng)
  const version: WatchedVersion = {
    task: world.task,
    reference: past.profile,
    referenceWindows: [past.profile],
    training: { features: past.features, labels: past.labels },
    scale: 1,
    seed,
  }
  const detector: AnyDetector = detectors.get(id)
  const config = detector.config.parse({ detector: id })
  const first = detector.mature?.(detector.start(version, config), version, past, config)
  const now = view(world, 1, 600, shift, rng)
  const unlabelled = { ...now, labels: now.labels.map(() => Number.NaN) }
  const said = detector.measure(first?.state, version, unlabelled, config)
  const ended = detector.mature?.(said.state, version, now, config)
  return { said: said.evidence, ended: ended?.evidence ?? [] }
}

function estimate(evidence: readonly Evidence[], subject: string): EstimateEvidence | undefined {
  const found = evidence.find((e) => e.subject === subject)
  return found?.kind === 'estimate' ? found : undefined
}

/** Lives in which the labels lay within the interval of the estimate; the mean error; lives in which it moved. */
function measure(id: 'cbpe' | 'pape' | 'dle', world: World, shift: readonly [number, number], metric: string) {
  let covered = 0
  let error = 0
  let risen = 0
  let fallen = 0
  for (let seed = 0; seed < LIVES; seed++) {
    const { said, ended } = live(id, world, shift, 100 + seed)
    const off = estimate(ended, `${metric}: estimated less measured`)
    const now = estimate(said, metric)
    if (off === undefined || now?.baseline === undefined) continue
    if (off.interval.low <= 0 && off.interval.high >= 0) covered++
    error += off.value / LIVES
    if (now.interval.low > now.baseline) risen++
    if (now.interval.high < now.baseline) fallen++
  }
  return { covered, error, risen, fallen }
}

describe('under a pure shift of the features the labels lie within the interval 95 % of the time', () => {
  test.each([
    ['cbpe', 'accuracy', 'overconfident', [0, 0]],
    ['cbpe', 'accuracy', 'overconfident', [1, 0]],
    ['cbpe', 'auc', 'overconfident', [0.7, 0]],
    ['cbpe', 'f1', 'overconfident', [-0.7, 0]],
    ['pape', 'accuracy', 'overconfident', [0.7, 0]],
    ['pape', 'accuracy', 'blindToX1', [0, -0.7]],
    ['dle', 'mae', 'uneven', [0, 0]],
    ['dle', 'mae', 'uneven', [0, 0.3]],
    ['dle', 'rmse', 'uneven', [0, -0.7]],
  ] as const)('%s, %s, %s by %j', (id, metric, world, shift) => {
    const seen = measure(id, WORLDS[world], shift, metric)
    expect(seen.covered).toBeGreaterThanOrEqual(LEAST_COVERED)
    expect(Math.abs(seen.error)).toBeLessThan(MOST_ERROR[metric])
  })
})

describe('rows that move to where a model is worse are heard before any label is known', () => {
  test('by cbpe, where the scores are unsure', () => {
    expect(measure('cbpe', WORLDS.overconfident, [-0.7, 0], 'f1').fallen).toBeGreaterThanOrEqual(76)
  })

  test('by dle, where errors have been large; it falls short of how large, where few rows have been', () => {
    const { risen, covered, error } = measure('dle', WORLDS.uneven, [0, 0.7], 'mae')
    expect(risen).toBeGreaterThanOrEqual(76)
    expect(error).toBeLessThan(-0.03)
    expect(covered).toBeLessThan(LEAST_COVERED)
  })

  test('by pape, where the scores are wrong of rows like these, by cbpe not', () => {
    // The score knows nothing of x1: above it too few rows are called positive.
    const pape = measure('pape', WORLDS.blindToX1, [0, 1.2], 'accuracy')
    const cbpe = measure('cbpe', WORLDS.blindToX1, [0, 1.2], 'accuracy')
    expect(Math.abs(pape.error)).toBeLessThan(Math.abs(cbpe.error))
    expect(pape.covered).toBeGreaterThan(cbpe.covered)
  })
})
