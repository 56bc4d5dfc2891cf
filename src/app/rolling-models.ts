import type { ModelRef } from '../backtest/ports.ts'
import type { RecordedStream } from '../backtest/stream.ts'
import { Fault } from '../base/fault.ts'
import type { Progress } from '../base/progress.ts'
import type { TrainedModels } from './trained-models.ts'

/**
 * One model for each window that a training may follow: policies and the optimum in hindsight choose among them.
 * @param onFailed told of each training from which nothing came
 */
export async function trainRolling(
  stream: RecordedStream,
  models: TrainedModels,
  progress: Progress,
  onFailed: (fault: Fault) => void = () => {},
): Promise<(ModelRef | null)[]> {
  const first = stream.warmupWindows - 1
  const last = stream.windows.length - 2
  const rolling: (ModelRef | null)[] = []
  let finished = 0
  const total = last - first + 1
  progress('training models', 0, total)
  await Promise.all(
    Array.from({ length: total }, async (_, i) => {
      const newest = first + i
      const oldest = Math.max(0, newest - stream.rollingWindows + 1)
      const windows = Array.from({ length: newest - oldest + 1 }, (_, k) => oldest + k)
      rolling[newest] = await models.fit(windows).catch((error: unknown) => nullWhereNothingIsLearned(error, onFailed))
      progress('training models', ++finished, total)
    }),
  )
  return rolling
}

/** A stretch of a real history may hold one class only: a training there fails, and the champion stays. */
function nullWhereNothingIsLearned(error: unknown, onFailed: (fault: Fault) => void): null {
  if (!(error instanceof Fault && error.code === 'TRAINING_FAILED')) throw error
  onFailed(error)
  return null
}
