import { expect, test } from 'vitest'
import type { DemoDifference, DemoFigure, DemoPolicy, DemoReport, DemoStage } from './demo-report.ts'
import { closingText, openingText, stayingText } from './demo-text.ts'

const figure = (value: number, reach = 0.002): DemoFigure => ({
  value,
  interval: { low: value - reach, high: value + reach, level: 0.95 },
  rows: 1000,
})

const stage: DemoStage = {
  file: 'flights.parquet',
  rows: 1500,
  onlineRows: 1000,
  from: '2001-01-01',
  decidedFrom: '2001-02-01',
  to: '2001-06-30',
  label: 'lands late',
  features: ['hour'],
  learner: 'trees',
  maxTrainingRows: 10,
  labelDelayDays: 1,
  control: { from: '2001-02-01', to: '2001-02-28' },
  incidents: [{ id: 'units', from: '2001-03-05', to: '2001-03-11', happens: 'kilometres', asked: 'notice' }],
}

function policy(id: DemoPolicy['id'], title: string, aucs: readonly [control: number, units: number]): DemoPolicy {
  const isKeepfit = id === 'keepfit'
  return {
    id,
    title,
    auc: figure(0.7),
    logLoss: figure(0.5),
    phases: [
      { id: 'control', auc: figure(aucs[0]), logLoss: figure(0.5) },
      { id: 'units', auc: figure(aucs[1]), logLoss: null },
    ],
    trainings: isKeepfit ? 11 : 21,
    rejected: 0,
    reinstated: 0,
    returned: 0,
    trainingsBlocked: 0,
    daysKeptOut: 7,
    daysKeptOutForNothing: 0,
    outcomes: [
      {
        incident: 'units',
        noticedOn: isKeepfit ? '2001-03-06' : null,
        afterDays: isKeepfit ? 1 : null,
        done: isKeepfit ? 'version 2 reinstated on 2001-03-07' : 'nothing',
      },
    ],
    decisions: [],
  }
}

function closing(difference: Pick<DemoDifference, 'auc' | 'logLoss'>): string {
  const report: DemoReport = {
    version: 1,
    seed: 7,
    stage,
    policies: [policy('weekly', 'retrained weekly', [0.69, 0.66]), policy('keepfit', 'with Keepfit', [0.68, 0.67])],
    differences: [{ against: 'weekly', ...difference }],
  }
  return closingText(report)
}

test('where Keepfit does worse the words say so; within its interval nothing is called a difference', () => {
  const worse = closing({ auc: figure(-0.003), logLoss: figure(0.001) })
  expect(worse).toContain(
    'Against the model retrained weekly, Keepfit is WORSE in AUC (−0.0030 [−0.0050, −0.0010]) and level in log loss (+0.0010 [−0.0010, +0.0030]), with 10 fewer trainings.',
  )
  const better = closing({ auc: figure(0.003), logLoss: figure(-0.003) })
  expect(better).toContain('better in AUC')
  expect(better).toContain('better in log loss')
})

test('a lower loss is better, a higher one worse', () => {
  expect(closing({ auc: figure(0), logLoss: figure(0.004) })).toContain('WORSE in log loss')
})

test('phases that another policy wins are named', () => {
  const text = closing({ auc: figure(0), logLoss: figure(0) })
  expect(text).toContain("By phase the model retrained weekly has a higher AUC than Keepfit's in: control.")
})

test('the tables say when an incident was noticed, counted from its first day, and by whom it was not', () => {
  const text = closing({ auc: figure(0), logLoss: figure(0) }).replaceAll(/[│\s]+/g, ' ')
  expect(text).toContain('not noticed;')
  expect(text).toContain('noticed Mar 06, day 2;')
  expect(text).not.toContain('2001-03-07')
  expect(text).toContain('0.6700 / –')
})

test('the opening says how many flights there are and which month is left alone', () => {
  expect(openingText(stage)).toContain('1,500 U.S. flights of 2001-01-01 to 2001-06-30')
  expect(openingText(stage)).toContain('Feb 01–28 is left as it was')
})

test('while it stays up, it names commands for its own folder and for a decision that was made', () => {
  const because = [{ by: 'gates', text: '' }]
  const blank = { window: 1, aboutWindow: null, now: null, live: 1, version: 2, because, evidence: [], verdicts: [] }
  const decisions = [
    { day: '2001-02-03', record: { ...blank, seq: 3, kind: 'keep' } as const },
    { day: '2001-02-28', record: { ...blank, seq: 17, kind: 'promote' } as const },
  ]
  const report: DemoReport = {
    version: 1,
    seed: 7,
    stage,
    policies: [{ ...policy('keepfit', 'with Keepfit', [0.7, 0.7]), decisions }],
    differences: [],
  }
  const text = stayingText({ url: 'http://127.0.0.1:4000', folder: '.keepfit-flights', report })
  expect(text).toContain('http://127.0.0.1:4000')
  expect(text).toContain('npx keepfit explain flights 17 --data .keepfit-flights')
  expect(text).toContain('npx keepfit history flights --data .keepfit-flights')
  expect(text).toContain('npx keepfit replay flights --data .keepfit-flights')
})
