import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { frame } from '../../../data/frame.ts'
import { TRAINING_LAYOUT } from '../../../data/training-layout.ts'
import { openScorer } from '../../../runtimes/catalog.ts'
import { tableFiles } from '../../command-world.ts'

/** Scores rows with the model that the training job with the mistake left. Arguments: folder of the model, rows, scores. */
async function score(model: string, data: string, scores: string): Promise<void> {
  const name = TRAINING_LAYOUT.artifact.slice(TRAINING_LAYOUT.output.length + 1)
  const scorer = await openScorer(new Uint8Array(await readFile(join(model, name))))
  const answers = await scorer.score(await tableFiles.readFrame(data, scorer.features))
  const values = Float64Array.from(answers)
  const column = { kind: 'numeric', name: 'score', values, missing: new Uint8Array(values.length) } as const
  await tableFiles.writeFrame(frame([column]), scores, 'parquet')
}

const [model = '', data = '', scores = ''] = process.argv.slice(2)
await score(model, data, scores)
