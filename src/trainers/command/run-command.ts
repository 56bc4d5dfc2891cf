import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { environmentOf, fillIn, withPaths } from '../../base/command-line.ts'
import { fileUnder } from '../../base/file-under.ts'
import type { SupervisedSpec } from '../../base/supervised.ts'
import { parseSpan } from '../../base/units.ts'
import type { CommandScoring } from '../../data/command-model.ts'
import { TRAINING_LAYOUT, type TrainingSchema } from '../../data/training-layout.ts'
import { supervise } from '../supervised/supervise.ts'
import type { TrainedArtifact, TrainerWorld } from '../trainer.ts'
import { collectOutput } from './collect-output.ts'
import { type CommandConfig, formatOf } from './config.ts'
import { failed, failureOf, useOf } from './failure.ts'
import { metricsIn, printedMetrics } from './metrics.ts'
import { asArguments, type SagemakerJob, sagemakerJob } from './sagemaker.ts'
import { freshOutput, writePrevious } from './work-folder.ts'

const LOG_BYTES = 16 * 1024 * 1024

export interface CommandRun {
  readonly config: CommandConfig
  /** What lies in `input/` already, in the format that the configuration asks for. */
  readonly schema: TrainingSchema
  /** Labelled rows offered, of which `schema.rows` lie there. */
  readonly givenRows: number
  readonly world: TrainerWorld
}

/**
 * Runs a training command on a folder that holds its rows, and makes an artifact of what it leaves.
 * @throws Fault TRAINING_FAILED; its `details.cause` says why, `details.retry` whether it may help to try again
 */
export async function runCommand(run: CommandRun): Promise<TrainedArtifact> {
  const { config, schema, givenRows, world } = run
  const { workFolder } = world
  await freshOutput(workFolder)
  await writePrevious(workFolder, world.previous)
  await mkdir(join(workFolder, TRAINING_LAYOUT.input), { recursive: true })
  await writeFile(
    join(workFolder, TRAINING_LAYOUT.hyperparameters),
    `${JSON.stringify(config.hyperparameters, null, 1)}\n`,
  )
  const secrets = secretsOf(config, world)
  const { spec, job } = await specOf(run, secrets)
  const printed = printedMetrics(config.metrics)
  const outcome = await supervise(
    spec,
    {
      onLine(line) {
        printed.hear(line)
        world.listener.onLine?.(line)
      },
      onProgress: (progress) => world.listener.onProgress?.(progress),
    },
    world.signal,
  )
  const failure = failureOf(outcome, spec)
  if (failure !== null) {
    const own = failure.details['cause'] === 'exit' ? await job?.readFailure() : null
    throw own ? failed('exit', `${failure.message}\n${own}`, failure.details) : failure
  }
  const metrics = {
    ...printed.read(),
    ...(job === null ? {} : await metricsIn(job.metricsFile)),
    ...(await metricsIn(join(workFolder, TRAINING_LAYOUT.metrics))),
  }
  const scoring = scoringOf(config)
  const artifact = await collectOutput(workFolder, { schema, givenRows, scoring, secrets })
  return { artifact, metrics, hyperparameters: config.hyperparameters, use: useOf(outcome) }
}

/** The command with everything in its place. */
async function specOf(
  { config, schema, world }: CommandRun,
  secrets: readonly string[],
): Promise<{ spec: SupervisedSpec; job: SagemakerJob | null }> {
  const { workFolder, baseFolder } = world
  const at = (path: string) => join(workFolder, path)
  const trainFile = at(TRAINING_LAYOUT.train[formatOf(config)])
  const values = {
    train: trainFile,
    'train.csv': trainFile,
    'train.parquet': trainFile,
    schema: at(TRAINING_LAYOUT.schema),
    output: at(TRAINING_LAYOUT.output),
    previous: at(TRAINING_LAYOUT.previous),
    hyperparameters: at(TRAINING_LAYOUT.hyperparameters),
    label: schema.label,
    weight: schema.weight ?? '',
    id: schema.id ?? '',
    time: schema.time ?? '',
    seed: String(schema.seed),
  }
  const isSagemaker = config.profile === 'sagemaker'
  const asWords = (config.hyperparametersAs ?? (isSagemaker ? 'arguments' : 'file')) === 'arguments'
  const args = asWords ? asArguments(config.hyperparameters) : []
  const job = isSagemaker
    ? await sagemakerJob(config, { workFolder, trainFile, modelFolder: values.output, args })
    : null
  const named = withPaths(config.command, (relative) => fileUnder(baseFolder, relative))
  return {
    job,
    spec: {
      argv: [...fillIn(named, values), ...args],
      workFolder,
      cwd: cwdOf(config, world),
      env: environmentOf(world.environment, {
        passed: [...config.passEnv, ...config.secrets],
        set: { ...variables(values, world), ...job?.variables, ...config.env },
      }),
      secrets,
      limits: {
        wallMs: parseSpan(config.limit, 'limit'),
        memoryBytes: config.memoryMb === 0 ? null : config.memoryMb * 1024 * 1024,
        graceMs: config.graceSeconds * 1000,
        logBytes: LOG_BYTES,
      },
      runKey: world.runKey,
    },
  }
}

/** What a script finds in its environment, beside its own variables. */
function variables(
  values: Readonly<Record<string, string>>,
  { workFolder, runKey }: TrainerWorld,
): Record<string, string> {
  return {
    KEEPFIT_RUN: runKey,
    // Python holds back what it prints to a pipe: nobody could follow a training.
    PYTHONUNBUFFERED: '1',
    KEEPFIT_INPUT_DIR: join(workFolder, TRAINING_LAYOUT.input),
    KEEPFIT_OUTPUT_DIR: values['output'] ?? '',
    KEEPFIT_TRAIN_FILE: values['train'] ?? '',
    KEEPFIT_SCHEMA_FILE: values['schema'] ?? '',
    KEEPFIT_HYPERPARAMETERS_FILE: values['hyperparameters'] ?? '',
    KEEPFIT_PREVIOUS_DIR: values['previous'] ?? '',
    KEEPFIT_SEED: values['seed'] ?? '',
    KEEPFIT_LABEL: values['label'] ?? '',
    KEEPFIT_WEIGHT_COLUMN: values['weight'] ?? '',
    KEEPFIT_ID_COLUMN: values['id'] ?? '',
    KEEPFIT_TIME_COLUMN: values['time'] ?? '',
  }
}

function cwdOf({ workingFolder, profile }: CommandConfig, { baseFolder, workFolder }: TrainerWorld): string {
  if (workingFolder !== undefined) return resolve(baseFolder, workingFolder)
  return profile === 'sagemaker' ? resolve(baseFolder) : workFolder
}

function secretsOf({ secrets, env }: CommandConfig, { environment }: TrainerWorld): string[] {
  return secrets
    .flatMap((name) => [env[name], environment[name]])
    .filter((value) => value !== undefined && value !== '') as string[]
}

/** How a model of this command is scored; null where it is to be ONNX. The values of secrets stay outside. */
function scoringOf(config: CommandConfig): CommandScoring | null {
  if (config.score === undefined) return null
  const env = Object.entries(config.env).filter(([name]) => !config.secrets.includes(name))
  return {
    argv: config.score,
    format: formatOf({
      command: config.score.map((word) => word.replaceAll('{data.', '{train.')),
      format: formatOf(config),
    }),
    limitMs: parseSpan(config.scoreLimit, 'scoreLimit'),
    memoryBytes: config.memoryMb === 0 ? null : config.memoryMb * 1024 * 1024,
    env: Object.fromEntries(env),
    passEnv: config.passEnv,
    secrets: config.secrets,
    workingFolder: config.workingFolder ?? null,
  }
}
