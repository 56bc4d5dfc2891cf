import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { Run } from '../http/shapes/runs.ts'
import type { CommandPorts } from './ports.ts'
import { readWhole } from './read-option.ts'

const EXAMPLES = `
Examples:
  $ keepfit cancel churn 12 --because "it learns from the wrong table"
`

export function addCancelCommand(program: Command, ports: CommandPorts): void {
  program
    .command('cancel')
    .summary('end a training run')
    .description('Ends a training run: a waiting one at once, a running one within seconds. The trainer is killed.')
    .argument('<model>', 'which model')
    .argument('<run>', 'number of the run')
    .option('--because <text>', 'why, for whoever reads the history')
    .option('--json', 'write the answer of the API as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, run: string, options: { because?: string; json?: boolean }) => {
      const number = readWhole('run', run, 1, 2_147_483_647)
      if (options.because === undefined || options.because.trim() === '')
        throw new Fault('USAGE', '--because is needed: say why the run is to end')
      const api = await ports.api()
      const path = `/v1/models/${encodeURIComponent(model)}/runs/${number}/cancel`
      const asked = (await api.post(path, { because: options.because })) as Run
      const said =
        asked.state === 'cancelled'
          ? `run ${number} of ${model} is cancelled`
          : `run ${number} of ${model} was asked to end; \`keepfit logs ${model} ${number} -f\` shows when it has`
      ports.print(options.json === true ? `${JSON.stringify(asked, null, 1)}\n` : `${said}\n`)
    })
}
