import type { Command } from 'commander'
import { FleetStatus } from '../http/shapes/status.ts'
import type { CommandPorts } from './ports.ts'
import { statusText } from './status-text.ts'

const EXAMPLES = `
Examples:
  $ keepfit status
  $ keepfit status --brief
  $ keepfit status --json
`

/** Adds `keepfit status`: every model on one screen. */
export function addStatusCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('status')
    .summary('every model on one screen')
    .description('Shows every model: how it is, how good, what was decided last, and what comes next.')
    .option('--brief', 'one line a model')
    .option('--json', 'write JSON: the answer of GET /v1/status (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async ({ brief, json }: { readonly brief?: boolean; readonly json?: boolean }) => {
      const status = FleetStatus.parse(await (await ports.api()).get('/v1/status'))
      ports.print(json === true ? `${JSON.stringify(status, null, 1)}\n` : statusText(status, brief === true))
    })
}
