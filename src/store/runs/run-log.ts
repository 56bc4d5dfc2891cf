import { sql } from 'kysely'
import type { Clock, Instant } from '../../base/clock.ts'
import type { Database } from '../postgres/database.ts'
import type { AttemptKey } from './attempt.ts'

/** Lines that one attempt may leave; a trainer may print for ever. */
export const MOST_LINES = 20_000
const MOST_CHARACTERS = 4096
const FLUSH_MS = 300

interface Line {
  readonly at: Instant
  readonly stream: 'keepfit' | 'out' | 'err'
  readonly line: string
}

/** Collects the lines of one attempt and writes them in batches. Losing some when the process dies is no loss of a run. */
export class AttemptLog {
  readonly #database: Database
  readonly #key: AttemptKey
  readonly #clock: Clock
  #waiting: Line[] = []
  #lines = 0
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(database: Database, key: AttemptKey, clock: Clock) {
    this.#database = database
    this.#key = key
    this.#clock = clock
  }

  add(line: string, stream: Line['stream'] = 'keepfit', at: Instant = this.#clock.now()): void {
    if (this.#lines > MOST_LINES) return
    this.#lines++
    const text = this.#lines > MOST_LINES ? `more than ${MOST_LINES} lines: the rest is not kept` : line
    // Postgres keeps no NUL in a text.
    this.#waiting.push({ at, stream, line: text.replaceAll('\0', '\uFFFD').slice(0, MOST_CHARACTERS) })
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS)
  }

  /** Writes what waits. What cannot be written now is tried with the next lines; it never throws. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    const batch = this.#waiting
    if (batch.length === 0) return
    this.#waiting = []
    try {
      await writeLines(this.#database, this.#key, batch)
    } catch {
      this.#waiting = [...batch, ...this.#waiting]
    }
  }
}

/** Nothing is written once the attempt was taken over. */
async function writeLines({ kysely }: Database, key: AttemptKey, lines: readonly Line[]): Promise<void> {
  const { model, number, epoch, owner } = key
  await sql`
    insert into run_log (model, run, at, stream, line)
    select run.model, run.number, said.at, said.stream, said.line
    from run, unnest(
      ${lines.map(({ at }) => at)}::bigint[], ${lines.map(({ stream }) => stream)}::text[], ${lines.map(({ line }) => line)}::text[]
    ) with ordinality as said (at, stream, line, place)
    where run.model = ${model} and run.number = ${number} and run.epoch = ${epoch}
      and run.owner = ${owner}
    order by said.place`.execute(kysely)
}
