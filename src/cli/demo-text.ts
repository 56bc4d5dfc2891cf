import Table from 'cli-table3'
import type { DemoDifference, DemoFigure, DemoPolicy, DemoReport, DemoRun, DemoStage } from './demo-report.ts'
import { signed } from './signed.ts'
import { shortDay, shortSpan } from './story-days.ts'

const NEXT = `Where to go next
  keepfit backtest history.parquet --label churned --time date   the same question, on your own history
  keepfit catalog                                                every detector, trigger, gate and option
  docs/flights.md                                                what was played here, and how to read it
`

/** What is about to be played, in a few lines. */
export function openingText(stage: DemoStage): string {
  const { rows, onlineRows, from, decidedFrom, to, incidents } = stage
  return [
    `${count(rows)} U.S. flights of ${from} to ${to}; to be predicted as a flight leaves: it ${stage.label}.`,
    `A version learned from the days before ${shortDay(decidedFrom)} answers the ${count(onlineRows)} flights after it, under three policies at once:`,
    'left alone, retrained weekly, and with Keepfit, whose decisions are told here as they are made.',
    `${incidents.length} incidents are injected; ${shortSpan(stage.control.from, stage.control.to)} is left as it was. What became of a day is known a day later.`,
    '',
    '',
  ].join('\n')
}

/** What may be asked of the Keepfit that has looked after the flights, while it is up. */
export function stayingText({ url, folder, report }: Pick<DemoRun, 'url' | 'folder' | 'report'>): string {
  const decisions = report.policies.find(({ id }) => id === 'keepfit')?.decisions ?? []
  const reinstated = decisions.find(({ record }) => record.kind === 'reinstate' || record.kind === 'promote')
  const day = shortDay(reinstated?.day ?? report.stage.to)
  return `${[
    `Keepfit stays up at ${url} until Ctrl-C. In another terminal, here:`,
    `  npx keepfit explain flights ${reinstated?.record.seq ?? 1} --data ${folder}   why it did what it did on ${day}`,
    `  npx keepfit history flights --data ${folder}     which version answered when, and why`,
    `  npx keepfit replay flights --data ${folder}      decides everything again from the record`,
  ].join('\n')}\n`
}

/** The end of the story: tables, what they say in words, and where to go next. */
export function closingText(report: DemoReport): string {
  return [
    '',
    mainTable(report),
    '',
    outcomesTable(report),
    '',
    phasesTable(report),
    '',
    ...verdicts(report),
    '',
    NEXT,
  ].join('\n')
}

function count(rows: number): string {
  return rows.toLocaleString('en-US')
}

function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  wrap: readonly number[] = [],
): string {
  const view = new Table({
    head: [...head],
    style: { head: [], border: [], compact: wrap.length === 0 },
    ...(wrap.length === 0 ? {} : { colWidths: [...wrap], wordWrap: true }),
  })
  for (const row of rows) view.push([...row])
  return view.toString()
}

function figure(seen: DemoFigure | null): string {
  if (seen === null) return '–'
  const { low, high } = seen.interval
  return `${seen.value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`
}

function mainTable({ policies, stage }: DemoReport): string {
  const row = (name: string, of: (policy: DemoPolicy) => string | number) => [name, ...policies.map(of)]
  const body = table(
    ['', ...policies.map(({ title }) => title)],
    [
      row('AUC (higher is better)', ({ auc }) => figure(auc)),
      row('log loss (lower is better)', ({ logLoss }) => figure(logLoss)),
      row('trainings', ({ trainings }) => trainings),
      row('days kept out of training', ({ daysKeptOut }) => daysKeptOut),
      row('  of these, nothing was wrong', ({ daysKeptOutForNothing }) => daysKeptOutForNothing),
      row('challengers rejected', ({ rejected }) => rejected),
      row('trainings not allowed to start', ({ trainingsBlocked }) => trainingsBlocked),
      row('retired versions reinstated', ({ reinstated }) => reinstated),
      row('returned to the predecessor', ({ returned }) => returned),
    ],
  )
  return `${body}\n  over ${count(stage.onlineRows)} flights and what really became of them, in brackets the 95 % interval`
}

function outcomesTable({ policies, stage }: DemoReport): string {
  const rows = stage.incidents.map(({ id, from, to, happens }) => [
    `${shortSpan(from, to)}: ${happens}`,
    ...policies.map(({ outcomes }) => {
      const seen = outcomes.find(({ incident }) => incident === id)
      if (seen === undefined) return '–'
      const noticed =
        seen.noticedOn === null
          ? 'not noticed'
          : `noticed ${shortDay(seen.noticedOn)}, day ${(seen.afterDays ?? 0) + 1}`
      return `${noticed}; ${seen.done.replaceAll(/\d{4}-\d{2}-\d{2}/g, shortDay)}`
    }),
  ])
  return table(['incident', ...policies.map(({ title }) => title)], rows, [36, 16, 34, 40])
}

function phasesTable({ policies, stage }: DemoReport): string {
  const spans = [{ id: 'control', happens: 'nothing injected', ...stage.control }, ...stage.incidents]
  const rows = spans.map(({ id, from, to }) => [
    shortSpan(from, to),
    id,
    ...policies.map(({ phases }) => {
      const seen = phases.find((phase) => phase.id === id)
      return `${seen?.auc?.value.toFixed(4) ?? '–'} / ${seen?.logLoss?.value.toFixed(4) ?? '–'}`
    }),
  ])
  return table(['AUC / log loss', '', ...policies.map(({ title }) => title)], rows)
}

/** What the figures say, for and against. */
function verdicts({ policies, differences }: DemoReport): string[] {
  const title = (id: string) => policies.find((policy) => policy.id === id)?.title ?? id
  const trainings = (id: string) => policies.find((policy) => policy.id === id)?.trainings ?? 0
  const lines = differences.map((seen) => {
    const { against } = seen
    const spared = trainings(against) - trainings('keepfit')
    const effort =
      spared === 0 ? 'with as many trainings' : `with ${Math.abs(spared)} ${spared > 0 ? 'fewer' : 'more'} trainings`
    return `Against the model ${title(against)}, Keepfit is ${aucWords(seen)} and ${lossWords(seen)}, ${effort}.`
  })
  return [...lines, ...worsePhases(policies)]
}

function aucWords({ auc }: DemoDifference): string {
  return compared('in AUC', auc, 1)
}

function lossWords({ logLoss }: DemoDifference): string {
  return compared('in log loss', logLoss, -1)
}

/** @param better the sign that speaks for Keepfit */
function compared(name: string, { value, interval }: DemoFigure, better: 1 | -1): string {
  const size = `${signed(value)} [${signed(interval.low)}, ${signed(interval.high)}]`
  if (interval.low <= 0 && interval.high >= 0) return `level ${name} (${size})`
  return `${Math.sign(value) === better ? 'better' : 'WORSE'} ${name} (${size})`
}

/** Phases in which another policy ranked flights better: they are named, not averaged away. */
function worsePhases(policies: readonly DemoPolicy[]): string[] {
  const ours = policies.find(({ id }) => id === 'keepfit')?.phases ?? []
  return policies.flatMap(({ id, title, phases }) => {
    const better = phases.filter((phase) => {
      const own = ours.find((one) => one.id === phase.id)?.auc
      return own !== null && own !== undefined && phase.auc !== null && phase.auc.value > own.value
    })
    if (id === 'keepfit' || better.length === 0) return []
    return [
      `By phase the model ${title} has a higher AUC than Keepfit's in: ${better.map((one) => one.id).join(', ')}.`,
    ]
  })
}
