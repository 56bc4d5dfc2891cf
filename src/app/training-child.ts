import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../base/fault.ts'
import { TRAINING_LAYOUT, TrainingSchema } from '../data/training-layout.ts'
import { builtInTrainers } from '../trainers/catalog.ts'
import { FAILURE_FILE, inputIn, TRAINER_FILE } from '../trainers/supervised/fit-in-folder.ts'
import { tableFiles } from './command-world.ts'

/** The process in which a built-in trainer works on the folder that it is given: under the same supervision as a command. */
async function trainIn(workFolder: string): Promise<void> {
  const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(workFolder, path), 'utf8'))
  const schema = TrainingSchema.parse(await json(TRAINING_LAYOUT.schema))
  const options = (await json(TRAINER_FILE)) as { readonly trainer: string }
  const input = await inputIn(workFolder, schema, tableFiles)
  console.log(`keepfit progress 0.1 ${input.features.rows} rows read`)
  const artifact = await builtInTrainers.get(options.trainer).fit(input, options)
  await writeFile(join(workFolder, TRAINING_LAYOUT.artifact), artifact)
  console.log(`keepfit progress 1 a model of ${artifact.length} bytes`)
}

const workFolder = process.argv[2] ?? '.'
try {
  await trainIn(workFolder)
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  console.error(message)
  if (error instanceof Fault)
    await writeFile(join(workFolder, FAILURE_FILE), JSON.stringify({ code: error.code, message }))
  process.exitCode = 1
}
