import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { CheckAsked } from './check-report.ts'
import { checkText } from './check-text.ts'
import type { CommandPorts } from './ports.ts'
import { readList } from './read-option.ts'

const EXAMPLES = `
Examples:
  $ keepfit check january.parquet june.parquet
  $ keepfit check reference.csv current.csv --label churned --prediction score --time date
  $ keepfit check 'last-year/*.parquet' today.parquet --features age,income --json

Exit codes: 0 nothing to worry about, 1 something hurts or is to be watched, 2 wrong input.
`

type Words = 'label' | 'prediction' | 'positive' | 'time' | 'features'
type Options = { readonly [word in Words]?: string }

interface Flags {
  readonly json?: boolean
  readonly all?: boolean
}

export function addCheckCommand(program: Command, ports: CommandPorts): void {
  program
    .command('check')
    .summary('hold a current file against a reference: what changed, and does it hurt?')
    .description(
      'Holds a current file against a reference: data quality, drift and, with labels and predictions, performance.',
    )
    .argument('<reference>', 'CSV, TSV, Parquet or JSON Lines file, or a quoted glob of them: how it should be')
    .argument('<current>', 'the same columns, later')
    .option('--label <column>', 'column with the outcome')
    .option('--prediction <column>', 'column with what the model said: a class, P(positive), or a value')
    .option('--positive <value>', 'binary: the label that counts as positive; default: the last in order')
    .option('--time <column>', 'column that orders the rows; it is not compared')
    .option('--features <columns>', 'compare only these, separated by commas; default: all columns but the above')
    .option('--json', 'write the whole answer as JSON')
    .option('--all', 'list every feature, also those where nothing happened')
    .addHelpText('after', EXAMPLES)
    .action(async (reference: string, current: string, options: Options & Flags) => {
      const asked = readAsked(reference, current, options)
      const report = await ports.check(asked, ports.progress)
      ports.print(
        options.json === true ? `${JSON.stringify(report, null, 1)}\n` : checkText(report, options.all === true),
      )
      if (report.verdict === 'hurts' || report.verdict === 'watch') ports.sayNo()
    })
}

function readAsked(reference: string, current: string, options: Options): CheckAsked {
  const features = options.features === undefined ? undefined : readList(options.features)
  if (features?.length === 0) throw new Fault('USAGE', `--features must name a column; got '${options.features}'`)
  const { label, prediction, time, positive } = options
  if (label !== undefined && label === prediction) {
    throw new Fault('USAGE', `--label and --prediction must be two columns; both are '${label}'`)
  }
  return { reference, current, label, prediction, time, positive, features }
}
