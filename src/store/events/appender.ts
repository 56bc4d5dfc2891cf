import type { Clock } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { KeepfitEvent } from '../../data/event.ts'
import type { Database } from '../postgres/database.ts'
import { type Appended, appendEncoded, type EventOutcome, summary } from './append.ts'
import { type EncodedEvent, encodeEvent } from './event-batch.ts'

/** Takes events of many requests in; those that come while a transaction is under way share the next one. */
export interface Appender {
  /**
   * As `appendEvents`.
   * @throws Fault BUSY when too much waits already; DRAINING once it is closed
   */
  append(events: readonly KeepfitEvent[]): Promise<Appended>
  /** Lets what waits be written, and takes nothing more. */
  close(): Promise<void>
}

export interface AppenderOptions {
  readonly database: Database
  readonly clock: Clock
  /** Looks at the disk before each transaction; throws to refuse. */
  readonly checkDisk?: () => Promise<void>
  /** Events that may wait. Count. */
  readonly mostWaiting?: number
}

/** Enough that a commit is shared by many, few enough that one transaction takes some tens of milliseconds. Events. */
const MOST_AT_ONCE = 2_000
const MOST_WAITING = 50_000

interface Waiting {
  readonly events: readonly KeepfitEvent[]
  readonly encoded: readonly EncodedEvent[]
  resolve(said: Appended): void
  reject(error: unknown): void
}

export function createAppender(options: AppenderOptions): Appender {
  const { mostWaiting = MOST_WAITING } = options
  let queue: Waiting[] = []
  let waiting = 0
  let isClosed = false
  let working: Promise<void> | undefined

  const work = async () => {
    while (queue.length > 0) {
      const group = takeGroup(queue)
      queue = queue.slice(group.length)
      await writeGroup(options, group)
    }
    working = undefined
  }

  return {
    append(events) {
      if (isClosed) return Promise.reject(new Fault('DRAINING', 'the server is stopping; send the events again later'))
      if (waiting > 0 && waiting + events.length > mostWaiting) {
        return Promise.reject(new Fault('BUSY', `${waiting} events wait to be written; send these again in a second`))
      }
      const encoded = events.map(encodeEvent)
      waiting += events.length
      return new Promise((resolve, reject) => {
        const settled =
          <T>(tell: (word: T) => void) =>
          (word: T) => {
            waiting -= events.length
            tell(word)
          }
        queue.push({ events, encoded, resolve: settled(resolve), reject: settled(reject) })
        working ??= work()
      })
    },
    async close() {
      isClosed = true
      await working
    },
  }
}

function takeGroup(queue: readonly Waiting[]): Waiting[] {
  const group: Waiting[] = []
  let events = 0
  for (const one of queue) {
    if (group.length > 0 && events + one.events.length > MOST_AT_ONCE) break
    group.push(one)
    events += one.events.length
  }
  return group
}

/** One transaction for all. What fails for all is tried for each alone: a mistake of one is no mistake of the others. */
async function writeGroup(options: AppenderOptions, group: readonly Waiting[]): Promise<void> {
  try {
    await writeTogether(options, group)
  } catch (error) {
    const isOutage = error instanceof Fault
    for (const one of group) {
      if (isOutage || group.length === 1) one.reject(error)
      else await writeTogether(options, [one]).catch(one.reject)
    }
  }
}

async function writeTogether(options: AppenderOptions, group: readonly Waiting[]): Promise<void> {
  const { database, clock, checkDisk } = options
  await checkDisk?.()
  const encoded = group.flatMap((one) => one.encoded)
  const { outcomes, newestSeq } = await appendEncoded(database, encoded, clock.now())
  let at = 0
  for (const { events, resolve } of group) {
    const own: readonly EventOutcome[] = outcomes.slice(at, at + events.length)
    at += events.length
    const said = summary(events, own, newestSeq)
    resolve(said.accepted > 0 ? said : { ...said, newestSeq: null })
  }
}
