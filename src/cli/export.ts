import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { CommandPorts } from './ports.ts'
import { readChoice } from './read-option.ts'

const EXAMPLES = `
Examples:
  $ keepfit export events --model churn --format jsonl > events.jsonl
  $ keepfit export events --model churn --format parquet --out events.parquet
  $ keepfit export events --model churn --from 2026-01-01 --to 2026-02-01 --out january.jsonl
`

interface Options {
  readonly model: string
  readonly format: string
  readonly out?: string
  readonly from?: string
  readonly to?: string
}

export function addExportCommand(program: Command, ports: CommandPorts): void {
  program
    .command('export')
    .summary('everything that was told of a model, as it was sent')
    .description('Writes the events of a model in the order in which they came in: one a line, or as Parquet.')
    .argument('<what>', 'events')
    .requiredOption('--model <name>', 'which model')
    .option('--format <format>', 'jsonl or parquet', 'jsonl')
    .option('--out <file>', 'where to; default: the standard output')
    .option('--from <time>', 'only events of this event time (ISO 8601) or later')
    .option('--to <time>', 'only events before this event time (ISO 8601)')
    .addHelpText('after', EXAMPLES)
    .action(async (what: string, options: Options) => {
      readChoice('what to export', what, ['events'])
      const format = readChoice('--format', options.format, ['jsonl', 'parquet'])
      const query = { format, from: readTime('--from', options.from), to: readTime('--to', options.to) }
      if (options.out !== undefined) await ports.checkPlace(options.out, 'any')
      const api = await ports.api()
      const body = await api.download(`/v1/models/${encodeURIComponent(options.model)}/events`, query)
      await ports.writeStream(options.out ?? null, body)
    })
}

function readTime(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new Fault('USAGE', `${name} must be a time such as 2026-01-31 or 2026-01-31T09:30:00Z; got '${text}'`)
  return at
}
