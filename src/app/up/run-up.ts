import { systemClock } from '../../base/clock.ts'
import type { Progress } from '../../base/progress.ts'
import type { UpAsked, UpListener } from '../../cli/up-asked.ts'
import { environment } from '../env.ts'
import { up } from './up.ts'

/** The signals that ask a process to end. A second one ends it at once. */
const ENDS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
const IMPATIENT_EXIT = 130

/** Runs until a signal comes, then drains. */
export async function runUp(
  asked: UpAsked,
  listener: UpListener,
  { progress, version }: { readonly progress: Progress; readonly version: string },
): Promise<void> {
  // The queue's library sends a statement on each fresh connection without waiting, which `pg` deprecates on stderr.
  process.noDeprecation = true
  const stopping = new AbortController()
  const end = () => {
    if (stopping.signal.aborted) process.exit(IMPATIENT_EXIT)
    stopping.abort()
  }
  let isParentGone = false
  const endInOrder = () => {
    isParentGone = true
    stopping.abort()
  }
  for (const signal of ENDS) process.on(signal, end)
  if (asked.endsWithInput === true) process.stdin.once('end', endInOrder).once('close', endInOrder).resume()
  try {
    const world = { clock: systemClock, environment: environment(), progress, version, stopping: stopping.signal }
    // Nobody is left to be told: writing to a pipe that nobody reads would end this process before it has drained.
    const onStopping = () => (isParentGone ? undefined : listener.onStopping())
    await up(asked, world, { onReady: (ready) => listener.onReady(ready), onStopping })
  } finally {
    for (const signal of ENDS) process.off(signal, end)
    if (asked.endsWithInput === true) process.stdin.destroy()
  }
}
