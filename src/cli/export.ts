import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { CommandPorts } from './ports.ts'
import { readChoice, readMoment } from './read-option.ts'

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
    .option('--from <time>', 'only events of this event time or later: a day, or an instant; without a zone UTC')
    .option('--to <time>', 'only events before this event time')
    .addHelpText('after', EXAMPLES)
    .action(async (what: string, options: Options) => {
      readChoice('what to export', what, ['events'])
      const format = readChoice('--format', options.format, ['jsonl', 'parquet'])
      const [from, to] = spanIn(options)
      const query = { format, from, to }
      if (options.out !== undefined) await ports.checkPlace(options.out, 'any')
      const api = await ports.api()
      const body = await api.download(`/v1/models/${encodeURIComponent(options.model)}/events`, query)
      await ports.writeStream(options.out ?? null, body)
    })
}

/** @throws Fault USAGE for a span that no event can lie in */
function spanIn({ from, to }: Options): [from: number | undefined, to: number | undefined] {
  const first = from === undefined ? undefined : readMoment('--from', from)
  const end = to === undefined ? undefined : readMoment('--to', to)
  if (first !== undefined && end !== undefined && first >= end)
    throw new Fault('USAGE', `--from must be earlier than --to; got '${from}' and '${to}'`)
  return [first, end]
}
