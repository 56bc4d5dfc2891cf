import type { Clock } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { InferenceHalf } from '../../data/inference.ts'
import type { Database } from '../postgres/database.ts'
import { type AppendedHalves, appendHalves } from './halves.ts'

/** Takes halves of many requests in; those that come while a transaction is under way share the next one. */
export interface HalfAppender {
  /**
   * As `appendHalves`.
   * @throws Fault BUSY when too much waits already; DRAINING once it is closed
   */
  append(halves: readonly InferenceHalf[]): Promise<AppendedHalves>
  close(): Promise<void>
}

export interface HalfAppenderOptions {
  readonly database: Database
  readonly clock: Clock
  /** Looks at the disk before each transaction; throws to refuse. */
  readonly checkDisk: () => Promise<void>
}

const MOST_AT_ONCE = 500
const MOST_WAITING = 20_000

interface Waiting {
  readonly halves: readonly InferenceHalf[]
  resolve(said: AppendedHalves): void
  reject(error: unknown): void
}

export function createHalfAppender({ database, clock, checkDisk }: HalfAppenderOptions): HalfAppender {
  let queue: Waiting[] = []
  let isClosed = false
  let working: Promise<void> | undefined

  async function write(group: readonly Waiting[]): Promise<void> {
    await checkDisk()
    const all = group.flatMap(({ halves }) => halves)
    const { outcomes, newestSeq } = await appendHalves(database, all, { now: clock.now() })
    let at = 0
    for (const { halves, resolve } of group) {
      resolve({ outcomes: outcomes.slice(at, at + halves.length), newestSeq })
      at += halves.length
    }
  }

  async function work(): Promise<void> {
    while (queue.length > 0) {
      const group = groupOf(queue)
      queue = queue.slice(group.length)
      await write(group).catch(async (error: unknown) => {
        // A mistake of one is no mistake of the others; an outage is everybody's.
        for (const one of group) {
          if (error instanceof Fault || group.length === 1) one.reject(error)
          else await write([one]).catch(one.reject)
        }
      })
    }
    working = undefined
  }

  return {
    append(halves) {
      if (isClosed) return Promise.reject(new Fault('DRAINING', 'the server is stopping; send the events again later'))
      const waiting = queue.reduce((sum, one) => sum + one.halves.length, 0)
      if (waiting > 0 && waiting + halves.length > MOST_WAITING)
        return Promise.reject(new Fault('BUSY', `${waiting} events wait to be written; send these again in a second`))
      return new Promise((resolve, reject) => {
        queue.push({ halves, resolve, reject })
        working ??= work()
      })
    },
    async close() {
      isClosed = true
      await working
    },
  }
}

function groupOf(queue: readonly Waiting[]): readonly Waiting[] {
  let count = 0
  const end = queue.findIndex(({ halves }, i) => {
    count += halves.length
    return i > 0 && count > MOST_AT_ONCE
  })
  return end < 0 ? queue : queue.slice(0, end)
}
