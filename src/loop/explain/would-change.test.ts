import { describe, expect, test } from 'vitest'
import { accuracy, CLAIMS, type Claim, FLOOR, only, psi } from '../../../test/support/decision-claims.ts'
import { explainedLoop } from '../../../test/support/explained-life.ts'
import type { Evidence } from '../../base/evidence.ts'
import { figure } from './wording.ts'

/** What came of it. */
function outcome({ config, live, isReason }: Claim, value: number): string {
  const life = explainedLoop(config)
  live(life, value)
  const last = life.loop.decisions.at(-1)
  const why = isReason === true ? last?.because[0]?.text : ''
  return `${last?.kind} ${why}; then ${life.loop.effects.map(({ kind }) => kind).join(', ')}`
}

describe('what would have changed a decision changes it, and nothing short of that does', () => {
  test.each(CLAIMS.map((claim) => [claim.name, claim] as const))('%s', (_, claim) => {
    const life = explainedLoop(claim.config)
    claim.live(life, claim.seen)
    const { wouldChange } = life.told.all().at(-1) ?? { wouldChange: [] }
    const said = wouldChange.find(({ sentence }) => claim.says.test(sentence))
    expect(said, wouldChange.map(({ sentence }) => sentence).join('\n')).toBeDefined()
    const { value, limit, sentence } = said as { value: number; limit: number; sentence: string }
    expect(value).toBeCloseTo(claim.seen, 9)
    expect(sentence).toContain(`${figure(Math.abs(limit - value))}${sentence.includes('away') ? ' away' : ''}`)

    const step = claim.step ?? 1e-6
    const up = limit > value ? 1 : -1
    const before = outcome(claim, claim.seen)
    expect(outcome(claim, limit - up * step)).toBe(before)
    expect(outcome(claim, limit + up * step)).not.toBe(before)
    if (claim.isExact === false) return
    const isAtLimit = / at .* or (above|below)/.test(sentence) || /more (labelled rows|windows)/.test(sentence)
    expect(outcome(claim, limit) !== before).toBe(isAtLimit)
  })

  test('of several reasons for a training no single one is said to be enough', () => {
    const config = only(FLOOR, { trigger: 'psi-drift' })
    const told = (evidence: readonly Evidence[]) => {
      const life = explainedLoop(config)
      life.matured(10, ...evidence)
      return life.told.all().at(-1)
    }
    const both = told([accuracy(0.5), psi(0.3)])
    expect(both?.kind).toBe('retrain')
    expect(both?.wouldChange.map(({ sentence }) => sentence.slice(0, 63))).toEqual(
      Array(2)
        .fill('no training starts once all 2 reasons are gone; this one is wit')
        .map((text, i) => (i === 0 ? text : 'no training starts once all 2 reasons are gone; this one is bel')),
    )
    expect(told([accuracy(0.9), psi(0.3)])?.kind).toBe('retrain')
    expect(told([accuracy(0.9), psi(0.1)])?.kind).toBe('keep')
  })

  test('of triggers that must agree no single one is said to be enough', () => {
    const config = only({ trigger: 'all-of', of: [FLOOR, { trigger: 'psi-drift' }] })
    const life = explainedLoop(config)
    life.matured(10, accuracy(0.9), psi(0.1))
    for (const { sentence } of life.told.newest('keep').wouldChange)
      expect(sentence).toMatch(/^this one would have asked for a training, of several that must agree,/)
    life.matured(11, accuracy(0.9), psi(0.3))
    expect(life.told.newest('keep').window).toBe(11)
    life.matured(12, accuracy(0.5), psi(0.3))
    expect(life.told.newest('retrain').window).toBe(12)
  })
})
