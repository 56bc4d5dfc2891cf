import { Fault } from '../base/fault.ts'
import type { Verdict } from '../base/verdict.ts'
import { blanked } from '../data/blanked.ts'
import { sliceRows } from '../data/frame.ts'
import type { Scores } from '../data/labels.ts'
import { rowHashes } from '../data/row-hash.ts'
import { scoresPerRow } from '../data/schema.ts'
import { type AnyGate, gates } from '../gates/catalog.ts'
import { convergenceGate } from '../gates/convergence.ts'
import { scoreProblem } from '../gates/paired/labelled.ts'
import { judge, judgedRows } from './judge.ts'
import type { LiveRunPorts } from './live-ports.ts'
import type { LiveChampion, LiveTerms, LiveTrained, SnapshotRef } from './live-run.ts'
import type { PipelinePorts } from './ports.ts'
import { type SnapshotRows, spanOf } from './snapshot-rows.ts'
import type { StepResult, StepWorld } from './step-runner.ts'

/** Rows that a version which is judged on nothing must be able to score. */
const SMOKE_ROWS = 500

/** What a judgement rests on. */
export interface LiveTrial {
  readonly terms: LiveTerms
  readonly snapshot: SnapshotRef
  readonly champion: LiveChampion | null
  readonly trained: LiveTrained
}

/** What the gates say, and which held-out windows the champion had learned from. Everything in it can be written as JSON. */
export interface Judged {
  readonly verdicts: readonly Verdict[]
  readonly known: readonly number[]
}

type Side = 'champion' | 'challenger'

/**
 * Scores champion and challenger on the held-out rows and asks the gates. A first version has nobody to be judged
 * against: it must not say always the same, or nothing better than chance. With a champion that is for the gates to say,
 * as in a backtest: a rejected challenger does not open the breaker, a failed training does.
 * @throws Fault TRAINING_FAILED for a model that gives no possible scores, and for such a first version
 */
export async function judgeLive(ports: LiveRunPorts, trial: LiveTrial, world: StepWorld): Promise<StepResult<Judged>> {
  const { terms, snapshot, champion } = trial
  const train = await ports.readSnapshot(snapshot, 'train', terms)
  const heldOut = await ports.readSnapshot(snapshot, 'heldOut', terms)
  if (heldOut.ids.length === 0) {
    await challengerScores(ports, trial, sliceRows(train.features, 0, Math.min(SMOKE_ROWS, train.features.rows)), world)
    return { value: { verdicts: [], known: [] }, said: 'nothing is held out: no gate was asked' }
  }
  const learned = new Set(champion?.windows ?? [])
  const known = heldOut.windows.map(({ window }) => window).filter((window) => learned.has(window))
  const judged = heldOut.windows.map(({ window }) => window).filter((window) => !learned.has(window))
  const all = heldOut.windows.map(({ window }) => window)
  const world2 = await snapshotPorts(ports, trial, { train, heldOut }, world)
  const about = { task: terms.schema.task, scale: terms.scale }
  const alone = { ...about, champion: 'challenger', challenger: 'challenger', heldOut: all } as const
  const input = judgedRows(world2, alone)
  refuseUnconverged(scoreProblem(input, 'challenger', input.challenger))
  if (champion === null) {
    const { outcome, because } = convergenceGate.judge(input, convergenceGate.config.parse({ gate: 'convergence' }))
    refuseUnconverged(outcome === 'fail' ? because : null)
    return {
      value: { verdicts: [], known: [] },
      said: `the first version, with nothing to compare it with: ${because}`,
    }
  }
  const versus = { ...about, champion: 'champion', challenger: 'challenger', heldOut: judged } as const
  const verdicts = await judge(world2, versus, terms.gates)
  const said = verdicts.map(({ gate, outcome }) => `${gate} ${outcome}`).join(', ')
  return { value: { verdicts, known }, said: said === '' ? 'no gate is asked for' : said }
}

/** @throws Fault TRAINING_FAILED when there is a problem */
function refuseUnconverged(problem: string | null): void {
  if (problem !== null) throw new Fault('TRAINING_FAILED', `the trained model did not converge: ${problem}`)
}

/** The world of `judge`, made of a snapshot and two artifacts. */
async function snapshotPorts(
  ports: LiveRunPorts,
  trial: LiveTrial,
  { train, heldOut }: { readonly train: SnapshotRows; readonly heldOut: SnapshotRows },
  world: StepWorld,
): Promise<PipelinePorts<Side>> {
  const { terms, champion, trained } = trial
  const { signal } = world
  const width = scoresPerRow(terms.schema.task)
  const scores: Record<Side, Scores | null> = {
    challenger: await challengerScores(ports, trial, heldOut.features, world),
    champion: champion === null ? null : await ports.score(champion.artifactDigest, heldOut.features, signal),
  }
  world.progress(0.5)
  const ids = champion === null ? new Map<number, readonly string[]>() : await ports.learnedIds(champion, terms)
  const needsTimes = terms.gates.some(({ gate }) => (gates.get(gate) as AnyGate).needs?.includes('latencies'))
  const latencies = needsTimes ? await ports.latencies(trained.artifactDigest, heldOut.features, signal) : null
  const featuresOf = (windows: readonly number[]) => {
    const spans = windows.flatMap((window) => spanOf(heldOut, window) ?? [])
    return sliceRows(heldOut.features, spans[0]?.from ?? 0, spans.at(-1)?.to ?? 0)
  }
  return {
    fit: () => Promise.reject(new Error('a judgement trains nothing')),
    scores(side, window) {
      const { from, to } = spanOf(heldOut, window) ?? { from: 0, to: 0 }
      return (scores[side] ?? new Float32Array(0)).subarray(from * width, to * width)
    },
    learnedFrom: (side) =>
      side === 'champion' ? (champion?.windows ?? []) : train.windows.map(({ window }) => window),
    labels: (window) =>
      part(window, { train, heldOut }, (rows, from, to) => rows.labels.subarray(from, to)) ?? NO_LABELS,
    rowIds(window) {
      const here = part(window, { train, heldOut }, (rows, from, to) => rows.ids.slice(from, to)) ?? []
      const before = ids.get(window)
      return before === undefined ? here : [...new Set([...here, ...before])]
    },
    contentHashes: (window) =>
      part(window, { train, heldOut }, (rows, from, to) => rowHashes(sliceRows(rows.features, from, to))) ?? NO_LABELS,
    lookups: {
      features: featuresOf,
      facts: (side) =>
        side === 'challenger'
          ? { artifactBytes: trained.artifactBytes, trainedRows: trained.trainedRows }
          : champion === null
            ? null
            : { artifactBytes: champion.artifactBytes, trainedRows: champion.rows ?? 0 },
      latencies: (side) => (side === 'challenger' ? latencies : null),
      async scoresWithout(side, windows, features) {
        if (side !== 'challenger') return null
        const all: Scores[] = []
        for (const name of features)
          all.push(await ports.score(trained.artifactDigest, blanked(featuresOf(windows), name), signal))
        return all
      },
      mustPass: (side, gate) =>
        side === 'challenger' ? ports.mustPass(trained.artifactDigest, gate, signal) : Promise.resolve(null),
    },
  }
}

const NO_LABELS = new Float64Array(0)

function part<T>(
  window: number,
  { train, heldOut }: { readonly train: SnapshotRows; readonly heldOut: SnapshotRows },
  of: (rows: SnapshotRows, from: number, to: number) => T,
): T | null {
  for (const rows of [heldOut, train]) {
    const span = spanOf(rows, window)
    if (span !== null) return of(rows, span.from, span.to)
  }
  return null
}

/** @throws Fault TRAINING_FAILED when the fresh model gives no number */
async function challengerScores(
  ports: LiveRunPorts,
  { trained }: LiveTrial,
  features: SnapshotRows['features'],
  { signal }: StepWorld,
): Promise<Scores> {
  try {
    return await ports.score(trained.artifactDigest, features, signal)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'SCORING_FAILED') throw error
    throw new Fault('TRAINING_FAILED', `the trained model cannot score: ${error.message}`, {}, error)
  }
}
