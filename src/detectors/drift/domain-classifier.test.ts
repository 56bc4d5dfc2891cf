import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../base/rng.ts'
import { type Column, type Frame, frame } from '../../data/frame.ts'
import { profileRows } from '../../data/profile.ts'
import { learnLayout } from '../../data/profile-layout.ts'
import type { WatchedVersion, WindowView } from '../detector.ts'
import { domainClassifierDetector } from './domain-classifier.ts'
import { ksDetector } from './ks.ts'

type Draw = (rng: Rng, at: number) => number

function numbers(rows: number, features: number, seed: number, draw: Draw = normal): Frame {
  const rng = seededRng(seed)
  return frame(
    Array.from({ length: features }, (_, at): Column => {
      const values = Float64Array.from({ length: rows }, () => draw(rng, at))
      return {
        kind: 'numeric',
        name: `x${at}`,
        values,
        missing: Uint8Array.from(values, (x) => Number(Number.isNaN(x))),
      }
    }),
  )
}

function measure(training: Frame, features: Frame, options: object = {}) {
  const version = { training: { features: training } } as unknown as WatchedVersion
  const config = domainClassifierDetector.config.parse({ detector: 'domain-classifier', ...options })
  return domainClassifierDetector.measure(null, version, { features } as unknown as WindowView, config).evidence
}

const moved =
  (shift: number, isMoved: (at: number) => boolean = () => true): Draw =>
  (rng, at) =>
    normal(rng) + (isMoved(at) ? shift : 0)

test('hears ten shifts that are each too small for a test of one feature', () => {
  const training = numbers(2000, 10, 1)
  const window = numbers(2000, 10, 2, moved(0.11))
  expect(measure(training, window)[0]).toMatchObject({ kind: 'p-value', subject: 'all features', alarm: true })
  const layout = learnLayout(training)
  const version = { reference: profileRows(training, layout) } as WatchedVersion
  const view = { profile: profileRows(window, layout) } as WindowView
  const one = ksDetector.measure(null, version, view, ksDetector.config.parse({ detector: 'ks' })).evidence
  expect(one.filter((e) => e.kind === 'p-value' && e.alarm).length).toBeLessThan(3)
})

test('names the features that carry it, the strongest first, and says of the others that they may not', () => {
  const seen = measure(
    numbers(1000, 6, 3),
    numbers(1000, 6, 4, (rng, at) => normal(rng) + [0, 0, 0.5, 0, 1, 0][at]!),
  )
  const carriers = seen.slice(2)
  expect(carriers.map((e) => e.subject).slice(0, 2)).toEqual(['x4', 'x2'])
  expect(carriers.length).toBe(5)
  for (const [at, e] of carriers.entries()) {
    if (e.kind !== 'estimate') throw new Error('no estimate')
    expect(e.unit).toBe('nats')
    if (at < 2) expect(e.interval.low).toBeGreaterThan(0)
    else expect(e.interval.low).toBeLessThan(0)
  }
  expect(measure(numbers(1000, 6, 3), numbers(1000, 6, 4), { carriers: 2 }).length).toBe(4)
})

test('rows that go missing and categories that are new can be told apart', () => {
  const gaps: Draw = (rng) => (rng() < 0.15 ? Number.NaN : normal(rng))
  expect(measure(numbers(800, 3, 5), numbers(800, 3, 6, gaps))[0]).toMatchObject({ alarm: true })
  const colours = (rows: number, seed: number, names: readonly string[]): Frame => {
    const rng = seededRng(seed)
    const values = Int32Array.from({ length: rows }, () => Math.floor(rng() * names.length))
    return frame([{ kind: 'categorical', name: 'colour', values, missing: new Uint8Array(rows), categories: names }])
  }
  const seen = measure(colours(500, 7, ['red', 'green', 'blue']), colours(500, 8, ['blue', 'red', 'green', 'violet']))
  expect(seen[0]).toMatchObject({ alarm: true })
  expect(measure(colours(500, 7, ['red', 'green']), colours(500, 8, ['green', 'red']))[0]).toMatchObject({
    alarm: false,
  })
})

test.each([300, 5000])(
  'a feature of %d equally frequent categories is not told apart by which of them are listed',
  (count) => {
    const names = Array.from({ length: count }, (_, code) => `shop ${code}`)
    const shops = (seed: number): Frame => {
      const rng = seededRng(seed)
      const values = Int32Array.from({ length: 1500 }, () => Math.floor(rng() * count))
      return frame([{ kind: 'categorical', name: 'shop', values, missing: new Uint8Array(1500), categories: names }])
    }
    for (let run = 0; run < 5; run++) {
      expect(measure(shops(2 * run), shops(2 * run + 1), { margin: 0 })[0]).toMatchObject({ alarm: false })
    }
  },
)

test('a feature that the window lacks is a fault that names it', () => {
  expect(() => measure(numbers(200, 2, 1), numbers(200, 1, 2))).toThrow("the window has no column 'x1'")
})

test('does not hear features that only go together differently', () => {
  const rng = seededRng(9)
  const x = Float64Array.from({ length: 1500 }, () => normal(rng))
  const both = (sign: number) =>
    frame(
      [x, x.map((value) => sign * value)].map(
        (values, at): Column => ({ kind: 'numeric', name: `x${at}`, values, missing: new Uint8Array(1500) }),
      ),
    )
  expect(measure(both(1), both(-1))[0]).toMatchObject({ alarm: false })
})

describe('the test', () => {
  test('alarms exactly where the interval lies above its baseline', () => {
    for (let seed = 0; seed < 12; seed++) {
      const window = numbers(300, 2, 100 + seed, moved(0.06 * seed))
      const [test, area] = measure(numbers(300, 2, 200 + seed), window, { alpha: 0.02 })
      if (test?.kind !== 'p-value' || area?.kind !== 'estimate') throw new Error('other evidence')
      expect(area.interval.level).toBeCloseTo(0.96, 12)
      expect(area.baseline).toBeCloseTo(0.52, 12)
      expect(test.statistic).toBe(area.value)
      expect(test.alarm).toBe(area.interval.low >= (area.baseline ?? 0))
    }
  })

  test.each([
    [300, 300, 3],
    [400, 100, 5],
  ])(
    'without a margin alarms as often as alpha says on %d and %d rows of %d features without drift',
    (known, seen, features) => {
      let alarms = 0
      for (let run = 0; run < 150; run++) {
        const [first] = measure(numbers(known, features, 2 * run), numbers(seen, features, 2 * run + 1), {
          margin: 0,
          alpha: 0.05,
        })
        if (first?.kind === 'p-value' && first.alarm) alarms++
      }
      // 99.9 % of 150 runs at 5 % alarm at most 17 times.
      expect(alarms).toBeLessThanOrEqual(17)
      expect(alarms).toBeGreaterThanOrEqual(1)
    },
  )

  test('knows how much its area differs from sample to sample', () => {
    const areas = Array.from({ length: 120 }, (_, run) => {
      const [, area] = measure(numbers(150, 3, 2 * run), numbers(150, 3, 2 * run + 1), { alpha: 0.05 })
      if (area?.kind !== 'estimate') throw new Error('no area')
      return area
    })
    const mean = areas.reduce((sum, { value }) => sum + value, 0) / 120
    const sd = Math.sqrt(areas.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 119)
    // Intervals at 90 %: 1.645 standard errors on either side.
    const error = areas.reduce((sum, { interval }) => sum + (interval.high - interval.low) / 3.29, 0) / 120
    expect(sd / error).toBeGreaterThan(0.7)
    expect(sd / error).toBeLessThan(1.2)
  })

  test('of rows that never vary is 1, of rows that share nothing near 0', () => {
    const constant = numbers(100, 1, 1, () => 7)
    expect(measure(constant, constant)[0]).toMatchObject({ statistic: 0.5, pValue: 1, alarm: false })
    const [apart, area] = measure(
      numbers(100, 1, 1, (rng) => Math.floor(2 * rng())),
      numbers(100, 1, 2, () => Number.NaN),
    )
    expect(apart).toMatchObject({ statistic: 1, alarm: true })
    // Each of the 100 pairs in order with the probability of the line.
    expect(apart?.kind === 'p-value' ? apart.pValue : 1).toBeCloseTo(0.52 ** 100, 40)
    expect(area?.kind === 'estimate' ? area.interval.high : 0).toBe(1)
  })
})

test('looks at no more rows than asked, evenly spread over all of them', () => {
  // Only the last tenth of the window moved: the first 200 rows would not show it.
  const window = numbers(2000, 2, 11)
  for (const column of window.columns) column.values.fill(9, 1600)
  const seen = measure(numbers(2000, 2, 12), window, { rows: 200 })
  expect(seen[0]).toMatchObject({ rows: 200, alarm: true })
})

test('one row fewer than minRows is insufficient', () => {
  const few = measure(numbers(500, 2, 1), numbers(99, 2, 2))
  expect(few).toEqual([
    { kind: 'insufficient', detector: 'domain-classifier', subject: 'all features', rows: 99, needRows: 100 },
  ])
  expect(measure(numbers(500, 2, 1), numbers(100, 2, 2))[0]).toMatchObject({ kind: 'p-value' })
})
