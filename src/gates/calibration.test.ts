import { describe, expect, test } from 'vitest'
import { askGate, gateRows } from '../../test/support/gate-rows.ts'
import { normal, seededRng } from '../base/rng.ts'
import type { GateInput } from './gate.ts'

const ROWS = 3000

/** Claims that come true as often as they say, seen through `distort` by the challenger. */
function claims(distort: (p: number) => number, seed = 1): GateInput {
  const rng = seededRng(seed)
  const champion = Float32Array.from({ length: ROWS }, () => 1 / (1 + Math.exp(-1.5 * normal(rng))))
  const labels = Float64Array.from(champion, (p) => (rng() < p ? 1 : 0))
  return gateRows(ROWS, { labels, champion, challenger: champion.map(distort) })
}

const surer = (factor: number) => (p: number) => 1 / (1 + Math.exp(-factor * Math.log(p / (1 - p))))
const ask = (input: GateInput, options: object = {}) => askGate(input, { gate: 'calibration', ...options })

describe('calibration', () => {
  test('claims that come true pass each measure', () => {
    const input = claims((p) => p)
    for (const options of [{}, { measure: 'slope', limit: 0.2 }, { measure: 'in-the-large' }])
      expect(ask(input, options)).toMatchObject({ outcome: 'pass', rows: ROWS })
  })

  test('claims that are too sure have a slope below one, claims too high are off on the whole', () => {
    const sure = claims(surer(2))
    const slope = ask(sure, { measure: 'slope', limit: 0.2 })
    expect(slope).toMatchObject({ outcome: 'fail' })
    expect(slope.observed).toBeCloseTo(0.5, 1)
    expect(ask(sure)).toMatchObject({ outcome: 'fail' })
    expect(ask(sure, { measure: 'in-the-large' })).toMatchObject({ outcome: 'pass' })
    const high = claims((p) => 0.7 * p + 0.3)
    expect(ask(high, { measure: 'in-the-large' }).observed).toBeCloseTo(0.15, 1)
    expect(ask(claims(surer(0.5)), { measure: 'slope', limit: 0.2 })).toMatchObject({ outcome: 'fail' })
  })

  test('against the champion only what is worse than it counts', () => {
    const against = { against: 'champion' }
    const both = claims(surer(2))
    const same = { ...both, champion: both.challenger }
    expect(ask(same)).toMatchObject({ outcome: 'fail' })
    expect(ask(same, against)).toMatchObject({ outcome: 'pass', observed: 0, limit: 0.01 })
    expect(ask(both, against)).toMatchObject({ outcome: 'fail' })
    const better = { ...both, champion: both.challenger, challenger: both.champion }
    expect(ask(better, against)).toMatchObject({ outcome: 'pass' })
    expect(ask(better, against).observed).toBeLessThan(0)
  })

  test('too high claims are as bad as too low ones, whoever makes them', () => {
    const high = claims((p) => 0.8 * p + 0.1 + 0.05)
    const low = { ...high, champion: high.champion.map((p) => 0.8 * p + 0.1 - 0.05) }
    const turned = { ...low, champion: low.challenger, challenger: low.champion }
    for (const input of [low, turned]) {
      const { observed } = ask(input, { measure: 'in-the-large', against: 'champion' })
      expect(Math.abs(observed ?? 1)).toBeLessThan(0.03)
    }
  })

  test('of more classes it is that of the likeliest', () => {
    const task = { kind: 'multiclass', classes: ['a', 'b', 'c'] } as const
    const rng = seededRng(5)
    const labels = Float64Array.from({ length: ROWS }, () => (rng() < 0.6 ? 0 : 1))
    const scores = (first: number) =>
      Float32Array.from({ length: 3 * ROWS }, (_, i) => (i % 3 === 0 ? first : (1 - first) / 2))
    const said = (first: number) => gateRows(ROWS, { task, labels, champion: scores(0.6), challenger: scores(first) })
    expect(ask(said(0.6))).toMatchObject({ outcome: 'pass' })
    expect(ask(said(0.9))).toMatchObject({ outcome: 'fail' })
    expect(ask(said(0.9)).observed).toBeCloseTo(0.3, 1)
    expect(ask(said(0.9), { measure: 'in-the-large' })).toMatchObject({ outcome: 'fail' })
    // One claim for all rows has no slope.
    expect(ask(said(0.9), { measure: 'slope' })).toMatchObject({ outcome: 'inconclusive' })
  })

  test('of values it is the line through predictions and labels, in deviations of the label', () => {
    const rng = seededRng(6)
    const labels = Float64Array.from({ length: ROWS }, () => 100 + 10 * normal(rng))
    const said = (score: (label: number) => number) =>
      gateRows(ROWS, {
        task: { kind: 'regression' },
        scale: 10,
        labels,
        champion: Float32Array.from(labels),
        challenger: Float32Array.from(labels, score),
      })
    expect(
      ask(
        said((y) => y + normal(rng)),
        { measure: 'in-the-large' },
      ),
    ).toMatchObject({ outcome: 'pass' })
    expect(
      ask(
        said((y) => y + 5),
        { measure: 'in-the-large' },
      ).observed,
    ).toBeCloseTo(0.5, 4)
    expect(
      ask(
        said((y) => 2 * y - 100),
        { measure: 'slope' },
      ).observed,
    ).toBeCloseTo(0.5, 4)
    expect(ask(said((y) => y))).toMatchObject({ outcome: 'error' })
  })
})
