import type { DemoDecision } from '../../../cli/demo-report.ts'
import type { DecisionRecord } from '../../../loop/record.ts'
import { dayOf } from '../inject.ts'
import { LABEL_DELAY_DAYS } from '../policies.ts'
import type { FlightStream } from '../stream.ts'
import type { AnsweringService } from './answering.ts'
import { type Answered, dayIsOver, eventsOfDay, startOf } from './day-events.ts'
import type { LiveSystem } from './live-system.ts'

export interface Production {
  readonly flights: FlightStream
  readonly system: LiveSystem
  readonly answering: AnsweringService
  readonly warmupDays: number
  /** Called before a day ends, when all its flights have left. */
  readonly onEvening: (day: string) => Promise<void>
  readonly onDecision: (decision: DemoDecision) => void
  readonly onDay: (window: number) => void
}

/** Lines of one request. */
const BATCH = 2000
const IN_FLIGHT = 2

/**
 * Plays all days in event time: what was said of each day's flights, late labels, and the end of the day; then it waits
 * until Keepfit has taken the day in, for a training takes no time in the flights' world.
 *
 * @returns what answered each day, null where nothing did
 */
export async function produce(production: Production): Promise<readonly (Answered | null)[]> {
  const { flights, system, answering, warmupDays } = production
  const { windows } = flights.stream
  const answers: (Answered | null)[] = []
  let told = 0
  let live: number | null = null
  for (const { index: window } of windows) {
    const answered = await answering.answer(window, live)
    answers.push(answered)
    await postAll(system, eventsOfDay(flights, window, answered))
    production.onDay(window)
    // After the last day nothing is left to answer, so nothing is decided there.
    if (window === windows.length - 1) break
    await production.onEvening(dayOf(startOf(flights, window)))
    await system.post([dayIsOver(flights, window)])
    const matured = window + 1 - LABEL_DELAY_DAYS
    const status = await system.settled({ closed: window + 1, matured, isLiving: matured >= warmupDays })
    live = status.champion?.version ?? null
    const news = (status.lastDecision?.seq ?? 0) - told
    for (const record of news > 0 ? await system.decisions(news) : []) {
      told = record.seq
      production.onDecision({ day: dayOfDecision(flights, record), record })
    }
  }
  return answers
}

/** The day that had just closed when something was decided: of a day's rows at its own end, of its labels a day later. */
function dayOfDecision(flights: FlightStream, { now, aboutWindow }: DecisionRecord): string {
  const known = now === null ? Number.NEGATIVE_INFINITY : now - 1
  const about = aboutWindow === null ? Number.NEGATIVE_INFINITY : startOf(flights, aboutWindow)
  return dayOf(Math.max(known, about))
}

async function postAll(system: LiveSystem, lines: readonly string[]): Promise<void> {
  const batches: string[][] = []
  for (let from = 0; from < lines.length; from += BATCH) batches.push(lines.slice(from, from + BATCH))
  const post = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await system.post(batch)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, post))
}
