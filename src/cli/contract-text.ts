import type { Action } from '../data/contract/rule.ts'
import type { ContractFinding, ContractReport } from './contract-report.ts'

/** What follows a breach, as people say it. */
const FOLLOWS: Readonly<Record<Action, string>> = {
  block: 'no training starts',
  quarantine: 'rows kept out',
  pass: 'noted only',
}

/** Sentences below the table; the table itself is whole. */
const MOST_SENTENCES = 12
const WIDEST_COLUMN = 32

/** The answer for people: what is broken as a table, why in sentences, and whether the contract holds. */
export function contractText(report: ContractReport): string {
  const breaches = report.findings.filter(({ kind }) => kind === 'breach').toSorted(byAction)
  const silent = report.findings.filter(({ kind }) => kind === 'insufficient')
  const parts = [
    ...report.notes.map((note) => `note: ${note}`),
    ...(breaches.length === 0 ? [] : [table(breaches), '', ...sentences(breaches), '']),
    ...(silent.length === 0 ? [] : [`not checked: ${unchecked(silent)}`]),
    verdict(report, breaches, silent),
  ]
  return `${parts.join('\n')}\n`
}

const ORDER: readonly Action[] = ['block', 'quarantine', 'pass']

function byAction(a: ContractFinding, b: ContractFinding): number {
  return ORDER.indexOf(a.action) - ORDER.indexOf(b.action)
}

function table(breaches: readonly ContractFinding[]): string {
  const head = ['rule', 'column', 'observed', 'limit', 'rows', 'what follows']
  const body = breaches.map((one) => [
    one.rule,
    cut(one.column ?? '(all)'),
    shown(one.rule, one.observed),
    shown(one.rule, one.limit),
    String(one.rows),
    FOLLOWS[one.action],
  ])
  const widths = head.map((title, at) => Math.max(title.length, ...body.map((cells) => (cells[at] ?? '').length)))
  const isNumber = (at: number) => at >= 2 && at <= 4
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join('  ')
  return [head, ...body].map((cells) => line(cells).trimEnd()).join('\n')
}

/** In the unit of the rule; a breach of kinds has no number. */
function shown(rule: string, value: number | null): string {
  if (value === null || rule === 'column-kinds') return '-'
  switch (rule) {
    case 'scale-change':
      return `×${value.toPrecision(3)}`
    case 'row-volume':
      return `${value} rows`
    case 'freshness':
      return `${Number(value.toPrecision(3))} h`
    case 'leakage':
      return value.toFixed(3)
    default:
      return `${(100 * value).toFixed(1)} %`
  }
}

function cut(text: string): string {
  return text.length > WIDEST_COLUMN ? `${text.slice(0, WIDEST_COLUMN - 1)}…` : text
}

function sentences(breaches: readonly ContractFinding[]): string[] {
  const told = breaches.slice(0, MOST_SENTENCES).map(({ text }) => `- ${text}`)
  const rest = breaches.length - told.length
  return rest > 0 ? [...told, `- … and ${rest} more, with --json`] : told
}

/** Each rule once, with the first thing that stood in its way. */
function unchecked(silent: readonly ContractFinding[]): string {
  const reasons = new Map<string, string[]>()
  for (const { rule, column, text } of silent) {
    const why = column === null ? text : `'${column}': ${text}`
    reasons.set(rule, [...(reasons.get(rule) ?? []), why])
  }
  const told = Array.from(reasons, ([rule, [first = '', ...more]]) => {
    return `${rule} (${first}${more.length === 0 ? '' : `, and ${more.length} more`})`
  })
  return told.join('; ')
}

function verdict(
  { file, contract, rows, outcome }: ContractReport,
  breaches: readonly ContractFinding[],
  silent: readonly ContractFinding[],
): string {
  const held = `${file} (${rows} rows)`
  const noted = breaches.filter(({ action }) => action === 'pass').length
  const aside = noted === 0 ? '' : ` ${noted} ${noted === 1 ? 'thing is' : 'things are'} noted only.`
  switch (outcome) {
    case 'ok':
      return `${held} keeps ${contract}.${aside}`
    case 'broken': {
      const counted = breaches.length - noted
      const worst = breaches.some(({ action }) => action === 'block')
        ? 'no training may start on it'
        : 'its rows are not fit to learn from'
      return `${held} breaks ${contract} in ${counted} ${counted === 1 ? 'place' : 'places'}: ${worst}.${aside}`
    }
    case 'insufficient': {
      const rules = new Set(silent.map(({ rule }) => rule)).size
      return `Whether ${held} keeps ${contract} cannot be said: ${rules} ${rules === 1 ? 'rule' : 'rules'} could not look.${aside}`
    }
  }
}
