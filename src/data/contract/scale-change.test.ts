import { expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { frame } from '../frame.ts'
import { profileRows } from '../profile.ts'
import { learnLayout } from '../profile-layout.ts'
import { scaleChangeRule } from './scale-change.ts'

/** 4,000 positive values around `factor` whose logarithms have this standard deviation. */
function values(seed: number, spread: number, factor = 1): Float64Array {
  const rng = seededRng(seed)
  return Float64Array.from({ length: 4000 }, () => factor * Math.exp(spread * normal(rng)))
}

/** What the rule says of `current` when it trusts these windows. */
function judge(trusted: readonly Float64Array[], current: Float64Array, options: object = {}) {
  const column = (x: Float64Array) =>
    frame([{ kind: 'numeric', name: 'x', values: x, missing: new Uint8Array(x.length) }])
  const all = Float64Array.from(trusted.flatMap((window) => [...window]))
  const layout = learnLayout(column(all))
  const profile = (x: Float64Array) => profileRows(column(x), layout)
  const input = { reference: profile(all), referenceWindows: trusted.map(profile), current: profile(current) }
  const config = scaleChangeRule.config.parse({ rule: 'scale-change', ...options })
  return scaleChangeRule.check({ ...input, labelNoise: null }, config)
}

test('where trusted windows differ in shape, a factor of 10 need not fit better than they do, a factor of 4 must', () => {
  const trusted = [values(1, 0.3), values(2, 1.6)]
  expect(judge(trusted, values(3, 1.5, 10))).toMatchObject({ kind: 'breach', breaches: [{ column: 'x' }] })
  expect(judge(trusted, values(3, 1.5, 4)).kind).toBe('ok')
})

test('a rescaling that leaves more than .3 of the distance is drift of another kind', () => {
  const trusted = [values(1, 1), values(2, 1)]
  const wider = values(3, 1.35, 1.6)
  expect(judge(trusted, wider).kind).toBe('ok')
  expect(judge(trusted, wider, { maxRest: 1 }).kind).toBe('breach')
})
