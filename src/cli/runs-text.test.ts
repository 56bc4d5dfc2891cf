import { expect, test } from 'vitest'
import type { Run, RunDetail } from '../http/shapes/runs.ts'
import { runsText, runText } from './runs-text.ts'

const RUN: Run = {
  model: 'churn',
  number: 12,
  state: 'running',
  because: 'the loss rose',
  actor: 'keepfit',
  champion: 3,
  version: null,
  step: 'train',
  progress: 0.416,
  summary: null,
  cancelRequestedAt: null,
  queuedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  startedAt: 2,
  endedAt: null,
  deadlineAt: 9,
}

test('a run stands on one line with what it does now', () => {
  expect(runsText([RUN])).toMatch(/churn 12 +running +train 42 % +2026-01-02 03:04 +the loss rose/)
  expect(runsText([{ ...RUN, state: 'queued', step: null, progress: null }])).toContain('waits for a worker')
  expect(runsText([{ ...RUN, cancelRequestedAt: 5 }])).toContain('train 42 %, is being cancelled')
  expect(runsText([{ ...RUN, state: 'failed', summary: 'the loss is NaN' }])).toMatch(/failed +the loss is NaN/)
  expect(runsText([])).toBe('No training has run yet.\n')
})

test('one run shows its steps, and its verdicts as observed, limit, interval and rows', () => {
  const detail: RunDetail = {
    run: { ...RUN, state: 'trained', version: 4, summary: 'trained version 4' },
    epoch: 2,
    owner: 'p2',
    policy: 1,
    plan: {},
    steps: [
      { step: 'collect', epoch: 1, startedAt: 1000, endedAt: 3500, result: '600 labelled rows' },
      { step: 'train', epoch: 1, startedAt: 4000, endedAt: null, result: null },
    ],
    verdicts: [
      {
        gate: 'paired-blocks',
        outcome: 'pass',
        observed: 0.0123456,
        limit: 0,
        interval: { low: 0.001, high: 0.02 },
        rows: 400,
        because: 'it is better',
      },
    ],
    notes: ['learned from 3 windows, 4 to 6'],
    learned: null,
    snapshot: { md5: 'abc.dir', path: 'snapshots/churn/abc' },
    peakRssBytes: null,
    cpuMs: null,
  }
  const text = runText(detail)
  expect(text).toContain('attempt 2 by process p2')
  expect(text).toContain('snapshot abc.dir in snapshots/churn/abc')
  expect(text).toMatch(/collect +1 +2\.5 s +600 labelled rows/)
  expect(text).toMatch(/train +1 +…/)
  expect(text).toMatch(/paired-blocks +pass +0\.01235 +0 +\[0\.001, 0\.02\] +400 +it is better/)
})
