import { expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import { type Column, frame } from './frame.ts'
import { profileRows } from './profile.ts'
import { learnLayout } from './profile-layout.ts'
import { rescalingOf } from './rescaling.ts'

const LIMITS = { minFactor: 1.4, minDistance: 0.15, naturalMargin: 1.5, maxRest: 0.3, maxDistance: 0.06, minRows: 100 }

function numeric(values: Float64Array): Column {
  return { kind: 'numeric', name: 'x', values, missing: new Uint8Array(values.length) }
}

function compare(before: Float64Array, now: Float64Array) {
  const trained = frame([numeric(before)])
  const layout = learnLayout(trained)
  const reference = profileRows(trained, layout)
  const pair = { reference, referenceWindows: [reference], current: profileRows(frame([numeric(now)]), layout) }
  return rescalingOf(pair, 0, LIMITS)
}

function draws(rows: number, seed: number, of: (bell: number) => number): Float64Array {
  const rng = seededRng(seed)
  return Float64Array.from({ length: rows }, () => of(normal(rng)))
}

test('a factor is found to about 2 %, whichever way, and explains what lay apart', () => {
  const before = draws(3000, 1, (z) => 5 + z)
  for (const factor of [1000, 1 / 1000, 2.54]) {
    const found = compare(
      before,
      draws(3000, 2, (z) => factor * (5 + z)),
    )
    expect(found).toMatchObject({ kind: 'measured', isRescaled: true, rows: 3000 })
    if (found?.kind === 'measured') expect(Math.abs(Math.log(found.factor / factor))).toBeLessThan(0.03)
  }
})

test('a shift that no factor explains is no rescaling', () => {
  expect(
    compare(
      draws(2000, 1, Math.abs),
      draws(2000, 2, (z) => 3 + z),
    ),
  ).toMatchObject({ isRescaled: false })
})

test('99 values are too few, and so are five different ones', () => {
  const bell = (z: number) => z
  expect(compare(draws(2000, 1, bell), draws(99, 2, bell))).toMatchObject({ kind: 'unmeasured', haveRows: 99 })
  const five = (z: number) => 1 + (Math.abs(Math.round(z)) % 5)
  expect(compare(draws(2000, 1, five), draws(500, 2, bell))).toMatchObject({ because: 'too few different values' })
})
