import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TRAINING_LAYOUT, TrainingSchema } from '../../../data/training-layout.ts'
import { builtInTrainers } from '../../../trainers/catalog.ts'
import { inputIn } from '../../../trainers/supervised/fit-in-folder.ts'
import { tableFiles } from '../../command-world.ts'
import { misjoined } from '../inject.ts'

/**
 * A training job with a mistake, run as a command of the user's own: it joins each flight with the label of the next
 * one, and then trains as it should. Arguments: the paths of the schema, of the hyperparameters, and of the output folder.
 */
async function train(schemaFile: string, hyperparametersFile: string, output: string): Promise<void> {
  const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))
  const schema = TrainingSchema.parse(await json(schemaFile))
  const options = (await json(hyperparametersFile)) as { readonly trainer: string }
  const input = await inputIn(dirname(dirname(schemaFile)), schema, tableFiles)
  const artifact = await builtInTrainers
    .get(options.trainer)
    .fit({ ...input, labels: misjoined(input.labels) }, options)
  await writeFile(join(output, TRAINING_LAYOUT.artifact.slice(TRAINING_LAYOUT.output.length + 1)), artifact)
}

const [schemaFile = '', hyperparametersFile = '', output = ''] = process.argv.slice(2)
await train(schemaFile, hyperparametersFile, output)
