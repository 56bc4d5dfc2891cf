import type { Instant } from '../base/clock.ts'
import type { EndedRun, KnownVersion } from './ports.ts'
import type { LiveSettings } from './settings.ts'
import type { SavedLife, Turn } from './turn.ts'

type Gathering = Extract<SavedLife, { phase: 'gathering' }>

export interface GatheringModel {
  readonly model: string
  readonly settings: LiveSettings
  readonly life: Gathering
  readonly now: Instant
}

/** A turn that changes nothing yet. */
export function plainTurn({ model, settings, life, now }: GatheringModel): Turn {
  return {
    model,
    revision: life.revision,
    now,
    policy: settings.policy,
    cursor: life.cursor,
    life: null,
    windows: [],
    observation: null,
    decisions: [],
    effects: [],
    heard: {},
  }
}

/** The version that the loop begins with, and the windows that it is held against. */
export interface FirstVersion {
  readonly version: KnownVersion
  readonly ended: EndedRun | null
  /** 0 … windows − 1. */
  readonly windows: number
}
