import type { Command } from 'commander'
import type { RunDetail, RunList } from '../http/shapes/runs.ts'
import type { CommandPorts } from './ports.ts'
import { readWhole } from './read-option.ts'
import { runsText, runText } from './runs-text.ts'

const EXAMPLES = `
Examples:
  $ keepfit runs
  $ keepfit runs churn --limit 5
  $ keepfit runs churn 12
  $ keepfit runs churn --json
`

export function addRunsCommand(program: Command, ports: CommandPorts): void {
  program
    .command('runs')
    .summary('training runs: what they do and how they ended')
    .description('Lists training runs, newest first, or shows one with its steps and verdicts.')
    .argument('[model]', 'only of this model')
    .argument('[run]', 'number of a run: all that is known of it')
    .option('--limit <count>', 'most runs to list', '20')
    .option('--json', 'write the answer of the API as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string | undefined, run: string | undefined, options: { limit: string; json?: boolean }) => {
      const limit = readWhole('--limit', options.limit, 1, 1000)
      const api = await ports.api()
      if (model !== undefined && run !== undefined) {
        const number = readWhole('run', run, 1, 2_147_483_647)
        const detail = await api.get(`/v1/models/${encodeURIComponent(model)}/runs/${number}`)
        ports.print(options.json === true ? json(detail) : runText(detail as RunDetail))
        return
      }
      const path = model === undefined ? '/v1/runs' : `/v1/models/${encodeURIComponent(model)}/runs`
      const list = await api.get(path, { limit })
      ports.print(options.json === true ? json(list) : runsText((list as RunList).runs))
    })
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`
}
