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
  const endInOrder = () => stopping.abort()
  outliveReaders()
  for (const signal of ENDS) process.on(signal, end)
  if (asked.endsWithInput === true) process.stdin.once('end', endInOrder).once('close', endInOrder).resume()
  try {
    const world = { clock: systemClock, environment: environment(), progress, version, stopping: stopping.signal }
    await up(asked, world, listener)
  } finally {
    for (const signal of ENDS) process.off(signal, end)
    if (asked.endsWithInput === true) process.stdin.destroy()
  }
}

/**
 * `keepfit up | head`, or under something that reads its first line and no more: a server is asked to serve, what it says
 * on the way is a courtesy. Whoever reads that may go, the terminal may close, its file may fill the disk: neither ends the
 * server, and least of all while it drains. It ends by a signal (or with `--with-parent`); its log is a file.
 */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', () => {})
}
