import type { Verdict } from '../base/verdict.ts'
import type { ModelCard } from './card.ts'
import type { Serving } from './version.ts'

/** The card as Markdown. A section without content says so. */
export function cardText(card: ModelCard): string {
  return [
    `# ${escaped(card.model)}, version ${card.version}`,
    card.overview,
    section('Details', pairs(card.details)),
    section('Data', pairs(card.data)),
    section(
      'Features',
      table(
        ['feature', 'kind'],
        card.features.map(({ name, kind }) => [name, kind]),
      ),
    ),
    section('Trainer', pairs(card.trainer)),
    section('Parameters', pairs(card.parameters)),
    section('Metrics', pairs(card.metrics)),
    section(
      'Verdicts',
      table(['gate', 'outcome', 'observed', 'limit', 'interval', 'n'], card.verdicts.map(verdictRow)),
    ),
    section('When it was live', table(['from', 'to', 'why', 'by', 'because'], card.live.map(liveRow))),
    section('Lineage', pairs(card.lineage)),
    section('Known limits', card.limits.map((limit) => `- ${escaped(limit)}`).join('\n')),
    '',
  ].join('\n\n')
}

const EMPTY = '_Nothing is recorded here._'

function section(title: string, body: string): string {
  return `## ${title}\n\n${body === '' ? EMPTY : body}`
}

function pairs(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `- ${escaped(name)}: ${escaped(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function verdictRow({ gate, outcome, observed, limit, interval, rows }: Verdict): string[] {
  const span =
    interval === null ? '–' : `${number(interval.low)} to ${number(interval.high)} (${interval.level * 100} %)`
  return [gate, outcome, number(observed), number(limit), span, String(rows)]
}

function liveRow({ fromAt, toAt, reason, actor, because }: Serving): string[] {
  return [new Date(fromAt).toISOString(), toAt === null ? 'now' : new Date(toAt).toISOString(), reason, actor, because]
}

function number(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(6)))
}

/** Names and reasons come from people and files: they are shown as text, never read as Markdown or HTML. */
function escaped(text: string): string {
  return text
    .replace(/\r?\n|\r/g, ' ')
    .replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] as string)
    .replace(/[\\`*_[\]|#]/g, '\\$&')
}
