import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Variables } from '../../base/command-line.ts'
import { FAULTS, Fault, type FaultCode } from '../../base/fault.ts'
import type { SupervisedLimits, SupervisedListener } from '../../base/supervised.ts'
import { parseSpan } from '../../base/units.ts'
import { frame } from '../../data/frame.ts'
import { labelKind, labelsIn, TRAINING_LAYOUT, type TrainingSchema } from '../../data/training-layout.ts'
import { decodeArtifact } from '../../models/artifact.ts'
import { builtInTrainers } from '../catalog.ts'
import { formatOf } from '../command/config.ts'
import { failed, failureOf, useOf } from '../command/failure.ts'
import { runCommand } from '../command/run-command.ts'
import { columnsOf, freshOutput, sampledInput, writeSchema, writeTrainingInput } from '../command/work-folder.ts'
import { checkRows, command } from '../command.ts'
import {
  readOptions,
  type TableFiles,
  type TrainedArtifact,
  type TrainerWorld,
  type TrainingInput,
} from '../trainer.ts'
import { supervise } from './supervise.ts'

/** Below the work folder: what a built-in trainer in a process of its own is told, and what it says when it fails. */
export const TRAINER_FILE = 'input/trainer.json'
const WHOLE_FILE = 'input/all.parquet'
export const FAILURE_FILE = 'output/failure.json'

/** One live training. `input/train.parquet` lies in the work folder already; its bytes are not changed. */
export interface FolderRequest {
  /** Options of one entry of the trainers' catalog, with its id as `trainer`. */
  readonly trainer: { readonly trainer: string }
  readonly workFolder: string
  /** Where the relative paths of the configuration are seen from. */
  readonly baseFolder: string
  /** What the columns of `input/train.parquet` mean. */
  readonly schema: TrainingSchema
  /** What the run may take; a command's own limits hold beside them. */
  readonly limits: SupervisedLimits
  /** The artifact that is live now, for a warm start. */
  readonly previous: Uint8Array | null
  readonly environment: Variables
  readonly runKey: string
}

/** What the trainers of this room need of other rooms. */
export interface FolderWorld {
  readonly tables: TableFiles
  /** The compiled entry of the process in which a built-in trainer runs; it is given the work folder. */
  readonly childFile: string
}

/**
 * Trains whatever trainer in a supervised process of its own.
 * @throws Fault TRAINING_FAILED, its `details` as those of a command; CONFIG_INVALID for the options
 */
export async function fitInFolder(
  request: FolderRequest,
  world: FolderWorld,
  listener: SupervisedListener,
  signal: AbortSignal,
): Promise<TrainedArtifact> {
  await mkdir(join(request.workFolder, TRAINING_LAYOUT.input), { recursive: true })
  await writeSchema(request.workFolder, request.schema)
  if (request.trainer.trainer !== command.id) return fitBuiltIn(request, world, listener, signal)
  return fitCommand(request, { ...request, ...world, signal, listener })
}

async function fitCommand(request: FolderRequest, world: TrainerWorld): Promise<TrainedArtifact> {
  const options = readOptions(command, request.trainer)
  const config = {
    ...options,
    limit: shorter(options.limit, request.limits.wallMs),
    memoryMb: least(options.memoryMb, request.limits.memoryBytes),
  }
  const givenRows = request.schema.rows
  checkRows(givenRows, config)
  const format = formatOf(config)
  if (format === 'parquet' && givenRows <= config.maxRows)
    return runCommand({ config, schema: request.schema, givenRows, world })
  const { workFolder, tables } = world
  if (format === 'parquet') await setAside(workFolder)
  const input = sampledInput(await inputIn(workFolder, request.schema, tables), config.maxRows)
  const schema = await writeTrainingInput(input, { workFolder, format, tables })
  return runCommand({ config, schema, givenRows, world })
}

/** A sample takes the place of the rows; they are kept beside it, for another attempt. */
async function setAside(workFolder: string): Promise<void> {
  const whole = join(workFolder, WHOLE_FILE)
  if (existsSync(whole)) return
  await rename(join(workFolder, TRAINING_LAYOUT.train.parquet), whole)
}

function shorter(limit: string, wallMs: number): string {
  return parseSpan(limit, 'limit') <= wallMs ? limit : `${wallMs / 1000}s`
}

/** 0 means no limit of its own. */
function least(memoryMb: number, memoryBytes: number | null): number {
  const limits = [memoryMb || Infinity, memoryBytes === null ? Infinity : memoryBytes / 1024 / 1024]
  const smallest = Math.min(...limits)
  return smallest === Infinity ? 0 : Math.max(1, smallest)
}

/** The training file as a trainer takes it. */
export async function inputIn(workFolder: string, schema: TrainingSchema, tables: TableFiles): Promise<TrainingInput> {
  const { task, features, label, weight, id, time, seed } = schema
  const kinds = [...features, { name: label, kind: labelKind(task) }]
  if (weight !== null) kinds.push({ name: weight, kind: 'numeric' })
  if (time !== null) kinds.push({ name: time, kind: 'time' })
  const others = id === null ? [] : [{ name: id, kind: 'categorical' as const }]
  const whole = join(workFolder, WHOLE_FILE)
  const file = existsSync(whole) ? whole : join(workFolder, TRAINING_LAYOUT.train.parquet)
  const table = await tables.readFrame(file, [...kinds, ...others])
  const one = (name: string | null) => (name === null ? undefined : columnsOf(table, [name])[0])
  const [labels, weights, ids, times] = [one(label), one(weight), one(id), one(time)]
  if (labels === undefined) throw new Fault('DATA_INVALID', `the training file has no column '${label}' of labels`)
  return {
    task,
    features: frame(
      columnsOf(
        table,
        features.map(({ name }) => name),
      ),
    ),
    labels: labelsIn(labels, task),
    seed,
    labelName: label,
    ...(weights === undefined ? {} : { weights: Float64Array.from(weights.values) }),
    ...(ids === undefined ? {} : { id: ids }),
    ...(times === undefined ? {} : { time: times }),
  }
}

async function fitBuiltIn(
  { trainer, workFolder, schema, limits, runKey }: FolderRequest,
  { childFile }: FolderWorld,
  listener: SupervisedListener,
  signal: AbortSignal,
): Promise<TrainedArtifact> {
  const plugin = builtInTrainers.get(trainer.trainer)
  const { trainer: _id, ...hyperparameters } = readOptions<z.ZodObject>(plugin, trainer)
  await freshOutput(workFolder)
  await writeFile(join(workFolder, TRAINER_FILE), JSON.stringify(trainer))
  const spec = { argv: [process.execPath, childFile, workFolder], workFolder, env: {}, secrets: [], limits, runKey }
  const outcome = await supervise(spec, listener, signal)
  const failure = failureOf(outcome, { ...spec, argv: [trainer.trainer] })
  if (failure !== null) throw (failure.details['cause'] === 'exit' ? await saidBy(workFolder) : null) ?? failure
  const artifact = await readFile(join(workFolder, TRAINING_LAYOUT.artifact)).catch(() => null)
  if (artifact === null)
    throw failed('no-artifact', `the trainer '${trainer.trainer}' left no model of ${schema.rows} rows`)
  decodeArtifact(artifact)
  return { artifact: new Uint8Array(artifact), metrics: {}, hyperparameters, use: useOf(outcome) }
}

const FailureShape = z.object({ code: z.string(), message: z.string() })

/** What a built-in trainer said itself before it ended; null where it was silent. */
async function saidBy(workFolder: string): Promise<Fault | null> {
  const text = await readFile(join(workFolder, FAILURE_FILE), 'utf8').catch(() => '')
  if (text === '') return null
  const parsed = FailureShape.safeParse(JSON.parse(text))
  if (!parsed.success || !(parsed.data.code in FAULTS)) return null
  return new Fault(parsed.data.code as FaultCode, parsed.data.message, { cause: 'trainer', retry: 'never' })
}
