import type { Verdict } from '../base/verdict.ts'
import type { Schema, Task } from '../data/schema.ts'
import type { Learner } from './artifact.ts'
import type { Alias, Serving, Version } from './version.ts'

/** All that a model card tells of a version. */
export interface CardFacts {
  readonly version: Version
  /** Of the artifact; null where it was collected as garbage. */
  readonly artifact: { readonly learner: Learner; readonly task: Task; readonly features: Schema } | null
  /** When it answered, the oldest first. */
  readonly serving: readonly Serving[]
  readonly aliases: readonly Alias[]
}

/** A model card as data: every section is there, also an empty one. */
export interface ModelCard {
  readonly model: string
  readonly version: number
  readonly overview: string
  readonly details: Readonly<Record<string, string>>
  readonly data: Readonly<Record<string, string>>
  readonly features: readonly { readonly name: string; readonly kind: string }[]
  readonly trainer: Readonly<Record<string, unknown>>
  readonly parameters: Readonly<Record<string, unknown>>
  readonly metrics: Readonly<Record<string, number>>
  readonly verdicts: readonly Verdict[]
  readonly live: readonly Serving[]
  readonly lineage: Readonly<Record<string, string>>
  readonly limits: readonly string[]
}

/** What is known of a version, for whoever must answer for it. Nothing is computed anew. */
export function modelCard({ version, artifact, serving, aliases }: CardFacts): ModelCard {
  const names = aliases.filter((alias) => alias.version === version.number).map(({ name }) => name)
  return {
    model: version.model,
    version: version.number,
    overview: overviewOf(version, artifact, serving),
    details: {
      Origin: version.origin === 'trained' ? 'trained by Keepfit' : 'adopted: trained elsewhere',
      Made: day(version.createdAt),
      Task: artifact === null ? 'not known any more: the artifact was collected' : taskText(artifact.task),
      Kind: artifact?.learner ?? 'not known any more',
      'Artifact (SHA-256)': version.artifactDigest,
      Size: `${version.artifactBytes} bytes`,
      'Code version': version.codeVersion,
      Names: names.length === 0 ? 'none' : names.join(', '),
    },
    data: {
      'Newest event it may know of': version.cutOffAt === null ? 'not known' : day(version.cutOffAt),
      Windows: version.windows.length === 0 ? 'not known' : spans(version.windows),
      'Labelled rows': version.rows === null ? 'not known' : String(version.rows),
      'Snapshot (DVC md5)': version.snapshot?.md5 ?? 'none kept',
      'Training time': version.trainMs === null ? 'not known' : `${(version.trainMs / 1000).toFixed(1)} s`,
    },
    features: artifact?.features ?? [],
    trainer: version.trainer,
    parameters: version.parameters,
    metrics: version.metrics,
    verdicts: version.verdicts,
    live: serving.filter((stretch) => stretch.version === version.number),
    lineage: {
      Parent: version.parent === null ? 'none' : `version ${version.parent}`,
      Run: version.run === null ? 'none' : `run ${version.run.number}, attempt ${version.run.epoch}`,
    },
    limits: limitsOf(version),
  }
}

function overviewOf(version: Version, artifact: CardFacts['artifact'], serving: readonly Serving[]): string {
  const { model, number } = version
  const isLive = serving.some((one) => one.version === number && one.toAt === null)
  const wasLive = serving.some((one) => one.version === number)
  const state = isLive
    ? 'It answers now.'
    : wasLive
      ? 'It answered before, and does not now.'
      : 'It has never answered.'
  const what = artifact === null ? 'a model whose artifact was collected' : `a model for ${taskText(artifact.task)}`
  return `Version ${number} of '${model}': ${what}. ${state}`
}

function limitsOf(version: Version): readonly string[] {
  const limits = [...version.notes]
  if (version.verdicts.length === 0) limits.push('No gate has judged it.')
  const doubtful = version.verdicts.filter(({ outcome }) => outcome === 'inconclusive' || outcome === 'skipped')
  for (const { gate, because } of doubtful) limits.push(`The gate '${gate}' could not tell: ${because}`)
  if (version.cutOffAt === null) limits.push('What it has learned from is not known: any row may be among it.')
  if (version.origin === 'adopted') limits.push('It was trained elsewhere: what its training did is not known here.')
  limits.push('It was measured on the rows and windows named above, and says nothing of other populations.')
  return limits
}

/** 0–4, 7, 9–11. */
function spans(windows: readonly number[]): string {
  const parts: string[] = []
  for (let i = 0; i < windows.length; ) {
    let end = i
    while (windows[end + 1] === (windows[end] as number) + 1) end += 1
    parts.push(end === i ? `${windows[i]}` : `${windows[i]}–${windows[end]}`)
    i = end + 1
  }
  return `${parts.join(', ')} (${windows.length})`
}

function taskText(task: Task): string {
  return task.kind === 'regression' ? 'regression' : `${task.kind} classification of ${task.classes.join(', ')}`
}

function day(instant: number): string {
  return new Date(instant).toISOString()
}
