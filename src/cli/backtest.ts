import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import { parseSpan } from '../base/units.ts'
import { backtestText } from './backtest-text.ts'
import type { BacktestAsked, CommandPorts } from './ports.ts'
import { readChoice, readList, readNumber, readWhole } from './read-option.ts'

const TASKS = ['binary', 'multiclass', 'regression'] as const
const MOST_SEED = 2 ** 31 - 1

const EXAMPLES = `
Examples:
  $ keepfit backtest history.parquet --label churned --time date
  $ keepfit backtest 'sales-*.csv' --label units --task regression --time day --every 7d --label-delay 2 --json out.json
  $ keepfit backtest --config keepfit.yaml --model churn
`

type Options = Readonly<Record<string, string | undefined>>

export function addBacktestCommand(program: Command, ports: CommandPorts): void {
  const { trainers } = ports
  program
    .command('backtest')
    .summary('replay retraining policies over a labelled history and recommend one')
    .description('Replays retraining policies over your own labelled history: how often should you retrain, and when?')
    .argument(
      '[file]',
      'CSV, TSV, Parquet or JSON Lines file, or a quoted glob of them; default: source of the configuration',
    )
    .option('--label <column>', 'column with the outcome')
    .option('--time <column>', 'column that orders the rows')
    .option('--task <kind>', `one of ${TASKS.join(', ')}; default: from the label`)
    .option('--positive <value>', 'binary: the label that counts as positive; default: the last in order')
    .option('--id <column>', 'column with a stable id of each row; default: its position')
    .option('--ignore <columns>', 'columns not to learn from, separated by commas')
    .option(
      '--windows <n>',
      'cut into this many windows of equal rows; default: rows / 500, 30 to 60, each of 100 rows or more',
    )
    .option('--every <span>', 'cut by time instead, such as 1d or 12h; needs --time')
    .option('--warmup <share>', 'share of the windows before the first decision; default: 0.15')
    .option('--label-delay <windows>', 'labels of a window are known so many windows after it closed; default: 0')
    .option('--cost <list>', "cost of one training, in units of one window's mean loss; default: 0.02,0.1,0.5")
    .option('--policy <list>', 'policies to play, separated by commas; default: all (keepfit catalog policies)')
    .option('--config <file>', 'play a model of this configuration beside them, with its data, gates and contract')
    .option('--model <name>', 'which model of the configuration; default: the only one')
    .option(
      '--trainer <id or command>',
      `built-in learner: ${trainers.join(', ')}; default: ${trainers[0]}; or your own: a quoted command line with {train} {label} {output}`,
    )
    .option(
      '--score <command>',
      'command that scores what --trainer made: {model} {data} {scores}; default: model.onnx',
    )
    .option('--seed <n>', 'the same seed gives the same decisions', '7')
    .option('--json <file>', "write the whole answer as JSON ('-' = standard output)")
    .option('--save <file>', 'write the recommended policy as a configuration file; never over an existing one')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, options: Options) => {
      const asked = readAsked(file, options, trainers)
      const jsonFile = options['json'] === '-' ? undefined : options['json']
      if (jsonFile !== undefined) await ports.checkPlace(jsonFile, 'any')
      if (asked.saveTo !== undefined) await ports.checkPlace(asked.saveTo, 'new')
      const { report, configText } = await ports.backtest(asked, ports.progress)
      const json = `${JSON.stringify(report, null, 1)}\n`
      if (asked.saveTo !== undefined) await ports.writeNewText(asked.saveTo, configText)
      if (jsonFile !== undefined) await ports.writeText(jsonFile, json)
      ports.print(options['json'] === '-' ? json : backtestText(report))
    })
}

function readAsked(source: string | undefined, options: Options, trainers: readonly string[]): BacktestAsked {
  if (options['config'] === undefined) {
    if (source === undefined) throw new Fault('USAGE', 'name the file to read, or a configuration with --config')
    if (options['label'] === undefined) throw new Fault('USAGE', 'name the column with the outcome: --label COLUMN')
    if (options['model'] !== undefined)
      throw new Fault('USAGE', '--model names a model of a configuration: give --config too')
  }
  const read = <T>(name: string, how: (text: string) => T): T | undefined => {
    const text = options[name]
    return text === undefined ? undefined : how(text)
  }
  return {
    source,
    config: options['config'],
    model: options['model'],
    label: options['label'],
    time: options['time'],
    id: options['id'],
    positive: options['positive'],
    kind: read('task', (text) => readChoice('--task', text, TASKS)),
    ignore: read('ignore', readList),
    cut: readCut(options),
    warmup: read('warmup', (text) => readNumber('--warmup', text, 0.01, 0.95)),
    labelDelayWindows: read('labelDelay', (text) => readWhole('--label-delay', text, 0, 1000)),
    costs: read('cost', readCosts),
    policies: read('policy', readPolicies) ?? [],
    trainer: read('trainer', (text) => readTrainer(text, trainers)),
    scoreCommand: readScore(options),
    seed: readWhole('--seed', options['seed'] ?? '', 0, MOST_SEED),
    saveTo: options['save'],
  }
}

/** One word is the id of a built-in learner; several are a command. */
function readTrainer(text: string, trainers: readonly string[]): string {
  return /\s/.test(text.trim()) ? text.trim() : readChoice('--trainer', text, trainers)
}

function readScore({ score, trainer }: Options): string | undefined {
  if (score !== undefined && !/\s/.test(trainer?.trim() ?? ''))
    throw new Fault('USAGE', '--score scores what a command of your own made: give --trainer with a command line too')
  return score
}

function readPolicies(text: string): string[] {
  const ids = readList(text)
  if (ids.length === 0)
    throw new Fault('USAGE', `--policy must name a policy (keepfit catalog policies); got '${text}'`)
  return ids
}

function readCut(options: Options): BacktestAsked['cut'] {
  const { windows, every } = options
  if (windows !== undefined && every !== undefined) throw new Fault('USAGE', 'give --windows or --every, not both')
  if (every !== undefined) return { everyMs: parseSpan(every, '--every') }
  return windows === undefined ? undefined : { count: readWhole('--windows', windows, 6, 100_000) }
}

function readCosts(text: string): number[] {
  const costs = readList(text).map((part) => readNumber('--cost', part, 0, 1e6))
  if (costs.length === 0 || costs.length > 20) throw new Fault('USAGE', `--cost must be 1 to 20 numbers; got '${text}'`)
  if (new Set(costs).size < costs.length) throw new Fault('USAGE', `--cost names a cost twice: '${text}'`)
  return costs
}
