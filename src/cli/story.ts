import type { DecisionRecord } from '../loop/record.ts'
import type { DemoDecision, DemoIncident, DemoStage } from './demo-report.ts'
import { addDays, shortDay, shortSpan } from './story-days.ts'
import { causeOf, decisionLines, quarantineLine } from './story-lines.ts'

/** Tells decision records in dated lines, as they come. It reads; it works nothing out. */
export interface Story {
  decided(decision: DemoDecision): void
  /** Tells what is still untold. */
  ended(): void
}

/** Days on which the same happened, told in one line. */
interface Run {
  readonly from: string
  to: string
  days: number
  /** Null: nothing happened; else why the days were kept out. */
  readonly cause: string | null
  readonly live: number
}

const DATE_WIDTH = 14

/** @param stage what is played; @param print writes one line */
export function tellStory(
  stage: Pick<DemoStage, 'incidents' | 'labelDelayDays'>,
  print: (line: string) => void,
): Story {
  let today: string | null = null
  let records: DecisionRecord[] = []
  let run: Run | null = null
  let untold: readonly DemoIncident[] = stage.incidents
  let unended: readonly DemoIncident[] = []

  const line = (date: string, text: string) => print(`${date.padEnd(DATE_WIDTH)} ${text}`)

  function tellRun(): void {
    const told = run
    run = null
    if (told === null || told.days === 0) return
    const { from, to, days, cause, live } = told
    const count = `${days} ${days === 1 ? 'day' : 'days'}`
    if (cause === null) line(shortSpan(from, to), `nothing to do on ${count}; version ${live} stays`)
    else line(shortSpan(from, to), `the same on ${days === 1 ? 'one more day' : `${days} more days`}`)
  }

  function announce(day: string): void {
    for (const one of unended.filter(({ to }) => to < day)) {
      const next = addDays(one.to, 1)
      if (stage.incidents.every(({ from }) => from !== next)) aside(next, 'that is over')
    }
    unended = unended.filter(({ to }) => to >= day)
    for (const one of untold.filter(({ from }) => from <= day)) {
      aside(one.from, `${one.happens} (injected)`)
      unended = [...unended, one]
    }
    untold = untold.filter(({ from }) => from > day)
  }

  function aside(day: string, text: string): void {
    tellRun()
    print(`— ${shortDay(day)}: ${text}`)
  }

  function extend(day: string, cause: string | null, live: number): void {
    run ??= { from: day, to: day, days: 0, cause, live }
    run.to = day
    run.days++
  }

  function keptOut(record: DecisionRecord, day: string): void {
    const isAboutLabels = record.because.some(({ by }) => by === 'label-noise')
    const about = isAboutLabels ? addDays(day, -stage.labelDelayDays) : day
    const cause = causeOf(record)
    if (run !== null && run.cause === cause && addDays(run.to, 1) === day) return extend(day, cause, record.live)
    tellRun()
    line(shortDay(day), quarantineLine(record, about, day))
    // Empty, and from tomorrow: what follows and is the same belongs to it.
    run = { from: addDays(day, 1), to: day, days: 0, cause, live: record.live }
  }

  function tellDay(): void {
    if (today === null) return
    const day = today
    announce(day)
    const lines = decisionLines(records, day)
    const quarantines = records.filter(({ kind }) => kind === 'quarantine')
    for (const record of quarantines) keptOut(record, day)
    if (lines.length > 0) tellRun()
    for (const text of lines) line(shortDay(day), text)
    if (lines.length > 0 || quarantines.length > 0) return
    if (run !== null && run.cause !== null) tellRun()
    extend(day, null, records.at(-1)?.live ?? 0)
  }

  return {
    decided({ day, record }) {
      if (day !== today) {
        tellDay()
        today = day
        records = []
      }
      records.push(record)
    },
    ended() {
      tellDay()
      tellRun()
    },
  }
}
