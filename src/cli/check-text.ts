import Table from 'cli-table3'
import type { FeatureCheck, FeatureVerdict } from '../watch/check/feature-check.ts'
import type { CheckFinding, ThresholdFrom } from '../watch/check/finding.ts'
import type { MetricChange } from '../watch/check/performance-change.ts'
import type { CheckReport } from './check-report.ts'

const SET_BY: Readonly<Record<ThresholdFrom, string>> = {
  'sampling error': 'chance',
  'least effect': 'least effect',
  custom: 'custom',
  contract: 'contract',
}
const MARKS: Readonly<Record<FeatureVerdict, string>> = {
  hurts: '✗ hurts',
  watch: '! watch',
  noise: '~ noise',
  quiet: '  quiet',
  insufficient: '? too little',
}
/** Reasons told in words below the table. */
const EXPLAINED = 8
const BAR_WIDTH = 5

/** The answer for people: one sentence, what changed with what matters first, and the quality where it is known. */
export function checkText(report: CheckReport, isAll: boolean): string {
  const { reference, current, features } = report
  const special = [report.prediction, report.label].filter((one) => one !== null)
  const shown = [...special, ...features].filter(({ verdict }) => isAll || verdict !== 'quiet')
  const told = shown.filter(({ verdict }) => verdict !== 'quiet').slice(0, EXPLAINED)
  const quiet = features.length + special.length - shown.length
  return [
    `reference ${described(reference)}`,
    `current   ${described(current)}`,
    ...report.notes.map((note) => `  note: ${note}`),
    '',
    ...(shown.length > 0 ? [table(shown, report)] : []),
    ...(quiet > 0 ? [`${quiet} ${quiet === 1 ? 'column' : 'columns'} without any change beyond chance`] : []),
    ...told.map(({ feature, because }) => `  ${feature}: ${because}`),
    ...(report.performance.length > 0 ? ['', performanceTable(report.performance)] : []),
    '',
    report.because,
    '',
  ].join('\n')
}

function described({ file, rows, span }: CheckReport['reference']): string {
  return `${file}: ${grouped(rows)} rows${span === undefined ? '' : `, ${span[0]} to ${span[1]}`}`
}

function table(checks: readonly FeatureCheck[], report: CheckReport): string {
  const hasImportance = checks.some(({ importance }) => importance !== null)
  const view = new Table({
    head: ['column', 'distance', 'threshold', 'set by', ...(hasImportance ? ['importance'] : []), 'verdict'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'left', 'left', 'left'],
  })
  for (const check of checks) {
    const [first] = check.findings
    const measured =
      first === undefined
        ? ['–', '–', '–']
        : [
            `${first.detector} ${shownValue(first, first.value)}`,
            shownValue(first, first.threshold),
            SET_BY[first.thresholdFrom],
          ]
    const role = check === report.prediction ? ' (prediction)' : check === report.label ? ' (label)' : ''
    const weight = hasImportance ? [importanceBar(check.importance)] : []
    view.push([check.feature + role, ...measured, ...weight, MARKS[check.verdict]])
  }
  return view.toString()
}

function shownValue({ unit }: CheckFinding, value: number): string {
  if (unit === 'ratio') return `×${value.toPrecision(3)}`
  return value.toFixed(unit === 'nats' ? 3 : 4)
}

function importanceBar(share: number | null): string {
  if (share === null) return '–'
  const full = Math.round(share * BAR_WIDTH)
  return `${'█'.repeat(full)}${'·'.repeat(BAR_WIDTH - full)} ${share.toFixed(3)}`
}

function performanceTable(changes: readonly MetricChange[]): string {
  const view = new Table({
    head: ['quality', 'reference', 'current', 'change', 'verdict'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'left'],
  })
  for (const { metric, reference, current, change, interval, verdict } of changes) {
    const span = `${change.toFixed(4)} [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}]`
    view.push([metric, reference.value.toFixed(4), current.value.toFixed(4), span, verdict])
  }
  return view.toString()
}

/** 12,400; `toLocaleString` would load all languages for it. */
function grouped(rows: number): string {
  return String(rows).replace(/\B(?=(\d{3})+$)/g, ',')
}
