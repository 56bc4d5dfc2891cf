import { z } from 'zod'
import type { Plugin } from '../base/catalog.ts'
import { Fault } from '../base/fault.ts'
import type { SupervisedListener } from '../base/supervised.ts'
import type { Column, Frame } from '../data/frame.ts'
import type { Labels } from '../data/labels.ts'
import type { Schema, Task } from '../data/schema.ts'
import type { TableFormat } from '../data/training-layout.ts'

/** What there is to learn from. Every row is used unless the trainer's options say otherwise. */
export interface TrainingInput {
  readonly task: Task
  /** Only the columns to learn from; only the rows to learn from. */
  readonly features: Frame
  /** Class codes or values, one a row, none missing. */
  readonly labels: Labels
  readonly seed: number
  /** How much each row counts, > 0; left out: all the same. */
  readonly weights?: Float64Array
  /** What the label's column is called at home. */
  readonly labelName?: string
  /** For a command, beside what is learned from. */
  readonly id?: Column
  readonly time?: Column
}

/** The world as a trainer that works outside this process sees it. */
export interface TrainerWorld {
  /** A folder of this training alone (data/training-layout.ts). It exists. */
  readonly workFolder: string
  /** Where the relative paths of the configuration are seen from. */
  readonly baseFolder: string
  /** Variables of which a trainer may be given some, by name. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The artifact that is live now, for a warm start; null where there is none. */
  readonly previous: Uint8Array | null
  /** Unguessable, and of this training alone. */
  readonly runKey: string
  readonly signal: AbortSignal
  readonly listener: SupervisedListener
  readonly tables: TableFiles
}

/** Reads and writes tables as files. */
export interface TableFiles {
  writeFrame(table: Frame, path: string, format: TableFormat): Promise<void>
  /** @param kinds what columns hold, whatever they look like */
  readFrame(path: string, kinds: Schema): Promise<Frame>
}

/** What a training leaves. */
export interface TrainedArtifact {
  /** Encoded (models/artifact.ts). */
  readonly artifact: Uint8Array
  /** What the trainer measured itself, by name. It decides nothing. */
  readonly metrics: Readonly<Record<string, number>>
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** What its process took; null for one that had none of its own. */
  readonly use: ProcessUse | null
}

export interface ProcessUse {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakRssBytes: number
}

interface TrainerParts<Id extends string, Config extends z.ZodObject> extends Plugin {
  readonly id: Id
  /** Literature or software it rests on. */
  readonly source: string
  /** Strict: an unknown option is refused. `trainer` names the trainer, so that a config file can tell them apart. */
  readonly config: Config
  /** @param world null where the caller has none: for trainers that work inside this process only */
  train(input: TrainingInput, config: z.output<Config>, world: TrainerWorld | null): Promise<TrainedArtifact>
}

export interface Trainer<Id extends string, Config extends z.ZodObject> extends TrainerParts<Id, Config> {
  /**
   * Reads the options, then trains.
   * @param options as in the config file; `trainer` may be left out
   * @throws Fault CONFIG_INVALID for the options, TRAINING_FAILED when nothing can be learned from these rows
   */
  fitIn(input: TrainingInput, options: unknown, world: TrainerWorld | null): Promise<TrainedArtifact>
  /** The same for whoever needs no more than the encoded artifact, of a trainer that needs no world. */
  fit(input: TrainingInput, options: unknown): Promise<Uint8Array>
}

/** Freezes a trainer and gives it `fitIn`: the one door through which options are always checked. */
export function defineTrainer<const Id extends string, Config extends z.ZodObject>(
  parts: TrainerParts<Id, Config>,
): Trainer<Id, Config> {
  async function fitIn(input: TrainingInput, options: unknown, world: TrainerWorld | null) {
    return parts.train(input, readOptions(parts, options), world)
  }
  return Object.freeze({
    ...parts,
    fitIn,
    fit: async (input: TrainingInput, options: unknown) => (await fitIn(input, options, null)).artifact,
  })
}

/** @throws Fault CONFIG_INVALID */
export function readOptions<Config extends z.ZodObject>(
  { id, config }: { readonly id: string; readonly config: Config },
  options: unknown,
): z.output<Config> {
  const named = typeof options === 'object' && options !== null ? { trainer: id, ...options } : options
  const parsed = config.safeParse(named)
  if (parsed.success) return parsed.data
  throw new Fault('CONFIG_INVALID', `options of trainer '${id}': ${z.prettifyError(parsed.error)}`)
}
