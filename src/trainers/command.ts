import { assert } from '../base/assert.ts'
import { CommandConfig, formatOf } from './command/config.ts'
import { failed } from './command/failure.ts'
import { runCommand } from './command/run-command.ts'
import { sampledInput, writeTrainingInput } from './command/work-folder.ts'
import { defineTrainer, type TrainerWorld, type TrainingInput } from './trainer.ts'

/** Any program that reads a table and writes a model: docs/trainers.md. */
export const command = defineTrainer({
  id: 'command',
  title: 'Any command',
  source: 'Keepfit; Amazon SageMaker script mode, Kubeflow Trainer 2026',
  config: CommandConfig,
  train: trainByCommand,
})

async function trainByCommand(input: TrainingInput, config: CommandConfig, world: TrainerWorld | null) {
  assert(world !== null, 'a command trains in a folder of its own')
  const givenRows = input.labels.length
  checkRows(givenRows, config)
  const { workFolder, tables } = world
  const schema = await writeTrainingInput(sampledInput(input, config.maxRows), {
    workFolder,
    format: formatOf(config),
    tables,
  })
  return runCommand({ config, schema, givenRows, world })
}

/** @throws Fault TRAINING_FAILED when they are too few to learn from */
export function checkRows(givenRows: number, { minRows }: Pick<CommandConfig, 'minRows'>): void {
  if (givenRows >= minRows) return
  throw failed(
    'too-few-rows',
    `${givenRows} labelled rows are too few to learn from; at least ${minRows} are needed (minRows)`,
  )
}
