import type { DecisionList, ExplanationInfo, ReplayInfo } from '../http/shapes/decisions.ts'
import type { WindowList } from '../http/shapes/windows.ts'
import { cellText, columns } from './columns.ts'
import { whenText } from './when.ts'

/** Quiet evidence beyond this is counted, not listed. */
const MOST_QUIET = 8

/** Decisions as lines, newest first. */
export function decisionsText(model: string, { decisions, proposal, next }: DecisionList): string {
  if (decisions.length === 0) return 'Nothing has been decided yet.\n'
  const rows = decisions.map(({ seq, at, window, aboutWindow, live, kind, because }) => [
    `${seq}${seq === proposal ? ' ?' : ''}`,
    whenText(at),
    String(aboutWindow ?? window),
    String(live),
    kind,
    because.map(({ text }) => text).join('; '),
  ])
  const lines = columns(['decision', 'at', 'window', 'live', 'what', 'because'], rows)
  if (next !== null) lines.push('', `Older ones: keepfit decisions ${model} --before ${next}`)
  if (proposal !== null)
    lines.push('', `? waits for an answer: keepfit approve ${model} ${proposal} --because '…', or keepfit reject`)
  return `${lines.join('\n')}\n`
}

/** Why something was decided, for somebody at a terminal. */
export function explanationText(told: ExplanationInfo): string {
  const { model, seq, kind, window, aboutWindow, now, headline } = told
  const when = now === null ? '' : `, ${whenText(now)}`
  const parts = [
    [`${model}, decision ${seq} (${kind}), window ${aboutWindow ?? window}${when}`, headline],
    section('Why', told.why.map(reasonText)),
    section('Evidence', evidenceTable(told.evidence)),
    section('Gates', gateTable(told.gates)),
    section(
      'Ruled out',
      told.ruledOut.map(({ what, because, rows }) => `- ${what}: ${because}${nOf(because, rows)}`),
    ),
    section(
      'What would have changed it',
      told.wouldChange.map(({ sentence }) => `- ${sentence}`),
    ),
    section('Rests on', [restsText(told)]),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]
}

function reasonText({ by, text, value, limit, unit, rows }: ExplanationInfo['why'][number]): string {
  const against = limit === null ? '' : ` against ${cellText(limit)}`
  const measured = value === null ? '' : ` (${cellText(value)}${against}${unit === null ? '' : ` ${unit}`})`
  return `- ${by}: ${text}${measured}${rows === null ? '' : `, n = ${cellText(rows)}`}`
}

/** Where the sentence has not said it already. */
function nOf(sentence: string, rows: number | null): string {
  return rows === null || /n = |rows/.test(sentence) ? '' : ` (n = ${cellText(rows)})`
}

function evidenceTable(evidence: ExplanationInfo['evidence']): string[] {
  if (evidence.length === 0) return []
  const quiet = evidence.filter(({ verdict }) => verdict === 'quiet')
  const hidden = new Set(quiet.slice(MOST_QUIET))
  const shown = evidence.filter((line) => !hidden.has(line))
  const rows = shown.map(({ verdict, what, value, unit, limit, interval, rows: n, because }) => [
    verdict,
    what,
    value === null ? '' : `${cellText(value)} ${unit ?? ''}`.trim(),
    intervalText(interval),
    cellText(limit),
    cellText(n),
    because ?? '',
  ])
  const more = hidden.size === 0 ? [] : [`… and ${hidden.size} more that are quiet (--json shows all)`]
  return [...columns(['says', 'what', 'value', 'interval', 'limit', 'n', 'because'], rows), ...more]
}

function gateTable(gates: ExplanationInfo['gates']): string[] {
  if (gates.length === 0) return []
  return columns(
    ['says', 'gate', 'observed', 'interval', 'limit', 'n', 'because'],
    gates.map(({ outcome, gate, observed, interval, limit, rows, because, needs }) => [
      outcome,
      gate,
      cellText(observed),
      intervalText(interval),
      cellText(limit),
      cellText(rows),
      needs === null ? because : `${because}; it needs ${needs}`,
    ]),
  )
}

function intervalText(interval: { readonly low: number | null; readonly high: number | null } | null): string {
  if (interval === null) return ''
  const { low, high } = interval
  return `[${low === null ? '−∞' : cellText(low)}, ${high === null ? '∞' : cellText(high)}]`
}

function restsText({ model, restsOn }: ExplanationInfo): string {
  const { observation, policy, windows, versions, run, decisions } = restsOn
  const of = (word: string, numbers: readonly number[]) =>
    numbers.length === 0 ? [] : [`${word}${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`]
  return [
    `observation ${observation}`,
    `policy ${policy}`,
    ...of('window', windows),
    ...of('version', versions),
    ...(run === null ? [] : [`run ${run} (keepfit runs ${model} ${run})`]),
    ...of('decision', decisions),
  ].join(' · ')
}

/** Windows as lines, newest first. */
export function windowsText(model: string, { windows, next }: WindowList): string {
  if (windows.length === 0) return 'No window has closed yet.\n'
  const rows = windows.map(({ number, start, end, rows: n, labelledRows, performance }) => {
    const [best] = performance?.metrics ?? []
    return [
      String(number),
      whenText(start),
      whenText(end),
      cellText(n),
      labelledRows === null ? 'waits' : cellText(labelledRows),
      best === undefined
        ? ''
        : `${best.metric} ${cellText(best.value)} [${cellText(best.low)}, ${cellText(best.high)}], n = ${cellText(best.rows)}, version ${performance?.version}`,
    ]
  })
  const lines = columns(['window', 'from', 'to', 'rows', 'labelled', 'how good'], rows)
  if (next !== null) lines.push('', `Older ones: keepfit windows ${model} --before ${next}`)
  return `${lines.join('\n')}\n`
}

/** Whether a life that was decided again came out the same. */
export function replayText({ model, observations, decisions, isSame, differing, first }: ReplayInfo): string {
  const told = `${cellText(observations)} observations, ${cellText(decisions)} decisions`
  if (isSame) return `${model}: ${told}: every one comes out as it was recorded.\n`
  const lines = [`${model}: ${told}: ${cellText(differing)} come out otherwise.`]
  if (first !== null) {
    const { observation, seq, what, recorded, decided } = first
    lines.push(`First after observation ${observation}${seq === null ? '' : `, decision ${seq}`}: ${what}`)
    lines.push(`  recorded: ${JSON.stringify(recorded)}`, `  decided:  ${JSON.stringify(decided)}`)
  }
  return `${lines.join('\n')}\n`
}
