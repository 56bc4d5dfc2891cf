import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CommandConfig } from './config.ts'

/** Folders of a SageMaker job, inside the folder of the training. Its model folder is our `output`. */
const ROOT = 'sagemaker'
const FAILURE_CHARACTERS = 1024

export interface SagemakerJob {
  readonly variables: Readonly<Record<string, string>>
  readonly metricsFile: string
  /** What the script wrote about its own failure, if it did. */
  readFailure(): Promise<string | null>
}

/** The folders and variables that a script finds in a training job of SageMaker's script mode, 2025. */
export async function sagemakerJob(
  config: CommandConfig,
  place: {
    readonly workFolder: string
    readonly trainFile: string
    readonly modelFolder: string
    readonly args: readonly string[]
  },
): Promise<SagemakerJob> {
  const root = join(place.workFolder, ROOT)
  await rm(root, { recursive: true, force: true })
  const at = (...parts: string[]) => join(root, ...parts)
  const channel = at('input', 'data', config.channel)
  const dataFolder = at('output', 'data')
  for (const folder of [channel, at('input', 'config'), dataFolder, at('output', 'intermediate')])
    await mkdir(folder, { recursive: true })
  // A channel holds the data and nothing else: scripts read every file of it.
  await link(place.trainFile, join(channel, basename(place.trainFile)))
  const texts = Object.fromEntries(Object.entries(config.hyperparameters).map(([name, value]) => [name, String(value)]))
  await writeFile(at('input', 'config', 'hyperparameters.json'), sortedJson(texts))
  const variables: Record<string, string> = {
    SM_MODEL_DIR: place.modelFolder,
    SM_INPUT_DIR: at('input'),
    SM_INPUT_CONFIG_DIR: at('input', 'config'),
    SM_OUTPUT_DIR: at('output'),
    SM_OUTPUT_DATA_DIR: dataFolder,
    SM_OUTPUT_INTERMEDIATE_DIR: at('output', 'intermediate'),
    SM_CHANNELS: JSON.stringify([config.channel]),
    [`SM_CHANNEL_${config.channel.toUpperCase()}`]: channel,
    SM_HPS: sortedJson(config.hyperparameters),
    SM_USER_ARGS: JSON.stringify(place.args),
    SM_HOSTS: '["localhost"]',
    SM_CURRENT_HOST: 'localhost',
    SM_NUM_CPUS: '1',
    SM_NUM_GPUS: '0',
    SM_NUM_NEURONS: '0',
    SM_LOG_LEVEL: '20',
  }
  for (const [name, value] of Object.entries(config.hyperparameters))
    variables[`SM_HP_${name.toUpperCase()}`] = String(value)
  return {
    variables,
    metricsFile: join(dataFolder, 'metrics.json'),
    async readFailure() {
      const text = await readFile(at('output', 'failure'), 'utf8').catch(() => '')
      return text === '' ? null : text.slice(0, FAILURE_CHARACTERS)
    },
  }
}

/** Hyperparameters as arguments, by name: `--rate 0.1`, of one letter `-r 0.1`. */
export function asArguments(hyperparameters: CommandConfig['hyperparameters']): string[] {
  return sortedEntries(hyperparameters).flatMap(([name, value]) => [
    name.length === 1 ? `-${name}` : `--${name}`,
    String(value),
  ])
}

function sortedJson(record: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.fromEntries(sortedEntries(record)))
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
