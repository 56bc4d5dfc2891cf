import type { Clock } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import { freeBytes } from '../disk/durable-file.ts'

export interface DiskGuardOptions {
  /** Folder whose disk is looked at. */
  readonly folder: string
  readonly clock: Clock
  /** Bytes that stay free for what must still be written: WAL, checkpoints, the end of a sealing. */
  readonly reserveBytes?: number
  /** Asks the disk; only tests put another here. */
  readonly free?: (folder: string) => Promise<number>
}

/** What stays free of the disk. Bytes. */
export const DISK_RESERVE = 256 * 2 ** 20
/** How long an answer of the disk holds. Milliseconds. */
const FRESH = 1_000

/**
 * Refuses while the disk is nearly full: Postgres itself would stop in the middle of its log, and not come up again.
 * @returns a check that throws Fault DISK_FULL; cheap enough to ask before each batch
 */
export function diskGuard({
  folder,
  clock,
  reserveBytes = DISK_RESERVE,
  free = freeBytes,
}: DiskGuardOptions): () => Promise<void> {
  let askedAt = Number.NEGATIVE_INFINITY
  let left = Number.POSITIVE_INFINITY
  return async () => {
    const now = clock.now()
    // A clock that stepped back must not keep an old answer alive.
    if (now - askedAt >= FRESH || now < askedAt) {
      left = await free(folder)
      askedAt = now
    }
    if (left >= reserveBytes) return
    const mib = (bytes: number) => Math.floor(bytes / 2 ** 20)
    throw new Fault(
      'DISK_FULL',
      `the disk has ${mib(left)} MiB left, and ${mib(reserveBytes)} MiB are kept free; nothing was taken, make room and send it again`,
    )
  }
}
