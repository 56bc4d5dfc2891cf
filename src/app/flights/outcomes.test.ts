import { describe, expect, test } from 'vitest'
import type { DemoDecision } from '../../cli/demo-report.ts'
import type { DecisionKind } from '../../loop/record.ts'
import type { Incident, IncidentKind } from './incidents.ts'
import { countsOf, outcomeOf } from './outcomes.ts'

const NO_HARM = { versions: 0, days: 0 }

function incident(kind: IncidentKind): Incident {
  return { id: kind, kind, from: '2001-03-05', to: '2001-03-07', happens: '', asked: '' }
}

function decision(day: string, kind: DecisionKind, by = 'gates', version: number | null = null): DemoDecision {
  const blank = { seq: 1, window: 1, aboutWindow: null, now: null, live: 3, evidence: [], verdicts: [] }
  return { day, record: { ...blank, kind, version, because: [{ by, text: '' }] } }
}

describe('what became of an incident', () => {
  test('a quarantine of another cause, or of another time, is not a sign of it', () => {
    const decisions = [
      decision('2001-03-04', 'quarantine', 'scale-change'),
      decision('2001-03-05', 'quarantine', 'label-noise'),
      decision('2001-03-09', 'quarantine', 'scale-change'),
    ]
    const seen = outcomeOf(incident('kilometres'), decisions, 1, NO_HARM)
    expect(seen).toEqual({ incident: 'kilometres', noticedOn: null, afterDays: null, done: 'nothing' })
  })

  test('days kept out are counted, also the last one, whose labels come late', () => {
    const decisions = ['06', '07', '08'].map((day) => decision(`2001-03-${day}`, 'quarantine', 'label-noise'))
    const seen = outcomeOf(incident('flipped-labels'), decisions, 1, NO_HARM)
    expect(seen).toMatchObject({ noticedOn: '2001-03-06', afterDays: 1, done: 'kept 3 of 3 days out of training' })
  })

  test('a scheduled training does not count as noticing a new rule, one for avoidable loss does', () => {
    const scheduled = [decision('2001-03-05', 'retrain', 'schedule'), decision('2001-03-05', 'promote', 'gates', 4)]
    expect(outcomeOf(incident('new-rule'), scheduled, 1, NO_HARM).noticedOn).toBeNull()
    const worthIt = [...scheduled, decision('2001-03-07', 'retrain', 'avoidable-loss')]
    expect(outcomeOf(incident('new-rule'), worthIt, 1, NO_HARM)).toMatchObject({
      noticedOn: '2001-03-07',
      done: 'first new version on day 1; 2 trainings, 0 rejected',
    })
  })

  test('harm that nobody saw is told as harm', () => {
    const seen = outcomeOf(incident('wrong-join'), [], 1, { versions: 1, days: 7 })
    expect(seen.done).toBe('1 version made with the wrong join answered on 7 days')
  })
})

test('days kept out without an incident are counted apart, labels on the day they belong to', () => {
  const incidents = [incident('kilometres')]
  const decisions = [
    decision('2001-03-05', 'quarantine', 'scale-change'),
    decision('2001-03-09', 'quarantine', 'scale-change'),
    decision('2001-03-08', 'quarantine', 'label-noise'),
    decision('2001-03-09', 'quarantine', 'label-noise'),
    decision('2001-03-09', 'blocked', 'contract'),
    decision('2001-03-10', 'blocked', 'breaker'),
  ]
  expect(countsOf(decisions, incidents, 1)).toMatchObject({
    daysKeptOut: 4,
    daysKeptOutForNothing: 2,
    trainingsBlocked: 1,
  })
})
