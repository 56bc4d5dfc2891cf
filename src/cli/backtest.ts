import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import { parseSpan } from '../base/units.ts'
import { backtestText } from './backtest-text.ts'
import type { BacktestAsked, CommandPorts } from './ports.ts'
import { readChoice, readList, readNumber, readWhole } from './read-option.ts'

const TASKS = ['binary', 'multiclass', 'regression'] as const
const TRAINERS = ['ydf-gradient-boosting', 'ydf-random-forest'] as const
const MOST_SEED = 2 ** 31 - 1

const EXAMPLES = `
Examples:
  $ keepfit backtest history.parquet --label churned --time date
  $ keepfit backtest 'sales-*.csv' --label units --task regression --time day --every 7d --label-delay 2 --json out.json
`

type Options = Readonly<Record<string, string | undefined>>

export function addBacktestCommand(program: Command, ports: CommandPorts): void {
  program
    .command('backtest')
    .summary('replay retraining policies over a labelled history and recommend one')
    .description('Replays retraining policies over your own labelled history: how often should you retrain, and when?')
    .argument('<file>', 'CSV, TSV, Parquet or JSON Lines file, or a quoted glob of them')
    .requiredOption('--label <column>', 'column with the outcome')
    .option('--time <column>', 'column that orders the rows')
    .option('--task <kind>', `one of ${TASKS.join(', ')}; default: from the label`)
    .option('--positive <value>', 'binary: the label that counts as positive; default: the last in order')
    .option('--id <column>', 'column with a stable id of each row; default: its position')
    .option('--ignore <columns>', 'columns not to learn from, separated by commas')
    .option('--windows <n>', 'cut into this many windows of equal rows; default: rows / 500, 30 to 60')
    .option('--every <span>', 'cut by time instead, such as 1d or 12h; needs --time')
    .option('--warmup <share>', 'share of the windows before the first decision', '0.15')
    .option('--label-delay <windows>', 'labels of a window are known so many windows after it closed', '0')
    .option('--cost <list>', "cost of one training, in units of one window's mean loss", '0.02,0.1,0.5')
    .option('--policy <list>', 'policies to play, separated by commas; default: all (keepfit catalog policies)')
    .option('--trainer <id>', `built-in learner: ${TRAINERS.join(', ')}`, TRAINERS[0])
    .option('--seed <n>', 'the same seed gives the same decisions', '7')
    .option('--json <file>', "write the whole answer as JSON ('-' = standard output)")
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => {
      const report = await ports.backtest(readAsked(file, options), ports.progress)
      const json = `${JSON.stringify(report, null, 1)}\n`
      if (options['json'] === '-') {
        ports.print(json)
        return
      }
      if (options['json'] !== undefined) await ports.writeText(options['json'], json)
      ports.print(backtestText(report))
    })
}

function readAsked(source: string, options: Options): BacktestAsked {
  const text = (name: string) => options[name] ?? ''
  if (options['windows'] !== undefined && options['every'] !== undefined) {
    throw new Fault('USAGE', 'give --windows or --every, not both')
  }
  const cut =
    options['every'] !== undefined
      ? { everyMs: parseSpan(options['every'], '--every') }
      : { count: options['windows'] === undefined ? undefined : readWhole('--windows', options['windows'], 6, 100_000) }
  const costs = readList(text('cost')).map((part) => readNumber('--cost', part, 0, 1e6))
  if (costs.length === 0 || costs.length > 20)
    throw new Fault('USAGE', `--cost must be 1 to 20 numbers; got '${text('cost')}'`)
  if (new Set(costs).size < costs.length) throw new Fault('USAGE', `--cost names a cost twice: '${text('cost')}'`)
  return {
    source,
    label: text('label'),
    time: options['time'],
    id: options['id'],
    positive: options['positive'],
    kind: options['task'] === undefined ? undefined : readChoice('--task', options['task'], TASKS),
    ignore: options['ignore'] === undefined ? undefined : readList(options['ignore']),
    cut,
    warmup: readNumber('--warmup', text('warmup'), 0.01, 0.95),
    labelDelayWindows: readWhole('--label-delay', text('labelDelay'), 0, 1000),
    costs,
    policies: readList(options['policy'] ?? ''),
    trainer: { trainer: readChoice('--trainer', text('trainer'), TRAINERS) },
    seed: readWhole('--seed', text('seed'), 0, MOST_SEED),
  }
}
