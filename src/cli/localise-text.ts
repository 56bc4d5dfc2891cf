import Table from 'cli-table3'
import type { LocaliseReport, LossBlock, Moment, Place, SliceReport } from './localise-report.ts'
import { sparkline } from './sparkline.ts'

/** More rows of the table nobody reads; the JSON has them all. */
const MOST_SLICES = 12

/** The answer for people: one sentence, the loss over time with the moment marked, and the slices in which it rose. */
export function localiseText(report: LocaliseReport): string {
  const { file, rows, judgedRows, notes, moment, outcome } = report
  const lines = [
    `${file}: ${count(rows)} rows, ${count(judgedRows)} of them with a label and a prediction (${FORMS[report.predictionForm]})`,
    ...notes.map((note) => `  note: ${note}`),
    '',
    sentence(report),
    '',
    ...plot(report.blocks, outcome === 'no rise' ? null : moment, report.loss),
    '',
    ...sliceLines(report),
  ]
  return lines.join('\n')
}

const FORMS = {
  class: 'a class',
  probability: 'a probability, wrong where it is on the other side of 0.5',
  value: 'a number',
} as const

function sentence({ outcome, moment, loss, rows, lookedAt }: LocaliseReport): string {
  if (moment === null) return `No deterioration found: ${LOSS_NAMES[loss]} is the same in every row.`
  const { from, to } = lookedAt
  const after = figure(moment.after.loss, loss)
  const since =
    to.row < rows ? `${after} from then until ${placed(to)}, after which it fell again` : `is ${after} since`
  const beginning = from.row > 1 ? ` (rows before ${placed(from)}, where it fell, are left aside)` : ''
  const change = `${LOSS_NAMES[loss]} was ${figure(moment.before.loss, loss)} before${beginning} (n = ${count(moment.before.rows)}) and ${since} (n = ${count(moment.after.rows)})`
  if (outcome === 'no rise') {
    return `No deterioration found. The likeliest moment would be ${placed(moment.at)}, but so much of a rise is no more than chance (${chance(moment.pValue)}).`
  }
  if (outcome === 'rise') {
    return `The model began to deteriorate at ${placed(moment.at)} of ${count(rows)}; 95 % sure: between ${placed(moment.low)} and ${placed(moment.high)}. ${capital(change)}, ${chance(moment.pValue)}.`
  }
  return `The model deteriorated, but when is not localisable: it may have begun anywhere between ${placed(moment.low)} and ${placed(moment.high)} of ${count(rows)}, more than half of the rows. Cut at the likeliest, ${placed(moment.at)}, ${change}, ${chance(moment.pValue)}.`
}

const LOSS_NAMES = { '0/1': 'the share of wrong predictions', absolute: 'the mean absolute error' } as const

/** Blocks without any loss show as gaps. */
function plot(blocks: readonly LossBlock[], moment: Moment | null, loss: LocaliseReport['loss']): string[] {
  const seen = blocks.flatMap((block) => (block.loss === null ? [] : [block.loss]))
  if (seen.length === 0) return []
  const bars = [...sparkline(seen)]
  let at = 0
  const line = blocks.map((block) => (block.loss === null ? ' ' : bars[at++])).join('')
  const [low, high] = [Math.min(...seen), Math.max(...seen)]
  const each = Math.max(...blocks.map(({ from, to }) => to - from + 1))
  const name = capital(LOSS_NAMES[loss].replace('the ', ''))
  const legend = moment === null ? '' : '; ^ the moment, - where else it may lie'
  return [
    `${name} by ${count(each)} rows, ${figure(low, loss)} (▁) to ${figure(high, loss)} (█)${legend}`,
    `  ${line}`,
    ...(moment === null ? [] : [`  ${marks(blocks, moment)}`]),
  ]
}

function marks(blocks: readonly LossBlock[], { at, low, high }: Moment): string {
  return blocks
    .map(({ from, to }) => {
      if (at.row >= from && at.row <= to) return '^'
      return high.row >= from && low.row <= to ? '-' : ' '
    })
    .join('')
    .trimEnd()
}

function sliceLines({ slices, slicedBy, earliest, isEarlier, loss, outcome }: LocaliseReport): string[] {
  if (slicedBy.length === 0) return []
  if (slices.length === 0) return ['No slice has 100 rows or more of differing loss: nothing is said by slice.', '']
  const risen = slices.filter(({ isRise }) => isRise).sort((a, b) => a.moment.at.row - b.moment.at.row)
  if (risen.length === 0)
    return [`In none of ${slices.length} slices the loss rose (5 % over all of them together).`, '']
  const first = earliest === null ? undefined : slices[earliest]
  return [
    `The loss rose in ${risen.length} of ${slices.length} slices (5 % over all of them together):`,
    sliceTable(risen.slice(0, MOST_SLICES), loss),
    ...(risen.length > MOST_SLICES ? [`  and ${risen.length - MOST_SLICES} more (--json has them all)`] : []),
    ...(first === undefined ? [] : [earliestSentence(first, isEarlier, outcome)]),
    '',
  ]
}

function earliestSentence(first: SliceReport, isEarlier: boolean, outcome: LocaliseReport['outcome']): string {
  const where = `${sliceName(first.column, first.value)} (${placed(first.moment.at)})`
  if (isEarlier) return `It began in ${where}, before all rows together show it.`
  return outcome === 'no rise'
    ? `The earliest is ${where}; all rows together do not show a rise.`
    : `The earliest is ${where}; no slice began clearly before all rows together.`
}

function sliceTable(slices: readonly SliceReport[], loss: LocaliseReport['loss']): string {
  const view = new Table({
    head: ['slice', 'rows', 'began at', '95 % sure', 'loss before', 'since', 'p'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'left', 'left', 'right', 'right', 'right'],
  })
  for (const { column, value, rows, moment } of slices) {
    view.push([
      sliceName(column, value),
      count(rows),
      moment.isLocalised ? short(moment.at) : 'not localisable',
      `${count(moment.low.row)} to ${count(moment.high.row)}`,
      figure(moment.before.loss, loss),
      figure(moment.after.loss, loss),
      chance(moment.pValue).replace(/^p (?:= )?/, ''),
    ])
  }
  return view.toString()
}

/** A range says its own relation: `x < 3`, but `colour = red`. */
function sliceName(column: string, value: string): string {
  return /^[<≥] /.test(value) ? `${column} ${value}` : `${column} = ${value}`
}

function placed({ row, time }: Place): string {
  return time === null ? `row ${count(row)}` : `row ${count(row)} (${time})`
}

function short({ row, time }: Place): string {
  return time === null ? count(row) : `${count(row)} (${time})`
}

function figure(loss: number, kind: LocaliseReport['loss']): string {
  return kind === '0/1' ? `${(100 * loss).toFixed(1)} %` : String(Number(loss.toPrecision(4)))
}

function chance(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(4)}`
}

function count(rows: number): string {
  return rows.toLocaleString('en-US')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
