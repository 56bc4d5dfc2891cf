import type { Command } from 'commander'
import type { RunLog, RunLogLine } from '../http/shapes/runs.ts'
import type { ApiClient } from './api-client.ts'
import type { CommandPorts } from './ports.ts'
import { readWhole } from './read-option.ts'

const EXAMPLES = `
Examples:
  $ keepfit logs churn 12
  $ keepfit logs churn 12 -f
`

export function addLogsCommand(program: Command, ports: CommandPorts): void {
  program
    .command('logs')
    .summary('the log of a training run')
    .description('Writes the log of a training run: its steps, and what the trainer printed.')
    .argument('<model>', 'which model')
    .argument('<run>', 'number of the run')
    .option('-f, --follow', 'go on until the run has ended')
    .option('--json', 'one line of JSON for each line')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, run: string, options: { follow?: boolean; json?: boolean }) => {
      const number = readWhole('run', run, 1, 2_147_483_647)
      const path = `/v1/models/${encodeURIComponent(model)}/runs/${number}`
      const api = await ports.api()
      const write = options.json === true ? jsonLine : logLine
      const after = await printKept(ports, api, path, write)
      if (options.follow === true) await printLog(ports, api, path, after, write)
    })
}

/** What there is; gives the id of the last line. */
async function printKept(
  ports: CommandPorts,
  api: ApiClient,
  path: string,
  write: (line: RunLogLine) => string,
): Promise<number> {
  for (let after = 0; ; ) {
    const { lines, next } = (await api.get(`${path}/log`, { follow: false, after, limit: 1000 })) as RunLog
    ports.print(lines.map(write).join(''))
    after = lines.at(-1)?.id ?? after
    if (next === null) return after
  }
}

/** Lines as they are written, until the run has ended. */
export async function printLog(
  ports: Pick<CommandPorts, 'print'>,
  api: ApiClient,
  path: string,
  after: number,
  write: (line: RunLogLine) => string = logLine,
): Promise<void> {
  for await (const { data } of api.stream(`${path}/log`, { query: { follow: true }, after }))
    ports.print(write(data as RunLogLine))
}

function logLine({ at, stream, line }: RunLogLine): string {
  const sign = { keepfit: '·', out: ' ', err: '!' }[stream]
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} ${sign} ${line}\n`
}

function jsonLine(line: RunLogLine): string {
  return `${JSON.stringify(line)}\n`
}
