import { describe, expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import type { Evidence } from '../base/evidence.ts'
import { conceptDriftTrigger } from './concept-drift.ts'

function heard(alarms: number, detector = 'adwin'): Evidence {
  const about = { detector, subject: 'loss', rows: 500 }
  return { kind: 'distance', ...about, value: alarms, unit: 'alarms', threshold: 1, alarm: alarms >= 1 }
}

const SILENT: Evidence = { kind: 'insufficient', detector: 'adwin', subject: 'loss', rows: 4, needRows: 30 }

function decide(evidence: readonly Evidence[], options: object = {}) {
  const config = conceptDriftTrigger.config.parse({ trigger: 'concept-drift', ...options })
  return conceptDriftTrigger.decide(triggerContext({ evidence }), config)
}

test('fires on one alarm within the window, and says how often it rang', () => {
  expect(decide([heard(0)]).kind).toBe('wait')
  expect(decide([heard(1)]).kind).toBe('retrain')
  expect(decide([heard(3)])).toMatchObject({ kind: 'retrain', because: [{ value: 3, limit: 1, rows: 500 }] })
})

test('run with several options, the loudest is heard', () => {
  expect(decide([heard(0), heard(2), heard(1)])).toMatchObject({ kind: 'retrain', because: [{ value: 2 }] })
  expect(decide([heard(1), SILENT])).toMatchObject({ kind: 'retrain' })
})

test('listens to the detector it names only', () => {
  const evidence = [heard(5, 'ddm'), heard(0)]
  expect(decide(evidence).kind).toBe('wait')
  expect(decide(evidence, { detector: 'ddm' }).kind).toBe('retrain')
})

describe('is undecided', () => {
  test('without evidence, for want of labels', () => {
    expect(decide([heard(1, 'ddm')])).toMatchObject({ kind: 'undecided', missing: ['labels'] })
  })

  test('with too few rows', () => {
    expect(decide([SILENT])).toMatchObject({ kind: 'undecided', missing: ['rows'], because: [{ rows: 4 }] })
  })
})
