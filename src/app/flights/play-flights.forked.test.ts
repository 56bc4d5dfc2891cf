import { beforeAll, describe, expect, test } from 'vitest'
import { madeUpFlights } from '../../../test/support/made-up-flights.ts'
import type { DemoPolicy, DemoReport } from '../../cli/demo-report.ts'
import { CONTROL, type Incident } from './incidents.ts'
import { flightPolicies, ROLLING_DAYS } from './policies.ts'
import { replayPolicies } from './replay-policies.ts'
import { reportOf } from './report.ts'
import { flightStream } from './stream.ts'

const DAYS = 88
const PER_DAY = 600
const SEED = 7
const WARMUP_DAYS = 31
const LEARNER = { trainer: 'ydf-gradient-boosting' }

const INCIDENTS: readonly Incident[] = [
  incident('kilometres', '2001-02-03', '2001-02-05'),
  incident('flipped-labels', '2001-02-08', '2001-02-09'),
  // The training of the 14th is started on the first wrong day, on labels of the last right one.
  incident('wrong-join', '2001-02-14', '2001-02-16'),
  incident('new-rule', '2001-02-20', '2001-03-16'),
  incident('old-rule', '2001-03-17', '2001-03-29'),
]

function incident(kind: Incident['kind'], from: string, to: string): Incident {
  return { id: kind, kind, from, to, happens: '', asked: '' }
}

describe('flights with incidents, under three policies', () => {
  let report: DemoReport
  let keepfit: DemoPolicy
  let alone: DemoPolicy
  beforeAll(async () => {
    const made = { incidents: INCIDENTS, warmupDays: WARMUP_DAYS, rollingDays: ROLLING_DAYS, seed: SEED }
    const flights = flightStream(madeUpFlights(DAYS, PER_DAY), made)
    const learner = { trainer: LEARNER, workers: 2, seed: SEED }
    const asked = { flights, incidents: INCIDENTS, policies: flightPolicies(), learner }
    const played = await replayPolicies(asked, () => {})
    const scene = { flights, seed: SEED, incidents: INCIDENTS, control: CONTROL, answeredFrom: WARMUP_DAYS }
    report = reportOf({ ...scene, learner: LEARNER.trainer, maxTrainingRows: 60_000 }, played)
    const called = (id: DemoPolicy['id']) => report.policies.find((policy) => policy.id === id)!
    keepfit = called('keepfit')
    alone = called('alone')
  }, 60_000)

  const kindsOn = (policy: DemoPolicy, day: string) =>
    policy.decisions.filter((one) => one.day === day).map(({ record }) => record.kind)
  const outcome = (policy: DemoPolicy, id: string) => policy.outcomes.find(({ incident: of }) => of === id)!

  test('each day in kilometres is kept out on that very day', () => {
    for (const day of ['2001-02-03', '2001-02-04', '2001-02-05']) expect(kindsOn(keepfit, day)).toContain('quarantine')
    expect(outcome(keepfit, 'kilometres')).toMatchObject({ noticedOn: '2001-02-03', afterDays: 0 })
  })

  test('both days of flipped labels are kept out when their labels are known', () => {
    expect(outcome(keepfit, 'flipped-labels')).toMatchObject({
      noticedOn: '2001-02-09',
      done: 'kept 2 of 2 days out of training',
    })
  })

  test('nothing else is kept out', () => {
    expect(keepfit.daysKeptOut).toBe(5)
    expect(keepfit.daysKeptOutForNothing).toBe(0)
  })

  test('a challenger from a training with the wrong join is rejected because a gate found it worse', () => {
    const rejected = keepfit.decisions.find(({ day, record }) => day === '2001-02-14' && record.kind === 'reject')
    expect(rejected?.record.verdicts.map(({ outcome: said }) => said)).toContain('fail')
    expect(outcome(keepfit, 'wrong-join').noticedOn).toBe('2001-02-14')
  })

  test('the new rule is noticed and learned within a week', () => {
    const { afterDays } = outcome(keepfit, 'new-rule')
    expect(afterDays).toBeLessThanOrEqual(4)
    const promoted = keepfit.decisions.find(({ day, record }) => day >= '2001-02-20' && record.kind === 'promote')
    expect(promoted!.day <= '2001-02-26').toBe(true)
  })

  test('when the old rule returns, a version from before the new one answers again, without a training', () => {
    const back = keepfit.decisions.find(({ day, record }) => day >= '2001-03-17' && record.kind === 'reinstate')
    expect(back!.day <= '2001-03-21').toBe(true)
    const before = keepfit.decisions.filter(({ day, record }) => day < '2001-02-20' && record.kind === 'promote')
    expect([1, ...before.map(({ record }) => record.version)]).toContain(back!.record.version)
    const trained = keepfit.decisions.filter(
      ({ day, record }) => day >= '2001-03-17' && day <= back!.day && record.kind === 'retrain',
    )
    expect(trained).toEqual([])
  })

  test('a weekly schedule serves versions that learned from what should have been kept out', () => {
    const weekly = report.policies.find(({ id }) => id === 'weekly')!
    const carried = (id: string) => /(\d+) versions? .* answered on (\d+) days/.exec(outcome(weekly, id).done)?.slice(1)
    // Four trainings reach back over these days; the last of their versions goes when nothing of them is left in 28 days.
    expect(carried('kilometres')).toEqual(['4', '28'])
    expect(carried('flipped-labels')).toEqual(['4', '28'])
    expect(carried('wrong-join')).toEqual(['1', '7'])
    expect(outcome(keepfit, 'kilometres').done).not.toContain('learned from it')
  })

  test('the model left alone sees and does nothing, and loses more by it', () => {
    expect(alone.trainings).toBe(0)
    expect(alone.outcomes.every(({ noticedOn }) => noticedOn === null)).toBe(true)
    const [against] = report.differences
    expect(against).toMatchObject({ against: 'alone' })
    expect(against!.logLoss.interval.high).toBeLessThan(0)
  })
})
