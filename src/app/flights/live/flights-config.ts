import { fileURLToPath } from 'node:url'
import { configYaml, settingsFor } from '../../config/write.ts'
import type { FlightPolicy } from '../policies.ts'
import { LABEL_DELAY_DAYS } from '../policies.ts'
import { type FlightStream, LABEL_CLASSES } from '../stream.ts'

/** The name of the model in the system that the demo starts. */
export const MODEL = 'flights'

/** How the model of the flights is to be looked after by a running Keepfit. */
export interface FlightsConfig {
  readonly policy: FlightPolicy
  readonly flights: FlightStream
  /** Days that are label-complete before the first version: it learns from all but the newest, and is checked on that. */
  readonly warmupDays: number
  readonly trainer: { readonly trainer: string } & Readonly<Record<string, unknown>>
}

/**
 * The text of `keepfit.yaml`.
 * @param isMisjoined whether somebody has deployed the training job with the wrong join
 */
export function flightsYaml({ policy, flights, warmupDays, trainer }: FlightsConfig, isMisjoined: boolean): string {
  const { loop, detectors } = policy
  const [, positive] = LABEL_CLASSES
  const { stream } = flights
  const settings = settingsFor(
    { id: policy.id, title: policy.title, loop, detectors, readsCost: true },
    {
      task: 'binary',
      label: { column: 'late', positive, delay: `${LABEL_DELAY_DAYS}d` },
      time: 'date',
      windows: { every: '1d' },
      features: stream.features.columns.map(({ name }) => name),
      kinds: Object.fromEntries(stream.features.columns.map(({ name, kind }) => [name, kind])),
      contract: [...policy.contract],
      gates: [...policy.gates],
      mode: 'auto',
      cost: loop.cost,
    },
  )
  const trains = isMisjoined ? misjoinedTrainer(trainer) : trainer
  const models = new Map([
    [MODEL, { ...settings, warmupWindows: warmupDays, trainer: trains as typeof settings.trainer }],
  ])
  return configYaml(models, 'Written by keepfit demo: docs/flights.md tells what happens here.')
}

/** A training job of somebody's own: it joins each flight with the label of the next one. */
function misjoinedTrainer(trainer: FlightsConfig['trainer']) {
  const script = (name: string) => fileURLToPath(new URL(`../misjoined/${name}`, compiled()))
  return {
    trainer: 'command',
    command: [process.execPath, script('train.js'), '{schema}', '{hyperparameters}', '{output}'],
    hyperparameters: trainer,
    score: [process.execPath, script('score.js'), '{model}', '{data}', '{scores}'],
    format: 'parquet',
  }
}

/** Where this file lies once it is compiled: Node 20 cannot run TypeScript. */
function compiled(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return isSource ? new URL('../../../../dist/app/flights/live/', import.meta.url).href : import.meta.url
}
