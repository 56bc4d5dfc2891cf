import { z } from 'zod'
import type { Plugin } from '../base/catalog.ts'
import { Fault } from '../base/fault.ts'
import type { Frame } from '../data/frame.ts'
import type { Labels } from '../data/labels.ts'
import type { Task } from '../data/schema.ts'

/** What there is to learn from. Every row is used unless the trainer's options say otherwise. */
export interface TrainingInput {
  readonly task: Task
  /** Only the columns to learn from; only the rows to learn from. */
  readonly features: Frame
  /** Class codes or values, one a row, none missing. */
  readonly labels: Labels
  readonly seed: number
}

interface TrainerParts<Id extends string, Config extends z.ZodType> extends Plugin {
  readonly id: Id
  /** Literature or software it rests on. */
  readonly source: string
  /** Strict: an unknown option is refused. `trainer` names the trainer, so that a config file can tell them apart. */
  readonly config: Config
  train(input: TrainingInput, config: z.output<Config>): Promise<Uint8Array>
}

export interface Trainer<Id extends string, Config extends z.ZodType> extends TrainerParts<Id, Config> {
  /**
   * Reads the options, then trains.
   * @param options as in the config file; `trainer` may be left out
   * @returns the encoded artifact (models/artifact.ts)
   * @throws Fault CONFIG_INVALID for the options, TRAINING_FAILED when nothing can be learned from these rows
   */
  fit(input: TrainingInput, options: unknown): Promise<Uint8Array>
}

/** Freezes a trainer and gives it `fit`: the one door through which options are always checked. */
export function defineTrainer<const Id extends string, Config extends z.ZodType>(
  parts: TrainerParts<Id, Config>,
): Trainer<Id, Config> {
  return Object.freeze({
    ...parts,
    async fit(input: TrainingInput, options: unknown) {
      const named = typeof options === 'object' && options !== null ? { trainer: parts.id, ...options } : options
      const parsed = parts.config.safeParse(named)
      if (!parsed.success) {
        throw new Fault('CONFIG_INVALID', `options of trainer '${parts.id}': ${z.prettifyError(parsed.error)}`)
      }
      return parts.train(input, parsed.data)
    },
  })
}
