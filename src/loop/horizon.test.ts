import { expect, test } from 'vitest'
import { BAD, gap, loopConfig, loopLife, trained } from '../../test/support/loop-life.ts'
import { addLife, horizonWindows } from './horizon.ts'

test('before any life was seen a version is expected to serve 10 windows', () => {
  expect(horizonWindows({ count: 0, sum: 0 }, 0)).toBe(10)
})

test('lives shorten the expectation, and none counts for more than 10 windows', () => {
  // (10 + 4) / 2, (10 + 4 + 6) / 3, (10 + 4 + 6 + 10) / 4
  const four = addLife({ count: 0, sum: 0 }, 4)
  const six = addLife(four, 6)
  const long = addLife(six, 50)
  expect([four, six, long].map((lives) => horizonWindows(lives, 0))).toEqual([7, 20 / 3, 7.5])
  expect(long).toEqual({ count: 3, sum: 20 })
})

test('the label delay is lost twice, and one window always remains', () => {
  const lives = { count: 1, sum: 4 }
  expect([0, 1, 2, 3, 4].map((delay) => horizonWindows(lives, delay))).toEqual([7, 5, 3, 1, 1])
})

test('the life of the initial version never counts, also after it came back', () => {
  const life = loopLife(loopConfig({ probationWindows: 2 }))
  life.matured(10, [BAD])
  life.ended(trained(2))
  expect(life.state.lives).toEqual({ count: 0, sum: 0 })
  life.matured(11, [])
  life.compared('probation', 11, { version: 1, rows: 100, sum: 50, sumSquares: 50 })
  expect(life.state.live).toMatchObject({ version: 1, since: 11 })
  life.matured(12, [BAD])
  life.compared('reuse', 12)
  life.ended(trained(3))
  expect(life.state.lives).toEqual({ count: 0, sum: 0 })
})

test('only a training ends a life that counts, from when the version last went live', () => {
  const life = loopLife(loopConfig())
  const retrain = (window: number, version: number) => {
    life.matured(window, [BAD])
    if (life.state.pending !== null) life.compared('reuse', window)
    life.ended(trained(version))
  }
  retrain(10, 2)
  retrain(13, 3)
  expect(life.state.lives).toEqual({ count: 1, sum: 3 })
  // Version 2 comes back after window 20 (no life ends) and is replaced by a training after window 26: 6 windows.
  life.matured(20, [BAD])
  life.compared('reuse', 20, { version: 2, rows: 100, sum: 50, sumSquares: 50 })
  expect(life.state.lives).toEqual({ count: 1, sum: 3 })
  retrain(26, 4)
  expect(life.state.lives).toEqual({ count: 2, sum: 9 })
})

test('a training pays over the horizon: H · g_lo > 1.015 α decides at the line', () => {
  // H = 10 and α = .1: the sure gap must exceed .01015; with labels 2 windows late H = 6 and it must exceed .016917.
  const kindAt = (sure: number, labelDelayWindows: number) => {
    const life = loopLife(loopConfig({ labelDelayWindows }))
    life.matured(10, [gap(sure, sure, sure)])
    return life.kinds().at(-1)
  }
  expect([kindAt(0.0101, 0), kindAt(0.0102, 0)]).toEqual(['keep', 'retrain'])
  expect([kindAt(0.0169, 2), kindAt(0.017, 2)]).toEqual(['keep', 'retrain'])
})
