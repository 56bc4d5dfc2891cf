import type { Command } from 'commander'
import { WindowList } from '../http/shapes/windows.ts'
import { windowsText } from './decisions-text.ts'
import type { CommandPorts } from './ports.ts'
import { readWhole } from './read-option.ts'
import { modelPath } from './versions.ts'

const EXAMPLES = `
Examples:
  $ keepfit windows churn
  $ keepfit windows churn --limit 10 --json
`
const LARGEST = 2_147_483_647

interface Options {
  readonly limit?: string
  readonly before?: string
  readonly json?: boolean
}

/** Adds `keepfit windows`: the stretches of a model's stream. */
export function addWindowsCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('windows')
    .summary("the windows of a model's stream")
    .description("Lists the windows of a model's stream: rows, labels, and how well was answered in them.")
    .argument('<model>', 'which model')
    .option('--limit <n>', 'at most so many, from 1 to 1000; default: 50')
    .option('--before <number>', 'only older ones than this')
    .option('--json', 'write JSON: the answer of GET /v1/models/{model}/windows (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, { limit, before, json }: Options) => {
      const query = {
        limit: limit === undefined ? undefined : readWhole('--limit', limit, 1, 1000),
        before: before === undefined ? undefined : readWhole('--before', before, 0, LARGEST),
      }
      const list = WindowList.parse(await (await ports.api()).get(`${modelPath(model)}/windows`, query))
      ports.print(json === true ? `${JSON.stringify(list, null, 1)}\n` : windowsText(model, list))
    })
}
