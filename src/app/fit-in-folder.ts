import { fileURLToPath } from 'node:url'
import type { SupervisedListener } from '../base/supervised.ts'
import { type FolderRequest, fitInFolder as trainInFolder } from '../trainers/supervised/fit-in-folder.ts'
import type { TrainedArtifact } from '../trainers/trainer.ts'
import { tableFiles } from './command-world.ts'

/**
 * The one door to a live training, whatever the trainer: a supervised process with limits, log and cancellation.
 * `input/train.parquet` is there already; `log.txt` and `outcome.json` stay in the work folder.
 * @throws Fault TRAINING_FAILED: `details.cause` says why, `details.retry` ('never' | 'later') whether to try again
 */
export function fitInFolder(
  request: FolderRequest,
  listener: SupervisedListener,
  signal: AbortSignal,
): Promise<TrainedArtifact> {
  return trainInFolder(request, { tables: tableFiles, childFile: childFile() }, listener, signal)
}

/** It runs compiled: Node 20 cannot start a process from TypeScript. */
function childFile(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? '../../dist/app/training-child.js' : './training-child.js', import.meta.url))
}
