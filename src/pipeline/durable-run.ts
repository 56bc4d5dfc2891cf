import type { Learned } from '../base/training.ts'
import type { AttemptRecord } from './attempt.ts'
import { collect } from './collect.ts'
import { judgeLive } from './judge-live.ts'
import type { LiveRunPorts } from './live-ports.ts'
import type { LiveChampion, LiveOutcome, LiveRun, LiveTerms, LiveTrained } from './live-run.ts'
import { notesOn } from './refusal.ts'
import type { StepRunner } from './step-runner.ts'
import { validate } from './validate.ts'

/** Its number goes up whenever the steps of a run, or what they hand on, change: a run ends under the code it began with. */
export const PIPELINE_VERSION = 'keepfit-pipeline-1'

/**
 * One live training run: collect → validate → train → judge → register. Each step is done once, however often the
 * process dies in between.
 * @returns how it ended; a trained version is registered then, and the run is over
 * @throws whatever a step breaks with; `causeOf` says what follows
 */
export async function runDurably(
  steps: StepRunner,
  ports: LiveRunPorts,
  run: LiveRun,
  record: Pick<AttemptRecord, 'register'>,
): Promise<LiveOutcome> {
  const terms = await ports.terms(run)
  const champion = run.champion === null ? null : await ports.champion(run.model, run.champion)
  const { stepMs, trainMs } = terms.limits
  const collected = await steps.step('collect', stepMs, (world) => collect(ports, run, { terms, champion }, world))
  if (collected.kind === 'refused') return { kind: 'blocked', ...collected.refusal }
  const { chosen, snapshot } = collected
  const refused = await steps.step('validate', stepMs, () => validate(ports, run, { terms, snapshot }))
  if (refused !== null) return { kind: 'blocked', ...refused }
  const trained = await steps.step('train', trainMs, async (world) => {
    const value = await ports.train({ run, terms, snapshot, champion }, world)
    return { value, said: trainedText(value) }
  })
  const { verdicts, known } = await steps.step('judge', stepMs, (world) =>
    judgeLive(ports, { terms, snapshot, champion, trained }, world),
  )
  const notes = notesOn(chosen, known)
  if (champion === null) notes.push('the first version: there was nothing to judge it against')
  const outcome = { kind: 'trained', snapshot, trained, verdicts, notes } as const
  await steps.step('register', stepMs, async () => {
    const value = await record.register(draftOf(outcome, { terms, champion }), learnedOf(outcome), trained)
    return { value, said: `registered as version ${value}` }
  })
  return outcome
}

type Trained = Extract<LiveOutcome, { kind: 'trained' }>

function draftOf(
  { snapshot, trained, verdicts, notes }: Trained,
  { terms, champion }: { readonly terms: LiveTerms; readonly champion: LiveChampion | null },
): Parameters<AttemptRecord['register']>[0] {
  return {
    origin: 'trained',
    artifactDigest: trained.artifactDigest,
    artifactBytes: trained.artifactBytes,
    cutOffAt: snapshot.train.at(-1)?.endAt ?? null,
    windows: snapshot.train.map(({ window }) => window),
    rows: trained.trainedRows,
    snapshot: { md5: snapshot.md5, path: snapshot.path },
    trainer: { ...terms.trainer },
    parameters: trained.hyperparameters,
    metrics: trained.metrics,
    verdicts,
    notes,
    trainMs: trained.trainMs,
    codeVersion: terms.codeVersion,
    parent: champion?.version ?? null,
  }
}

function learnedOf({ snapshot, trained }: Trained): Learned {
  const newest = snapshot.train.at(-1)
  return { rows: trained.trainedRows, toWindow: newest?.window ?? 0, cutOffAt: newest?.endAt ?? null }
}

function trainedText({ trainedRows, trainMs, artifactBytes }: LiveTrained): string {
  return `learned from ${trainedRows} rows in ${(trainMs / 1000).toFixed(1)} s; the model has ${artifactBytes} bytes`
}
