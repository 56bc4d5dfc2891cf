import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../src/base/evidence.ts'
import { normal, type Rng, seededRng } from '../../src/base/rng.ts'
import type { Column } from '../../src/data/frame.ts'
import { constantDetector } from '../../src/detectors/data-quality/constant.ts'
import { lostCategoriesDetector } from '../../src/detectors/data-quality/lost-categories.ts'
import { newCategoriesDetector } from '../../src/detectors/data-quality/new-categories.ts'
import { nullSpikeDetector } from '../../src/detectors/data-quality/null-spike.ts'
import { outOfRangeDetector } from '../../src/detectors/data-quality/out-of-range.ts'
import { scaleChangeDetector } from '../../src/detectors/data-quality/scale-change.ts'
import type { WatchedVersion, WindowView } from '../../src/detectors/detector.ts'
import { chiSquaredDetector } from '../../src/detectors/drift/chi-squared.ts'
import { correlationChangeDetector } from '../../src/detectors/drift/correlation-change.ts'
import { mostAlarms } from '../contract/numbers.ts'
import { alarmsOf, flagsColumn, numbersColumn, textsColumn, watchedOn } from '../support/watched-columns.ts'

/** Chance of an alarm that each is asked for; large, so that few lives can show a level that does not hold. */
const ALPHA = 0.05
const LIVES = 120

/** By detector: what it says of one window, with a chance of ALPHA and no floor that would hide its errors. */
const DETECTORS: Readonly<Record<string, (version: WatchedVersion, view: WindowView) => readonly Evidence[]>> = {
  'null-spike': (version, view) => {
    const config = nullSpikeDetector.config.parse({ detector: 'null-spike', alpha: ALPHA, maxRatio: 1, maxRise: 0 })
    return nullSpikeDetector.measure(null, version, view, config).evidence
  },
  'scale-change': (version, view) => {
    const config = scaleChangeDetector.config.parse({ detector: 'scale-change' })
    return scaleChangeDetector.measure(null, version, view, config).evidence
  },
  'new-categories': (version, view) => {
    const config = newCategoriesDetector.config.parse({ detector: 'new-categories', alpha: ALPHA, maxRise: 0 })
    return newCategoriesDetector.measure(null, version, view, config).evidence
  },
  'lost-categories': (version, view) => {
    const config = lostCategoriesDetector.config.parse({ detector: 'lost-categories', alpha: ALPHA, minShare: 0.005 })
    return lostCategoriesDetector.measure(null, version, view, config).evidence
  },
  'out-of-range': (version, view) => {
    const config = outOfRangeDetector.config.parse({ detector: 'out-of-range', alpha: ALPHA, margin: 0, maxShare: 0 })
    return outOfRangeDetector.measure(null, version, view, config).evidence
  },
  constant: (version, view) => {
    const config = constantDetector.config.parse({ detector: 'constant', alpha: ALPHA, minShare: 0.51 })
    return constantDetector.measure(null, version, view, config).evidence
  },
  'chi-squared': (version, view) => {
    const config = chiSquaredDetector.config.parse({ detector: 'chi-squared', alpha: ALPHA })
    return chiSquaredDetector.measure(null, version, view, config).evidence
  },
  'correlation-change': (version, view) => {
    const config = correlationChangeDetector.config.parse({
      detector: 'correlation-change',
      alpha: ALPHA,
      minChange: 0,
    })
    const state = correlationChangeDetector.start(version, config)
    return correlationChangeDetector.measure(state, version, view, config).evidence
  },
}

/** Sixteen features of the kinds that files have: bells, tails, counts, mostly zero, gaps, long lists, rare flags. */
function draw(rows: number, rng: Rng): Column[] {
  const many = (of: () => number) => Array.from({ length: rows }, of)
  const common = many(() => normal(rng))
  const gaps = (share: number) => many(() => (rng() < share ? Number.NaN : normal(rng)))
  const texts = (of: () => number) => many(of).map((code) => `c${code}`)
  return [
    numbersColumn('bell', common),
    numbersColumn(
      'together',
      common.map((x) => x + normal(rng)),
    ),
    numbersColumn(
      'tail',
      many(() => Math.exp(2 * normal(rng))),
    ),
    numbersColumn(
      'wild',
      common.map((x) => x * Math.exp(normal(rng))),
    ),
    numbersColumn(
      'count',
      many(() => Math.floor(-3 * Math.log(1 - rng()))),
    ),
    numbersColumn(
      'mostly-zero',
      many(() => (rng() < 0.97 ? 0 : 1 + rng())),
    ),
    numbersColumn(
      'nearly-always',
      many(() => (rng() < 0.995 ? 1 : 2)),
    ),
    ...[0.001, 0.02, 0.3, 0.9].map((share) => numbersColumn(`gaps-${share}`, gaps(share))),
    textsColumn(
      'few',
      texts(() => Math.floor(5 * rng())),
    ),
    textsColumn(
      'long',
      texts(() => Math.floor((1 - rng()) ** -0.7)),
    ),
    textsColumn(
      'ids',
      texts(() => Math.floor(1e6 * rng())),
    ),
    flagsColumn(
      'flag',
      many(() => rng()).map((u) => u < 0.4),
    ),
    flagsColumn(
      'rare',
      many(() => rng()).map((u) => u < 0.01),
    ),
  ]
}

describe.each([
  { before: 400, now: 400 },
  { before: 3000, now: 120 },
  { before: 150, now: 3000 },
])('trained on $before rows, shown $now', ({ before, now }) => {
  const lives = Array.from({ length: LIVES }, (_, seed) => {
    const rng = seededRng(1e6 + seed * 31 + before)
    const { version, view } = watchedOn(draw(before, rng))
    return { version, view: view(draw(now, rng)) }
  })

  test.each(Object.keys(DETECTORS))('%s alarms in no more clean windows than it claims', (id) => {
    const alarmed = new Map<string, number>()
    let wrong = 0
    for (const { version, view } of lives) {
      const alarms = alarmsOf(DETECTORS[id]?.(version, view) ?? [])
      for (const subject of alarms) alarmed.set(subject, (alarmed.get(subject) ?? 0) + 1)
      if (alarms.length > 0) wrong++
    }
    expect(wrong, JSON.stringify([...alarmed])).toBeLessThanOrEqual(mostAlarms(LIVES, ALPHA))
  })
})

test('each of them can say something of these features: none is clean for want of evidence', () => {
  const rng = seededRng(5)
  const { version, view } = watchedOn(draw(400, rng))
  const window = view(draw(400, rng))
  for (const [id, measure] of Object.entries(DETECTORS)) {
    expect(
      measure(version, window).some(({ kind }) => kind !== 'insufficient'),
      id,
    ).toBe(true)
  }
})
