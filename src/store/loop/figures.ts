import { sql } from 'kysely'
import { MOST_HALVES_COUNTED, type ModelFigures, type SystemFigures } from '../../base/system-figures.ts'
import type { Database } from '../postgres/database.ts'

/** Of one model, what can no longer change: it is counted once and remembered. */
interface Settled {
  /** Decisions up to this number are counted. */
  readonly decision: number
  readonly decisions: Tally
  /** Runs up to this number have ended and are counted. */
  readonly run: number
  readonly runs: Tally
}

type Tally = ReadonlyMap<string, number>

/** One model with how far its numbered rows go. */
interface Found extends ModelFigures {
  readonly newestDecision: number
  readonly newestRun: number
}

const NOTHING: Settled = { decision: 0, decisions: new Map(), run: 0, runs: new Map() }

/**
 * Counts what metrics tell, so that a scrape costs what is new since the last one and not what there is: events are
 * never counted, windows are what the loop's cursor says, and decisions (written once) and ended runs (they do not
 * change, and each model has one active run at most, its newest) are counted once each and kept in memory.
 */
export function figuresReader(database: Database): () => Promise<SystemFigures> {
  let known: ReadonlyMap<string, Settled> = new Map()
  return async () => {
    const next = new Map<string, Settled>()
    const runs: SystemFigures['runs'][number][] = []
    const decisions: SystemFigures['decisions'][number][] = []
    const models: ModelFigures[] = []
    // Two scrapes at a time must not count the same rows twice into one tally: each begins at what it found.
    const before = known
    for (const { newestDecision, newestRun, ...figures } of await modelsOf(database)) {
      const { model } = figures
      let settled = before.get(model) ?? NOTHING
      if (newestDecision > settled.decision) settled = await withDecisions(database, model, settled)
      let active: Tally = new Map()
      if (newestRun > settled.run) ({ settled, active } = await withRuns(database, model, settled))
      next.set(model, settled)
      models.push(figures)
      for (const [kind, count] of settled.decisions) decisions.push({ model, kind, count })
      for (const [state, count] of [...settled.runs, ...active]) runs.push({ model, state, count })
    }
    known = next
    return { runs, decisions, models, ...(await outboxOf(database)) }
  }
}

async function modelsOf({ kysely }: Database): Promise<readonly Found[]> {
  const { rows } = await sql<Found>`
    select l.model, l.next_window as "windowsClosed", l.next_matured as "windowsMatured",
           s.newest_time as "newestTime", l.closed_to as "closedTo",
           (select count(*) from (
             select from event_half h where h.model = l.model limit ${sql.lit(MOST_HALVES_COUNTED)}
           ) as waiting) as "halvesWaiting",
           coalesce(s.expired_halves, 0) as "halvesExpired",
           coalesce((select max(seq) from decision d where d.model = l.model), 0) as "newestDecision",
           coalesce((select max(number) from run r where r.model = l.model), 0) as "newestRun"
    from loop_state l left join stream s on s.model = l.model order by l.model`.execute(kysely)
  return rows
}

async function withDecisions({ kysely }: Database, model: string, known: Settled): Promise<Settled> {
  const { rows } = await sql<{ kind: string; count: number; newest: number }>`
    select kind, count(*) as count, max(seq) as newest from decision
    where model = ${model} and seq > ${known.decision} group by 1`.execute(kysely)
  return {
    ...known,
    decision: Math.max(known.decision, ...rows.map(({ newest }) => newest)),
    decisions: added(known.decisions, new Map(rows.map(({ kind, count }) => [kind, count]))),
  }
}

async function withRuns({ kysely }: Database, model: string, known: Settled) {
  const { rows } = await sql<{ state: string; hasEnded: boolean; count: number; newest: number }>`
    select state, ended_at is not null as "hasEnded", count(*) as count, max(number) as newest from run
    where model = ${model} and number > ${known.run} group by 1, 2`.execute(kysely)
  const tally = (isEnded: boolean) =>
    new Map(rows.filter(({ hasEnded }) => hasEnded === isEnded).map(({ state, count }) => [state, count]))
  const ended = rows.filter(({ hasEnded }) => hasEnded).map(({ newest }) => newest)
  const settled = { ...known, run: Math.max(known.run, ...ended), runs: added(known.runs, tally(true)) }
  return { settled, active: tally(false) }
}

async function outboxOf({ kysely }: Database): Promise<Pick<SystemFigures, 'outboxWaiting' | 'outboxGivenUp'>> {
  const { rows } = await sql<{ waiting: number; givenUp: number }>`
    select (select count(*) from outbox where delivered_at is null and given_up_at is null) as waiting,
           (select count(*) from outbox where given_up_at is not null) as "givenUp"`.execute(kysely)
  return { outboxWaiting: rows[0]?.waiting ?? 0, outboxGivenUp: rows[0]?.givenUp ?? 0 }
}

function added(tally: Tally, more: Tally): Tally {
  const sum = new Map(tally)
  for (const [name, count] of more) sum.set(name, (sum.get(name) ?? 0) + count)
  return sum
}
