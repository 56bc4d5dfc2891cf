import { splitWords } from '../base/command-line.ts'
import { Fault } from '../base/fault.ts'
import { builtInTrainers, trainers } from '../trainers/catalog.ts'
import type { TrainerConfig } from './config/model-keys.ts'

/**
 * The trainer that `--trainer` names: a built-in one by its id, or any command by its words.
 * @throws Fault USAGE where the command cannot be one, or there is no such trainer
 */
export function saidTrainer({
  trainer: said,
  scoreCommand,
}: {
  readonly trainer?: string | undefined
  readonly scoreCommand?: string | undefined
}): TrainerConfig {
  if (said === undefined || !/\s/.test(said)) return builtIn(said)
  const command = { trainer: 'command', command: splitWords(said) }
  const score = scoreCommand === undefined ? {} : { score: splitWords(scoreCommand) }
  const parsed = trainers.get('command').config.safeParse({ ...command, ...score })
  if (!parsed.success)
    throw new Fault('USAGE', `--trainer: ${parsed.error.issues.map(({ message }) => message).join('; ')}`)
  return parsed.data
}

function builtIn(id: string | undefined): TrainerConfig {
  const trainer = builtInTrainers.get(id ?? builtInTrainers.ids[0])
  return trainer.config.parse({ trainer: trainer.id })
}
