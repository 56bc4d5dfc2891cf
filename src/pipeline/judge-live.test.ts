import { describe, expect, test } from 'vitest'
import { CHAMPION, collected, livePorts, scoresOf, TERMS } from '../../test/support/live-runs.ts'
import type { Frame } from '../data/frame.ts'
import { GateConfig } from '../gates/catalog.ts'
import { judgeLive } from './judge-live.ts'
import type { LiveRunPorts } from './live-ports.ts'
import type { LiveChampion } from './live-run.ts'
import { snapshotRows } from './snapshot-rows.ts'
import type { StepWorld } from './step-runner.ts'

const WORLD: StepWorld = { signal: new AbortController().signal, folder: '', log() {}, progress() {} }
const { features } = TERMS.schema
const train = snapshotRows([3, 4, 5].map(collected), features, { labelledOnly: true })
const heldOut = snapshotRows([6, 7].map(collected), features, { labelledOnly: false })
const snapshot = { md5: 'x.dir', path: 'x', train: train.windows, heldOut: heldOut.windows, newestSeq: 1 }
const trained = {
  artifactDigest: 'challenger',
  artifactBytes: 100,
  metrics: {},
  hyperparameters: {},
  trainedRows: train.ids.length,
  trainMs: 1,
  peakRssBytes: null,
  cpuMs: null,
}

function judged(
  gates: readonly ('paired-blocks' | 'overlap-audit' | GateConfig)[],
  change: Partial<LiveRunPorts> = {},
  champion: LiveChampion | null = CHAMPION,
) {
  const configs = gates.map((gate) => (typeof gate === 'string' ? GateConfig.parse({ gate }) : gate))
  const ports = livePorts('', {
    readSnapshot: async (_ref, part) => (part === 'train' ? train : heldOut),
    score: async (digest, frame) => scoresOf(frame, digest === 'challenger' ? 'good' : 'wrong'),
    ...change,
  })
  return judgeLive(ports, { terms: { ...TERMS, gates: configs }, snapshot, champion, trained }, WORLD)
}

describe('a challenger of a live run', () => {
  test('is judged against the champion on the rows of the snapshot', async () => {
    const asked: string[] = []
    const score: LiveRunPorts['score'] = async (digest, frame) => {
      asked.push(`${digest === CHAMPION.artifactDigest ? 'champion' : digest} ${frame.rows}`)
      return scoresOf(frame, digest === 'challenger' ? 'good' : 'wrong')
    }
    const { value } = await judged(['paired-blocks', 'overlap-audit'], { score })
    expect(asked).toEqual(['challenger 120', 'champion 120'])
    expect(value.known).toEqual([])
    expect(value.verdicts).toMatchObject([
      { gate: 'paired-blocks', rows: 108 },
      { gate: 'overlap-audit', outcome: 'pass', rows: 120 },
    ])
  })

  test('is not judged on a window that the champion learned from', async () => {
    const { value } = await judged(['overlap-audit'], {}, { ...CHAMPION, windows: [5, 6] })
    expect(value.known).toEqual([6])
    expect(value.verdicts[0]?.rows).toBe(60)
  })

  test('does not pass the audit when the champion learned from a held-out row in a window of its own', async () => {
    const learnedIds = async () => new Map([[0, ['w6-3']]])
    const { value } = await judged(['overlap-audit'], { learnedIds })
    expect(value.verdicts[0]).toMatchObject({ outcome: 'fail' })
  })

  test('has its answers timed only where a gate asks for that', async () => {
    let timed = 0
    const latencies = async () => {
      timed++
      return new Float64Array(200).fill(2)
    }
    await judged(['paired-blocks'], { latencies })
    expect(timed).toBe(0)
    const { value } = await judged([GateConfig.parse({ gate: 'latency', limit: 10 })], { latencies })
    expect([timed, value.verdicts[0]?.outcome]).toEqual([1, 'pass'])
  })

  test('that is no better than chance is rejected by the gate; a first version of that kind has failed', async () => {
    const gate = GateConfig.parse({ gate: 'convergence' })
    const scorer = (kind: 'constant' | 'wrong') => ({
      score: async (digest: string, frame: Frame) => scoresOf(frame, digest === 'challenger' ? kind : 'good'),
    })
    for (const kind of ['constant', 'wrong'] as const) {
      const { value } = await judged([gate], scorer(kind))
      expect(value.verdicts).toMatchObject([{ gate: 'convergence', outcome: 'fail' }])
      await expect(judged([gate], scorer(kind), null)).rejects.toMatchObject({ code: 'TRAINING_FAILED' })
    }
  })

  test('whose scores are no numbers has failed, whether there is a champion or not', async () => {
    const score = async (_digest: string, frame: Frame) => new Float32Array(frame.rows).fill(Number.NaN)
    for (const champion of [CHAMPION, null])
      await expect(judged([], { score }, champion)).rejects.toMatchObject({ code: 'TRAINING_FAILED' })
  })

  test('that cannot score has not converged; a scorer that is away is no word about it', async () => {
    const { Fault } = await import('../base/fault.ts')
    const throwing = (code: 'SCORING_FAILED' | 'SCORER_UNAVAILABLE') => async () => {
      throw new Fault(code, 'no number')
    }
    await expect(judged([], { score: throwing('SCORING_FAILED') })).rejects.toMatchObject({ code: 'TRAINING_FAILED' })
    await expect(judged([], { score: throwing('SCORER_UNAVAILABLE') })).rejects.toMatchObject({
      code: 'SCORER_UNAVAILABLE',
    })
  })
})
