import type { Command } from 'commander'
import { CommandInfo } from '../http/shapes/decisions.ts'
import type { CommandPorts } from './ports.ts'
import { reasonIn } from './promote.ts'
import { readWhole } from './read-option.ts'
import { modelPath } from './versions.ts'

const LARGEST = 2_147_483_647

interface Options {
  readonly because?: string
  readonly json?: boolean
}

type Ports = Pick<CommandPorts, 'api' | 'print'>

/** Adds `keepfit approve` and `keepfit reject`: a person answers what was proposed. */
export function addAnswerCommands(program: Command, ports: Ports): void {
  addAnswer(program, ports, {
    word: 'approve',
    summary: 'let happen what was proposed',
    because: 'the rise is real, and the data is clean',
  })
  addAnswer(program, ports, {
    word: 'reject',
    summary: 'decline what was proposed',
    because: 'the campaign ends tomorrow',
  })
  addCloseBreaker(program, ports)
}

function addAnswer(
  program: Command,
  ports: Ports,
  {
    word,
    summary,
    because,
  }: { readonly word: 'approve' | 'reject'; readonly summary: string; readonly because: string },
): void {
  program
    .command(word)
    .summary(summary)
    .description(`Answers what was proposed about a model: ${summary}.`)
    .argument('<model>', 'which model')
    .argument('[decision]', 'only if this decision is the one that waits, as keepfit status shows it')
    .option('--because <text>', 'why, for whoever reads the history')
    .option('--json', `write JSON: the answer of POST /v1/models/{model}/${word} (docs/decisions.md)`)
    .addHelpText('after', `\nExamples:\n  $ keepfit ${word} churn 17 --because "${because}"\n`)
    .action(async (model: string, decision: string | undefined, options: Options) => {
      const only =
        decision === undefined ? {} : { decision: readWhole('the number of a decision', decision, 1, LARGEST) }
      await tell(ports, model, word, { ...options, ...only })
    })
}

function addCloseBreaker(program: Command, ports: Ports): void {
  program
    .command('close-breaker')
    .summary('let trainings start again')
    .description('Closes the breaker of a model, so that trainings may start again.')
    .argument('<model>', 'which model')
    .option('--because <text>', 'why, for whoever reads the history')
    .option('--json', 'write JSON: the answer of POST /v1/models/{model}/close-breaker (docs/decisions.md)')
    .addHelpText('after', `\nExamples:\n  $ keepfit close-breaker churn --because "the feed is repaired"\n`)
    .action((model: string, options: Options) => tell(ports, model, 'close-breaker', options))
}

async function tell(
  ports: Ports,
  model: string,
  word: string,
  options: Options & { readonly decision?: number },
): Promise<void> {
  const { decision, json } = options
  const body = { because: reasonIn(options), ...(decision === undefined ? {} : { decision }) }
  const given = CommandInfo.parse(await (await ports.api()).post(`${modelPath(model)}/${word}`, body))
  const text = given.answer ?? `given as word ${given.command}; the loop has not heard it yet`
  ports.print(json === true ? `${JSON.stringify(given, null, 1)}\n` : `${model}: ${text}\n`)
}
