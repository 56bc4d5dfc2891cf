import { describe, expect, test } from 'vitest'
import { explainedLoop as life } from '../../../test/support/explained-life.ts'
import {
  accuracy,
  BAD,
  BREACH,
  FINE,
  FLOOR,
  gap,
  NO_GAP_YET,
  trained,
  triggersOf,
  verdict,
  versus,
} from '../../../test/support/loop-life.ts'
import type { Evidence } from '../../base/evidence.ts'
import type { LoopConfig } from '../config.ts'

const drift = (subject: string, alarm: boolean): Evidence => ({
  kind: 'distance',
  detector: 'psi',
  subject,
  rows: 450,
  value: alarm ? 0.31 : 0.02,
  unit: 'nats',
  threshold: 0.2,
  alarm,
})

describe('keeping the live version', () => {
  test('names the drift that did no harm, with the avoidable loss, its interval and n', () => {
    const { told, matured } = life()
    matured(10, gap(0.004, -0.001), drift('age', true), drift('income', true), drift('region', false))
    const { headline, ruledOut, evidence } = told.newest('keep')
    expect(headline).toMatch(/^Version 1 stays: the champion loses nothing/)
    expect(ruledOut[0]).toEqual({
      what: 'harm by what moved: age and income',
      because:
        'the avoidable loss is 0.004 [-0.001, 0.009] a row (n = 500): nothing is surely lost that a training would save',
      rows: 500,
    })
    expect(ruledOut[1]).toMatchObject({ what: 'an alarm of psi in 1 of 3 subjects', rows: 450 })
    expect(evidence.map(({ verdict, subject }) => `${verdict} ${subject}`)).toEqual([
      'alarmed age',
      'alarmed income',
      'measured loss',
      'quiet region',
    ])
    expect(evidence[0]).toMatchObject({ value: 0.31, limit: 0.2, unit: 'nats', rows: 450 })
    expect(evidence[2]).toMatchObject({ interval: { low: -0.001, high: expect.closeTo(0.009) }, rows: 500 })
  })

  test('says how far the sure loss was from the least that is acted on, and what each limit would have led to', () => {
    const { told, matured } = life()
    matured(10, gap(0.004, 0.001))
    const { wouldChange } = told.newest('keep')
    expect(wouldChange[0]).toMatchObject({ value: 0.001, limit: 0.005, rows: 500 })
    expect(wouldChange[0]?.sentence).toContain('it was 0.001, of 0.004 [0.001, 0.007] (n = 500), 0.004 away')
    expect(wouldChange[1]?.sentence).toMatch(
      /^retired versions are tried above 0.05 .*it was 0.01 \(n = 500\), 0.04 away/,
    )
    expect(wouldChange[2]?.sentence).toMatch(/^a training is asked for above 0.1015 .*0.0915 away/)
    matured(11, gap(0.009, 0.009))
    const past = told.newest('keep').wouldChange
    expect(past).toHaveLength(1)
    expect(past[0]).toMatchObject({ value: 0.09, limit: expect.closeTo(0.1015) })
    expect(past[0]?.sentence).toMatch(/^a training is asked for above 0.1015/)
  })

  test('drift without a measured loss is not called harmless', () => {
    const { told, matured } = life()
    matured(10, NO_GAP_YET, drift('age', true))
    const { ruledOut, wouldChange, evidence } = told.newest('undecided')
    expect(ruledOut).toEqual([])
    expect(wouldChange[0]?.sentence).toBe('the avoidable loss can be told from about 20 rows: there were 5')
    expect(evidence.find(({ verdict }) => verdict === 'insufficient')).toMatchObject({ rows: 5, value: null })
  })
})

describe('a training', () => {
  test('says what did not stop it, and which trigger did not ask for it', () => {
    const { told, matured } = life({
      triggers: triggersOf({ trigger: 'avoidable-loss' }, { trigger: 'psi-drift' }),
      cooldownWindows: 3,
      budget: { trainings: 2, perWindows: 6 },
      breaker: { maxRejections: 3, maxTrainings: 10, perWindows: 30, coolOffWindows: 10 },
    })
    matured(10, BAD, drift('age', false))
    const { headline, ruledOut, wouldChange, why } = told.newest('retrain')
    expect(headline).toMatch(/^A training starts: at least 0.2000 loss a row is avoidable.*\.$/)
    expect(why[0]).toMatchObject({ by: 'avoidable-loss', unit: 'loss per row × windows', rows: 500 })
    expect(ruledOut.map(({ what }) => what)).toEqual([
      'an alarm of psi in age',
      'a request by psi-drift',
      'a run that is still active',
      'the cooldown',
      'the budget',
      'the breaker',
    ])
    expect(wouldChange[0]?.sentence).toMatch(
      /^no training starts at 0.1015 loss per row × windows or below \(avoidable-loss\): it was 2 \(n = 500\)/,
    )
  })

  test('that a person asked for says so, and that no evidence was asked', () => {
    const { told, tell } = life({ cooldownWindows: 3 })
    tell({ kind: 'command', command: 'retrain', actor: 'ada', reason: 'new prices', despite: ['budget'] })
    const { headline, wouldChange, ruledOut } = told.newest('retrain')
    expect(headline).toBe('A training starts: ada asks for it: new prices.')
    expect(wouldChange).toEqual([expect.objectContaining({ sentence: 'a person asked for it: the evidence was not' })])
    expect(ruledOut.find(({ what }) => what === 'the cooldown')?.because).toContain('a person asked')
  })

  test('in mode advise would start, and says who answered what', () => {
    const { told, matured, say } = life({ mode: 'advise' })
    matured(10, BAD)
    expect(told.newest('retrain').headline).toMatch(/^A training would start: .* \(a person was asked\)\.$/)
    expect(told.newest('retrain').wouldChange.at(-1)?.sentence).toContain('keepfit approve')
    say('approve')
    expect(told.newest('retrain').headline).toMatch(/\(ada approved in decision 2\)\.$/)
    const { why, evidence, restsOn } = told.newest('approved')
    expect(why.map(({ by }) => by)).toEqual(['ada', 'loop'])
    expect(why[1]?.text).toMatch(/^it follows from decision 1 \(retrain\): at least/)
    expect(evidence[0]).toMatchObject({ detector: 'avoidable-loss', decision: 1, rows: 500 })
    expect(restsOn.decisions).toEqual([1])
  })

  test('in mode observe would start, and nothing was touched', () => {
    const { told, matured } = life({ mode: 'observe' })
    matured(10, BAD)
    expect(told.newest('retrain').headline).toMatch(/would start.*nothing was touched: the mode is observe\)\.$/)
  })

  test('that is put off names the growth and its limit', () => {
    const { told, matured } = life()
    matured(10, gap(0.2, 0.2, 0.05))
    const { wouldChange, why } = told.newest('postpone')
    expect(why[0]).toMatchObject({ unit: 'loss per row', rows: 500 })
    expect(wouldChange[0]).toMatchObject({ value: expect.closeTo(0.15), limit: expect.closeTo(0.06), rows: 500 })
  })
})

describe('what stands in the way', () => {
  test.each([
    [{ cooldownWindows: 4 }, 'cooldown', /^3 more windows have passed since the last training/],
    [
      { budget: { trainings: 1, perWindows: 6 } },
      'budget',
      /^fewer than 1 training .*there were 1; .*--despite budget/,
    ],
    [{ minLabelledRows: 700 }, 'min-labelled-rows', /^200 more labelled rows: 500 of 700 are known/],
  ])('%o: how far it is away', (change, by, sentence) => {
    const { told, matured, ended } = life({ ...change, reusePool: 0 })
    matured(10, BAD)
    if (by !== 'min-labelled-rows') {
      ended(trained(2, 'pass'))
      matured(11, BAD)
    }
    const blocked = told.newest('blocked')
    expect(blocked.headline).toMatch(/^A training was due, but does not start: /)
    expect(blocked.why[0]?.by).toBe(by)
    expect(blocked.why[1]?.by).toBe('avoidable-loss')
    expect(blocked.wouldChange[0]?.sentence).toMatch(sentence)
  })

  test('a window that breaks the contract stops the decision, not a training', () => {
    const { told, tell } = life()
    tell({ kind: 'labels-matured', window: 10, now: null, evidence: [BAD], labelledRows: 5, breaches: [BREACH] })
    expect(told.newest('quarantine')).toMatchObject({
      headline: 'Window 10 is kept out of training and judging: half of the rows have no age.',
      why: [{ value: 0.5, limit: 0.1, rows: 500 }],
    })
    expect(told.newest('quarantine').evidence).not.toEqual([])
    expect(told.newest('blocked').headline).toMatch(/^Nothing is decided on this window: /)
  })
})

describe('a challenger', () => {
  const gated: Partial<LoopConfig> = { triggers: triggersOf(FLOOR), deploy: 'gated', holdOutWindows: 1 }

  test('that is rejected: the gate that failed with its limit, and those that had nothing against it', () => {
    const { told, matured, ended } = life(gated)
    matured(10, accuracy(0.5))
    const failing = { ...verdict('fail', 'metric-ratio'), observed: 0.981, limit: 0.99, rows: 800 }
    const interval = { low: 0.96, high: 0.99, level: 0.95 }
    ended({ kind: 'trained', model: 2, notes: [], verdicts: [verdict('pass', 'slices'), { ...failing, interval }] })
    const { headline, gates, wouldChange, ruledOut, why, evidence } = told.newest('reject')
    expect(headline).toBe('Version 2 of run 1 is rejected, version 1 stays: metric-ratio says fail.')
    expect(wouldChange.map(({ sentence }) => sentence)).toEqual([
      'metric-ratio holds it to 0.99: it was 0.981 [0.96, 0.99] (n = 800), 0.009 away',
    ])
    expect(ruledOut).toContainEqual({ what: 'an objection by slices', because: 'slices says pass', rows: 400 })
    expect(gates).toHaveLength(2)
    expect(why.at(-1)?.text).toMatch(/^it follows from decision 1 \(retrain\)/)
    expect(evidence[0]).toMatchObject({ subject: 'accuracy', decision: 1, interval: { low: 0.49 }, rows: 500 })
  })

  test('that nobody could judge: what it would take', () => {
    const { told, matured, ended } = life(gated)
    matured(10, accuracy(0.5))
    const unsure = { ...verdict('inconclusive', 'paired-blocks'), needs: 'about 14 more blocks of 200 rows' }
    ended({ kind: 'trained', model: 2, notes: [], verdicts: [unsure] })
    expect(told.newest('reject').wouldChange[0]?.sentence).toMatch(/^paired-blocks can tell with about 14 more blocks/)
  })

  test('that is promoted: what each gate would not have let pass', () => {
    const { told, matured, ended } = life(gated)
    matured(10, accuracy(0.5))
    ended({ kind: 'trained', model: 2, notes: [], verdicts: [{ ...verdict('pass'), observed: 0.02, limit: 0.01 }] })
    const { headline, wouldChange } = told.newest('promote')
    expect(headline).toBe('Version 2 answers in place of version 1: every gate passed.')
    expect(wouldChange[0]).toMatchObject({ value: 0.02, limit: 0.01, rows: 400 })
  })

  test('that was not held out says so', () => {
    const { told, matured, ended } = life({ probationWindows: 2 })
    matured(10, BAD)
    ended(trained(2))
    expect(told.newest('promote').wouldChange[0]?.sentence).toMatch(
      /^it would have been rejected only had a gate failed/,
    )
    expect(told.newest('promote').restsOn).toMatchObject({ run: 1, versions: [1, 2], decisions: [1] })
  })
})

describe('versions that come back', () => {
  test('a reinstated one: what it would have saved, and the others that were held against the live one', () => {
    const { told, tell, matured, ended } = life()
    matured(10, BAD)
    ended(trained(2))
    matured(11, BAD)
    tell({ kind: 'compared', purpose: 'reuse', window: 11, comparisons: [versus(1, 0.01)] })
    ended(trained(3))
    matured(12, BAD)
    const comparisons = [versus(2, 0.3), versus(1, -0.1)]
    tell({ kind: 'compared', purpose: 'reuse', window: 12, comparisons })
    const { headline, ruledOut, evidence, restsOn, wouldChange } = told.newest('reinstate')
    expect(headline).toMatch(/^Retired version 2 answers again, without a training: /)
    expect(ruledOut.find(({ what }) => what === 'going back to version 1')).toEqual({
      what: 'going back to version 1',
      because: 'on the same 100 rows it would have lost 0.1 a row, which is not clearly better',
      rows: 100,
    })
    expect(evidence[0]).toMatchObject({ detector: 'comparison', subject: 'version 2', value: 0.3, rows: 100 })
    expect(evidence[0]?.interval?.low).toBeCloseTo(0.3 - (1.64 * Math.sqrt(31)) / 100)
    expect(restsOn.versions).toEqual([1, 2, 3])
    expect(wouldChange[0]?.sentence).toMatch(/^version 2 does not come back at 0.06 loss per row or below/)
  })

  test('a return from probation names the loss on the same rows', () => {
    const { told, tell, matured, ended } = life({ probationWindows: 2 })
    matured(10, BAD)
    ended(trained(2))
    matured(11, FINE)
    tell({ kind: 'compared', purpose: 'probation', window: 11, comparisons: [versus(1, 0.4)] })
    const { headline, why, evidence } = told.newest('return')
    expect(headline).toMatch(/^Version 1 answers again, for version 2 disappoints: /)
    expect(why[0]).toMatchObject({ value: 0.4, unit: 'loss per row', rows: 100 })
    expect(evidence[0]).toMatchObject({ what: 'Version 1 beside version 2: loss saved', rows: 100 })
  })

  test('a rollback by a person needs no evidence', () => {
    const { told, tell, matured, ended } = life()
    matured(10, BAD)
    ended(trained(2))
    const origin = { rows: 10, toWindow: 9, cutOffAt: null, trainer: null }
    tell({ kind: 'command', command: 'roll-back', actor: 'ada', reason: 'complaints', version: 1, origin })
    expect(told.newest('roll-back').headline).toBe(
      'Version 1 answers again in place of version 2, by the word of ada: complaints.',
    )
  })
})

test('a breaker that opens says when it closes, and rests on what opened it', () => {
  const breaker = { maxRejections: 3, maxTrainings: 10, perWindows: 30, coolOffWindows: 7 }
  const { told, matured, ended, say } = life({ breaker })
  matured(10, BAD)
  ended({ kind: 'failed', why: 'the loss is NaN' })
  const { wouldChange, restsOn, evidence } = told.newest('breaker-opened')
  expect(wouldChange[0]?.sentence).toBe('the breaker closes 7 windows after it opened, or when a person closes it')
  expect(restsOn.decisions).toEqual([1, 2])
  expect(evidence[0]).toMatchObject({ decision: 1 })
  expect(told.newest('run-failed').headline).toBe('Run 1 gave no version: the loss is NaN.')
  say('close-breaker')
  expect(told.newest('breaker-closed').headline).toBe('The breaker closes: ada: because I looked.')
})
