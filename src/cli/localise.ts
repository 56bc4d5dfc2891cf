import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { LocaliseAsked } from './localise-report.ts'
import { localiseText } from './localise-text.ts'
import type { CommandPorts } from './ports.ts'
import { readChoice, readList } from './read-option.ts'

const TASKS = ['binary', 'multiclass', 'regression'] as const

const EXAMPLES = `
Examples:
  $ keepfit localise predictions.csv --prediction score --label churned --time date
  $ keepfit localise predictions.parquet --prediction p --label y --slice country --slice device --json
  $ keepfit localise forecasts.csv --prediction forecast --label units --features none

Exit code: 0 no deterioration found, 1 deterioration found, 2 wrong input.
`

interface Options {
  readonly prediction?: string
  readonly label?: string
  readonly time?: string
  readonly task?: string
  readonly positive?: string
  readonly slice?: readonly string[]
  readonly features?: string
  readonly json?: boolean
}

export function addLocaliseCommand(program: Command, ports: CommandPorts): void {
  program
    .command('localise')
    .summary('find the moment at which recorded predictions began to be worse')
    .description(
      'Finds the row at which the loss of recorded predictions began to rise, with a 95 % interval, overall and slice by slice; or says that it did not, or that the moment cannot be told.',
    )
    .argument('<file>', 'CSV, TSV, Parquet or JSON Lines file, or a quoted glob of them')
    .option('--prediction <column>', 'column with what the model said: a class, a probability or a number')
    .option('--label <column>', 'column with the outcome')
    .option('--time <column>', 'column that orders the rows; default: their order in the file')
    .option('--task <kind>', `one of ${TASKS.join(', ')}; default: from the label`)
    .option('--positive <value>', 'binary: the label that counts as positive; default: the last in order')
    .option('--slice <column>', 'also date the rise for each value of this column; may be repeated', collect)
    .option(
      '--features <columns>',
      "more such columns, separated by commas, 'all' or 'none'; default: all, none with --slice",
    )
    .option('--json', 'write the whole answer as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => {
      const report = await ports.localise(readAsked(file, options), ports.progress)
      ports.print(options.json === true ? `${JSON.stringify(report, null, 1)}\n` : localiseText(report))
      if (report.outcome !== 'no rise' || report.slices.some(({ isRise }) => isRise)) ports.sayNo()
    })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function readAsked(source: string, options: Options): LocaliseAsked {
  const { prediction, label, time, task, positive } = options
  if (prediction === undefined)
    throw new Fault('USAGE', 'name the column with what the model said: --prediction COLUMN')
  if (label === undefined) throw new Fault('USAGE', 'name the column with the outcome: --label COLUMN')
  const taken = [prediction, label, ...(time === undefined ? [] : [time])]
  if (new Set(taken).size < taken.length)
    throw new Fault('USAGE', `prediction, label and time must be different columns; got ${taken.join(', ')}`)
  const slices = readSlices(options)
  const clash = slices?.find((name) => name === prediction || name === label)
  if (clash !== undefined)
    throw new Fault(
      'USAGE',
      `rows cannot be sliced by their own ${clash === label ? 'label' : 'prediction'}, '${clash}'`,
    )
  const kind = task === undefined ? undefined : readChoice('--task', task, TASKS)
  return { source, prediction, label, time, positive, kind, slices }
}

function readSlices({ slice, features }: Options): readonly string[] | undefined {
  if (features === 'all' || (features === undefined && slice === undefined)) return undefined
  const more = features === undefined || features === 'none' ? [] : readList(features)
  return [...new Set([...(slice ?? []), ...more])]
}
