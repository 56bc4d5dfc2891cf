import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { RunDetail, RunRequested } from '../http/shapes/runs.ts'
import type { ApiClient } from './api-client.ts'
import { printLog } from './logs.ts'
import type { CommandPorts } from './ports.ts'
import { readChoice, readList } from './read-option.ts'
import { runText } from './runs-text.ts'

const EXAMPLES = `
Examples:
  $ keepfit run churn --because "the new price list is in"
  $ keepfit run churn --because "try the repaired data" --despite breaker --wait

Exit codes: 0 it was started (with --wait: it gave a version), 1 it was not, 2 wrong input.
`

interface Options {
  readonly because?: string
  readonly despite?: string
  readonly wait?: boolean
  readonly json?: boolean
}

export function addRunCommand(program: Command, ports: CommandPorts): void {
  program
    .command('run')
    .summary('train a model now')
    .description('Asks for a training now, whatever mode and cooldown say.')
    .argument('<model>', 'which model')
    .option('--because <text>', 'why, for whoever reads the history')
    .option('--despite <what>', 'budget, breaker or both, separated by a comma: what shall not stand in its way')
    .option('--wait', 'show the log, and end when the run has ended')
    .option('--json', 'write the answer of the API as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, options: Options) => {
      if (options.because === undefined || options.because.trim() === '')
        throw new Fault('USAGE', '--because is needed: say why the model is to be trained')
      const despite = readList(options.despite ?? '').map((what) =>
        readChoice('--despite', what, ['budget', 'breaker']),
      )
      const api = await ports.api()
      const path = `/v1/models/${encodeURIComponent(model)}/runs`
      const asked = (await api.post(path, { because: options.because, despite })) as RunRequested
      if (options.wait === true && asked.run !== null) return waited(ports, api, `${path}/${asked.run}`, options)
      ports.print(options.json === true ? `${JSON.stringify(asked, null, 1)}\n` : `${asked.answer}\n`)
      if (asked.run === null) ports.sayNo()
    })
}

async function waited(ports: CommandPorts, api: ApiClient, path: string, { json }: Options): Promise<void> {
  if (json !== true) await printLog(ports, api, path, 0)
  else for await (const _line of api.stream(`${path}/log`));
  const detail = (await api.get(path)) as RunDetail
  ports.print(json === true ? `${JSON.stringify(detail, null, 1)}\n` : `\n${runText(detail)}`)
  if (detail.run.state !== 'trained') ports.sayNo()
}
