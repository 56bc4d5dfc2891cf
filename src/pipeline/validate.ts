import type { LiveRunPorts } from './live-ports.ts'
import type { LiveRun, LiveTerms, SnapshotRef } from './live-run.ts'
import type { Refusal } from './refusal.ts'
import type { SnapshotRows } from './snapshot-rows.ts'
import type { StepResult } from './step-runner.ts'

/** Whether the snapshot is what was written, and fit to be learned from; null: it is. */
export async function validate(
  ports: LiveRunPorts,
  run: LiveRun,
  { terms, snapshot }: { readonly terms: LiveTerms; readonly snapshot: SnapshotRef },
): Promise<StepResult<Refusal | null>> {
  await ports.verifySnapshot(snapshot)
  const train = await ports.readSnapshot(snapshot, 'train', terms)
  const lack = lackOf(train, terms)
  if (lack !== null) return { value: { isCorrupted: false, breaches: [lack] }, said: lack }
  const against = await ports.inspect(run, terms, train)
  if (against !== null && against.breaches.length > 0) return { value: against, said: against.breaches.join('; ') }
  return { value: null, said: `${train.labels.length} rows are fit to be learned from` }
}

function lackOf({ labels }: SnapshotRows, { schema, minRows }: LiveTerms): string | null {
  if (labels.length < minRows) return `${labels.length} labelled rows are too few to learn from; ${minRows} are needed`
  const { task } = schema
  const distinct = new Set(labels)
  if (distinct.size > 1) return null
  const only = labels[0] as number
  const what = task.kind === 'regression' ? `the value ${only}` : `the class '${task.classes[only]}'`
  return `all ${labels.length} labelled rows have ${what}; two are needed to learn anything`
}
