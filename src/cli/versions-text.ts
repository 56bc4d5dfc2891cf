import Table from 'cli-table3'
import type { History } from '../http/shapes/models.ts'
import type { Diff, VersionInfo } from '../http/shapes/versions.ts'
import { countText, whenText } from './when.ts'

const STYLE = { head: [], border: [], compact: true }

/** Every version on a line, the newest first. */
export function versionsText(model: string, versions: readonly VersionInfo[]): string {
  if (versions.length === 0) return `${model} has no version yet.\n`
  const table = new Table({
    head: ['version', 'made', 'from', 'rows', 'knows up to', 'verdicts', 'names', ''],
    colAligns: ['right', 'left', 'left', 'right', 'left', 'left', 'left', 'left'],
    style: STYLE,
  })
  for (const version of versions) {
    const { number, createdAt, origin, run, rows, cutOffAt, aliases, isLive, collectedAt } = version
    table.push([
      number,
      whenText(createdAt),
      run === null ? origin : `run ${run.number}`,
      rows === null ? '–' : countText(rows),
      cutOffAt === null ? 'not known' : whenText(cutOffAt),
      verdictsText(version),
      aliases.join(', '),
      isLive ? '● live' : collectedAt === null ? '' : 'artifact collected',
    ])
  }
  return `${table.toString()}\n`
}

function verdictsText({ verdicts }: VersionInfo): string {
  if (verdicts.length === 0) return 'none'
  const counts = new Map<string, number>()
  for (const { outcome } of verdicts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
}

/** What was live when, the newest first, and the answer for an instant where one was asked for. */
export function historyText({ at, sentence, history }: History): string {
  if (at !== null || history.length === 0) return `${sentence}\n`
  const table = new Table({
    head: ['version', 'from', 'to', 'why', 'by', 'because'],
    colAligns: ['right', 'left', 'left', 'left', 'left', 'left'],
    style: STYLE,
  })
  for (const { version, fromAt, toAt, reason, actor, decision, because } of [...history].reverse()) {
    const why = decision === null ? reason : `${reason} (decision ${decision})`
    table.push([version, whenText(fromAt), toAt === null ? 'now' : whenText(toAt), why, actor, because])
  }
  return `${table.toString()}\n${sentence}\n`
}

/** In what two versions differ; what is the same only on request. */
export function diffText({ model, a, b, differences, behaviour }: Diff, isAll: boolean): string {
  const shown = differences.filter(({ isSame }) => isAll || !isSame)
  const same = differences.length - shown.length
  const table = new Table({
    head: ['', '', `version ${a}`, `version ${b}`, 'change'],
    colAligns: ['left', 'left', 'left', 'left', 'right'],
    style: STYLE,
  })
  for (const one of shown) {
    const change = one.change === null || one.change === 0 ? '' : signed(one.change)
    table.push([one.part, one.what, short(one.a), short(one.b), change])
  }
  return [
    shown.length === 0 ? `Nothing that is recorded of versions ${a} and ${b} of ${model} differs.` : table.toString(),
    ...(same === 0 ? [] : [`${same} more are the same (--all shows them)`]),
    behaviourText(a, b, behaviour),
    '',
  ].join('\n')
}

function behaviourText(a: number, b: number, behaviour: Diff['behaviour']): string {
  if (behaviour === null) return 'On the same rows: there are none that neither has learned from.'
  const { rows, agreement, meanLossA, meanLossB, difference } = behaviour
  const { low, high, level } = difference.interval
  return (
    `On the same ${countText(rows)} rows both say the same in ${(agreement * 100).toFixed(1)} %; mean loss ` +
    `${meanLossA.toFixed(4)} (version ${a}) and ${meanLossB.toFixed(4)} (version ${b}), difference ` +
    `${signed(difference.value)} [${low.toFixed(4)}, ${high.toFixed(4)}] at ${level * 100} %.`
  )
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${Number(value.toPrecision(4))}`
}

function short(text: string | null): string {
  if (text === null) return '–'
  return text.length > 48 ? `${text.slice(0, 47)}…` : text
}
