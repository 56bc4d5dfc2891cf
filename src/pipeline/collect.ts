import { assert } from '../base/assert.ts'
import type { LiveRunPorts } from './live-ports.ts'
import type { LiveChampion, LiveRun, LiveTerms, SnapshotRef } from './live-run.ts'
import { type ChosenWindows, chooseWindows } from './plan.ts'
import { namedWindows, type Refusal, refusal } from './refusal.ts'
import { auditRows, snapshotRows } from './snapshot-rows.ts'
import type { StepResult, StepWorld } from './step-runner.ts'
import { windowWeights } from './window-weights.ts'

/** What there is to learn from and to judge on, or why there is nothing. Everything in it can be written as JSON. */
export type Collected =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'collected'; readonly chosen: ChosenWindows; readonly snapshot: SnapshotRef }

/** Reads the rows of the chosen windows, makes sure that none of them may not be known, and writes them down for ever. */
export async function collect(
  ports: LiveRunPorts,
  run: LiveRun,
  { terms, champion }: { readonly terms: LiveTerms; readonly champion: LiveChampion | null },
  world: StepWorld,
): Promise<StepResult<Collected>> {
  const chosen = chooseWindows(run.plan, terms.rollingWindows, champion?.windows[0] ?? 0)
  const refused = refusal(chosen, run.plan)
  if (refused !== null) return { value: { kind: 'refused', refusal: refused }, said: refused.breaches.join('; ') }
  const all = [...chosen.train, ...chosen.heldOut]
  world.log(`reading ${namedWindows(all)}`)
  const read = await ports.readWindows(run, all, world.signal)
  world.signal.throwIfAborted()
  world.progress(0.5)
  const of = (windows: readonly number[]) =>
    windows.map((wanted) => {
      const found = read.find(({ window }) => window === wanted)
      assert(found !== undefined, `window ${wanted} was not read`)
      return found
    })
  const { features } = terms.schema
  const train = snapshotRows(of(chosen.train), features, { labelledOnly: true })
  const heldOut = snapshotRows(of(chosen.heldOut), features, { labelledOnly: false })
  const newestSeq = read.reduce((newest, { rows }) => Math.max(newest, rows.newestSeq), 0)
  auditRows(train, heldOut, { newestSeq, knownSeq: run.plan.knownSeq })
  if (train.ids.length === 0) {
    const breaches = ['no row of the windows to learn from has a label']
    return { value: { kind: 'refused', refusal: { isCorrupted: false, breaches } }, said: breaches.join() }
  }
  const snapshot = await ports.writeSnapshot(run, terms, {
    train,
    heldOut,
    newestSeq,
    weights: windowWeights(run.plan.data, chosen.train),
  })
  const said = `${train.ids.length} labelled rows to learn from, ${heldOut.ids.length} to judge on; snapshot ${snapshot.md5}`
  return { value: { kind: 'collected', chosen, snapshot }, said }
}
