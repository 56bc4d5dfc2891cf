import { describe, expect, test } from 'vitest'
import type { Reason } from '../base/decision.ts'
import type { Outcome, Verdict } from '../base/verdict.ts'
import type { DecisionKind, DecisionRecord } from '../loop/record.ts'
import type { DemoDecision, DemoIncident } from './demo-report.ts'
import { tellStory } from './story.ts'

type Told = Partial<Omit<DecisionRecord, 'kind' | 'because'>> & { readonly because?: readonly (Reason | string)[] }

function decision(day: string, kind: DecisionKind, { because = [], ...rest }: Told = {}): DemoDecision {
  const reasons = because.map((one) => (typeof one === 'string' ? { by: 'gates', text: one } : one))
  const numbers = { seq: 1, window: 1, aboutWindow: null, now: null, live: 3, version: null }
  const blank = { ...numbers, evidence: [], verdicts: [] }
  return { day, record: { ...blank, ...rest, kind, because: reasons } }
}

function verdict(gate: string, outcome: Outcome, because: string): Verdict {
  return { gate, outcome, observed: null, limit: null, interval: null, rows: 100, because }
}

function told(decisions: readonly DemoDecision[], incidents: readonly DemoIncident[] = []): string[] {
  const lines: string[] = []
  const story = tellStory({ incidents, labelDelayDays: 1 }, (line) => lines.push(line))
  for (const one of decisions) story.decided(one)
  story.ended()
  return lines
}

const unit = (factor: number): Reason => ({
  by: 'scale-change',
  text: `'distance' looks multiplied by ${factor} (a change of unit?): the distance of 1818 values from the reference falls from 0.21 to 0.03 when divided by it.`,
  value: factor,
})
const noise: Reason = {
  by: 'label-noise',
  text: 'About 31.2 % of 2081 labels look flipped at random (± 11.8 %); at most 3.1 % is allowed.',
}
const due: Reason = { by: 'schedule', text: "'0 0 1,15 * *' came due at 2001-03-01T00:00:00.000Z" }
const worth: Reason = { by: 'avoidable-loss', text: 'at least 0.0914 loss a row is avoidable over about 8.0 windows' }

const CASES: readonly (readonly [fact: string, decisions: readonly DemoDecision[], lines: readonly string[]])[] = [
  [
    'days on which nothing is decided become one line',
    [decision('2001-02-27', 'keep'), decision('2001-02-28', 'undecided'), decision('2001-03-01', 'keep')],
    ['Feb 27–Mar 01  nothing to do on 3 days; version 3 stays'],
  ],
  [
    'a change of unit is told once, with the units that fit its factor, and its further days together',
    [
      decision('2001-03-05', 'quarantine', { because: [unit(1.55)] }),
      decision('2001-03-05', 'keep'),
      decision('2001-03-06', 'quarantine', { because: [unit(1.61)] }),
      decision('2001-03-06', 'blocked', { because: [{ by: 'contract', text: 'window 63 breaks the data contract' }] }),
      decision('2001-03-07', 'quarantine', { because: [unit(1.64)] }),
      decision('2001-03-08', 'keep'),
    ],
    [
      "Mar 05         'distance' looks multiplied by 1.55 (kilometres for miles?): this day is kept out of training",
      'Mar 06–07      the same on 2 more days',
      'Mar 08         nothing to do on 1 day; version 3 stays',
    ],
  ],
  [
    'another factor, however near, is not given a name',
    [
      decision('2001-03-05', 'quarantine', { because: [unit(0.31)] }),
      decision('2001-03-06', 'quarantine', { because: [{ ...unit(1.75), by: 'other' }] }),
    ],
    [
      "Mar 05         'distance' looks multiplied by 0.31 (a change of unit?): this day is kept out of training",
      "Mar 06         'distance' looks multiplied by 1.75 (a change of unit?): this day is kept out of training",
    ],
  ],
  [
    'flipped labels are told of the day they belong to, not of the day they became known',
    [
      decision('2001-03-21', 'quarantine', { because: [noise] }),
      decision('2001-03-21', 'blocked', { because: [{ by: 'contract', text: '' }] }),
    ],
    ['Mar 21         about 31.2 % of 2081 labels look flipped at random (± 11.8 %): Mar 20 is kept out of training'],
  ],
  [
    'a training and what became of it are one line',
    [
      decision('2001-02-28', 'retrain', { because: [due] }),
      decision('2001-02-28', 'promote', { because: ['every gate passed'], version: 4 }),
    ],
    ['Feb 28         the scheduled training is due: version 4 is trained and serves from Mar 01 (every gate passed)'],
  ],
  [
    'a rejection names what is worse before what is merely not proven',
    [
      decision('2001-02-28', 'retrain', { because: [worth, due] }),
      decision('2001-02-28', 'reject', {
        version: 4,
        verdicts: [
          verdict('paired-blocks', 'inconclusive', 'neither'),
          verdict('metric-ratio', 'fail', 'auc 0.6004 [0.58, 0.62] misses the least allowed, 0.6533'),
        ],
      }),
    ],
    [
      'Feb 28         at least 0.0914 loss a row is avoidable over about 8.0 windows: version 4 is rejected (auc 0.6004 misses the least allowed, 0.6533), version 3 stays',
    ],
  ],
  [
    'a challenger that is not proven is not called worse',
    [
      decision('2001-02-28', 'retrain', { because: [due] }),
      decision('2001-02-28', 'reject', { version: 4, verdicts: [verdict('paired-blocks', 'inconclusive', 'neither')] }),
    ],
    ['Feb 28         the scheduled training is due: version 4 is rejected (not proven: neither), version 3 stays'],
  ],
  [
    'a version that comes back says so, and that nothing was trained',
    [decision('2001-05-30', 'reinstate', { version: 1, because: ['retired version 1 would have saved 0.1773'] })],
    ['May 30         retired version 1 would have saved 0.1773: version 1 is reinstated, without training'],
  ],
  [
    'probation, breaker and a training that may not start have lines of their own',
    [
      decision('2001-05-08', 'return', { live: 9, version: 7, because: ['its predecessor 7 loses 0.1 less a row'] }),
      decision('2001-05-09', 'breaker-opened', { because: ['3 challengers in a row were rejected'] }),
      decision('2001-05-10', 'blocked', { because: [{ by: 'breaker', text: 'the breaker is open' }] }),
      decision('2001-05-11', 'run-failed', { because: ['no convergence'] }),
    ],
    [
      'May 08         version 9 disappoints, its predecessor 7 loses 0.1 less a row: back to version 7',
      'May 09         the breaker opens: 3 challengers in a row were rejected',
      'May 10         a training would be due, but does not start: the breaker is open',
      'May 11         no version comes of the training: no convergence',
    ],
  ],
]

describe('the story of decision records', () => {
  test.each(CASES)('%s', (_, decisions, lines) => {
    expect(told(decisions)).toEqual(lines)
  })

  test('incidents are announced when they begin and when they are over, unless the next one follows at once', () => {
    const incident = (from: string, to: string, happens: string) => ({ id: happens, from, to, happens, asked: '' })
    const incidents = [
      incident('2001-03-02', '2001-03-02', 'A'),
      incident('2001-03-04', '2001-03-05', 'B'),
      incident('2001-03-06', '2001-03-09', 'C'),
    ]
    const days = ['01', '02', '03', '04', '05', '06'].map((day) => decision(`2001-03-${day}`, 'keep'))
    expect(told(days, incidents)).toEqual([
      'Mar 01         nothing to do on 1 day; version 3 stays',
      '— Mar 02: A (injected)',
      'Mar 02         nothing to do on 1 day; version 3 stays',
      '— Mar 03: that is over',
      'Mar 03         nothing to do on 1 day; version 3 stays',
      '— Mar 04: B (injected)',
      'Mar 04–05      nothing to do on 2 days; version 3 stays',
      '— Mar 06: C (injected)',
      'Mar 06         nothing to do on 1 day; version 3 stays',
    ])
  })

  test('nothing is told before the day is over, and everything once the story ends', () => {
    const lines: string[] = []
    const story = tellStory({ incidents: [], labelDelayDays: 1 }, (line) => lines.push(line))
    story.decided(decision('2001-05-30', 'reinstate', { version: 1, because: ['x'] }))
    expect(lines).toEqual([])
    story.ended()
    expect(lines).toHaveLength(1)
  })
})
