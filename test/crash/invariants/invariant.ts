import type { Database } from '../../../src/store/postgres/database.ts'
import type { Ledger } from '../ledger.ts'

/** What the invariants are looked up in. */
export interface Scene {
  readonly database: Database
  /** Rows of a query; numbers are numbers. */
  sql<R>(text: string, values?: readonly unknown[]): Promise<R[]>
  readonly dataFolder: string
  readonly now: number
  /** What the clients were promised; null: there were none. */
  readonly ledger: Ledger | null
  /** What a receiver of messages was told, by id; null: there is none. */
  readonly told: ReadonlyMap<string, readonly string[]> | null
  /** Words that must not be seen anywhere, those among them that trainers are given, and texts in which they could be. */
  readonly secret: {
    readonly values: readonly string[]
    readonly given: readonly string[]
    readonly texts: readonly string[]
  } | null
  /** What was final when it was last looked at. */
  readonly memory: Map<string, string>
  /** How long something may hang before it counts. Milliseconds. */
  readonly patienceMs: number
  /** Whether everything is compared with everything: slow. */
  readonly isThorough: boolean
}

export interface Invariant {
  readonly id: string
  /** What must hold. */
  readonly holds: string
  /** @returns a sentence for each violation */
  look(scene: Scene): Promise<readonly string[]>
}

/** An invariant that is a list of queries: every row that one of them gives is a violation, told in its column `said`. */
export function bySql(id: string, holds: string, ...queries: readonly string[]): Invariant {
  return {
    id,
    holds,
    async look({ sql }) {
      const found: string[] = []
      for (const query of queries) found.push(...(await sql<{ said: string }>(query)).map(({ said }) => said))
      return found
    },
  }
}
