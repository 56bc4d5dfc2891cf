import { expect, test } from 'vitest'
import { collected, TERMS } from '../../test/support/live-runs.ts'
import type { DataStrategy } from '../base/training.ts'
import { collect } from './collect.ts'
import type { LiveRunPorts, SnapshotDraft } from './live-ports.ts'
import type { LiveRun } from './live-run.ts'
import type { StepWorld } from './step-runner.ts'

const WORLD = { log: () => {}, progress: () => {}, signal: new AbortController().signal } as unknown as StepWorld

/** What a run of a strategy has written down. */
async function draftOf(data: DataStrategy): Promise<SnapshotDraft> {
  const drafts: SnapshotDraft[] = []
  const ports = {
    readWindows: (_: LiveRun, windows: readonly number[]) => Promise.resolve(windows.map(collected)),
    writeSnapshot(_: LiveRun, __: unknown, draft: SnapshotDraft) {
      drafts.push(draft)
      return Promise.resolve({ md5: 'none', path: '', train: [], heldOut: [], newestSeq: 0 })
    },
  } as unknown as LiveRunPorts
  const plan = { data, toWindow: 5, holdOutWindows: 1, changeWindow: null, exclude: [3], knownSeq: 1000 }
  const run = { model: 'churn', number: 1, plan, champion: null } as unknown as LiveRun
  await collect(ports, run, { terms: TERMS, champion: null }, WORLD)
  return drafts[0] as SnapshotDraft
}

test('a live run weighs the windows that it learns from by age, and not those that judge it', async () => {
  const { train, heldOut, weights } = await draftOf({ strategy: 'recency-weighted', halfLifeWindows: 2 })
  expect(train.windows.map(({ window }) => window)).toEqual([0, 1, 2, 4])
  expect(heldOut.windows.map(({ window }) => window)).toEqual([5])
  expect(weights).toEqual([0.25, 2 ** -1.5, 0.5, 1])
})

test('a live run of any other strategy weighs nothing', async () => {
  expect((await draftOf({ strategy: 'full' })).weights).toBeNull()
})
