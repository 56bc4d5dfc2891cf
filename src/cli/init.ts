import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import { type InitAnswer, type InitAsked, LIVE_MODES } from './init-report.ts'
import type { CommandPorts } from './ports.ts'
import { readChoice } from './read-option.ts'
import { countText } from './when.ts'

const EXAMPLES = `
Examples:
  $ keepfit init
  $ keepfit init --model churn --sample history.csv --label churned --time date --yes
  $ keepfit init --model churn --sample history.csv --label churned --time date --yes \\
      --trainer 'python train.py --data {train.csv} --label {label} --out {output}' --mode auto
  $ keepfit init --model risk --sample loans.parquet --label defaulted --time day --every 7d --label-delay 30d --yes
`

interface InitOptions {
  readonly model?: string
  readonly sample?: string
  readonly label?: string
  readonly time?: string
  readonly id?: string
  readonly positive?: string
  readonly every?: string
  readonly labelDelay?: string
  readonly trainer?: string
  readonly mode?: string
  readonly output: string
  readonly force?: boolean
  readonly yes?: boolean
}

/** What must be said, by a flag or as an answer, in the order of the questions. */
export const INIT_QUESTIONS = [
  { key: 'sample', flag: '--sample', ask: 'A file with past rows and their outcome (CSV, Parquet, JSON Lines)?' },
  { key: 'label', flag: '--label', ask: 'Which column holds the outcome?' },
  { key: 'time', flag: '--time', ask: 'Which column says when a row happened?' },
  { key: 'model', flag: '--model', ask: 'What shall the model be called?' },
] as const

type Ports = Pick<CommandPorts, 'init' | 'askUser' | 'checkPlace' | 'writeText' | 'writeNewText' | 'print'>

/** Adds `keepfit init`: from a sample to a keepfit.yaml. */
export function addInitCommand(program: Command, ports: Ports): void {
  program
    .command('init')
    .summary('write keepfit.yaml from a sample of past rows')
    .description(
      'Learns from a sample what a model reads and predicts and what good rows look like; writes keepfit.yaml.',
    )
    .option('--model <name>', 'what the model is called')
    .option('--sample <file>', 'past rows with their outcome: CSV, TSV, Parquet or JSON Lines, or a quoted glob')
    .option('--label <column>', 'column with the outcome')
    .option('--time <column>', 'column with the time of a row')
    .option('--id <column>', 'column with a stable id of each row')
    .option('--positive <value>', 'two classes: the one that counts as positive; default: the last in order')
    .option('--every <span>', 'length of a window, such as 1d; default: proposed from the sample')
    .option('--label-delay <span>', 'how long after a prediction its outcome is known, such as 3d; default: at once')
    .option('--trainer <words>', "a built-in trainer's id, or your own command as it is typed; default: a forest")
    .option('--mode <word>', `what Keepfit may do by itself: ${LIVE_MODES.join(', ')}; default: advise`)
    .option('--output <file>', 'where to write', 'keepfit.yaml')
    .option('--force', 'write over an existing file')
    .option('--yes', 'ask nothing')
    .addHelpText('after', EXAMPLES)
    .action(async ({ output, force, yes, ...said }: InitOptions) => {
      const place = force === true ? 'any' : 'new'
      await ports.checkPlace(output, place)
      const mode = said.mode === undefined ? undefined : readChoice('--mode', said.mode, LIVE_MODES)
      const asked = { ...(await complete({ ...said, mode }, yes === true, ports)), output }
      const answer = await ports.init(asked)
      await (place === 'any' ? ports.writeText(output, answer.text) : ports.writeNewText(output, answer.text))
      ports.print(initText(answer, asked))
    })
}

type Said = Omit<InitOptions, 'output' | 'force' | 'yes' | 'mode'> & Pick<InitAsked, 'mode'>

/** What was not said is asked for, where somebody is there to answer. */
async function complete(said: Said, isSilent: boolean, ports: Ports): Promise<Omit<InitAsked, 'output'>> {
  const missing = INIT_QUESTIONS.filter(({ key }) => said[key] === undefined)
  const answers = missing.length === 0 || isSilent ? null : await ports.askUser(missing)
  const whole = { ...said, ...answers }
  const { model, sample, label, time } = whole
  if (model === undefined || sample === undefined || label === undefined || time === undefined) {
    const flags = missing.map(({ flag }) => flag).join(', ')
    throw new Fault('USAGE', `${flags} must be given where nobody can be asked`)
  }
  return { ...whole, model, sample, label, time }
}

function initText(
  { model, predicts, rows, features, every, windows, rules, notes }: InitAnswer,
  { output }: InitAsked,
) {
  const told = [
    `${output}: model '${model}' predicts ${predicts} from ${features} features.`,
    `Learned from ${countText(rows)} rows: windows of ${every} (the sample has ${countText(windows)}), ${rules} rules that rows must keep to.`,
    ...notes.map((note) => `note: ${note}`),
    '',
    'Next:',
    `  keepfit backtest --config ${output}   which retraining policy would have paid`,
    '  keepfit up                              runs the loop; then send predictions and labels to POST /v1/events',
  ]
  return `${told.join('\n')}\n`
}
