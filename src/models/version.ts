import type { Instant } from '../base/clock.ts'
import type { Verdict } from '../base/verdict.ts'

/** What is known of a version before it has its number. */
export interface VersionDraft {
  readonly origin: 'trained' | 'adopted'
  /** The run that trained it, and the attempt of that run; null for an adopted one. */
  readonly run: { readonly number: number; readonly epoch: number } | null
  /** SHA-256 of the artifact, which is on disk already. */
  readonly artifactDigest: string
  readonly artifactBytes: number
  /** Newest event time that it may know of; null where nobody knows. */
  readonly cutOffAt: Instant | null
  /** Windows it learned from, increasing; empty for one that was adopted without its data. */
  readonly windows: readonly number[]
  /** Labelled rows that it learned from; null where nobody knows. */
  readonly rows: number | null
  /** Content hash of what it learned from (DVC's md5) and its path below the data folder. */
  readonly snapshot: { readonly md5: string; readonly path: string } | null
  /** Who trained it: the id and options of the trainer, or what is known of an adopted model. */
  readonly trainer: Readonly<Record<string, unknown>>
  readonly parameters: Readonly<Record<string, unknown>>
  readonly metrics: Readonly<Record<string, number>>
  /** What the gates said of it. */
  readonly verdicts: readonly Verdict[]
  readonly notes: readonly string[]
  readonly trainMs: number | null
  readonly codeVersion: string
  /** The champion when it was trained. */
  readonly parent: number | null
}

/** A version of a model. It never changes. */
export interface Version extends VersionDraft {
  readonly model: string
  /** 1, 2, … without gaps. */
  readonly number: number
  readonly createdAt: Instant
  /** When garbage collection took its artifact; null while it is there. */
  readonly collectedAt: Instant | null
}

/** Why a version began to answer. */
export type ServingReason = 'adopted' | 'first' | 'promoted' | 'reinstated' | 'returned' | 'rolled-back'

/** A stretch of time in which one version answered: from ≤ t < to. */
export interface Serving {
  readonly model: string
  /** 1, 2, … in the order of time. */
  readonly number: number
  readonly version: number
  readonly fromAt: Instant
  /** Null: it still answers. */
  readonly toAt: Instant | null
  /** Newest window whose labels were used for the decision; null where none was. */
  readonly fromWindow: number | null
  readonly reason: ServingReason
  /** The decision record that says more; null where the loop did not decide it. */
  readonly decision: number | null
  readonly actor: string
  readonly because: string
}

/** What answered at an instant, and why. */
export type ServedAt =
  | { readonly kind: 'served'; readonly serving: Serving }
  /** The model's first version came later. */
  | { readonly kind: 'before-first'; readonly first: Serving }
  | { readonly kind: 'never' }

/** A name that points to a version, and may be moved. */
export interface Alias {
  readonly name: string
  readonly version: number
  readonly setAt: Instant
  readonly actor: string
}

/** Names of models. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/
/** Names of aliases: never a number, so that nobody mistakes one for a version. */
export const ALIAS_NAME = /^[a-z][a-z0-9._-]{0,63}$/
