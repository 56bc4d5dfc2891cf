import type { Command } from 'commander'
import { History } from '../http/shapes/models.ts'
import type { CommandPorts } from './ports.ts'
import { modelPath } from './versions.ts'
import { historyText } from './versions-text.ts'

const EXAMPLES = `
Examples:
  $ keepfit history churn
  $ keepfit history churn --at 2026-01-31T12:00:00Z
`

/** Adds `keepfit history`: what was live when, and why. */
export function addHistoryCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('history')
    .summary('what was live when, and why')
    .description('Shows which version answered when, and why; or at one instant.')
    .argument('<model>', 'which model')
    .option('--at <instant>', 'only this instant: ISO 8601 with its zone, or milliseconds since 1970 UTC')
    .option('--json', 'write JSON: the answer of GET /v1/models/{model}/history (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, { at, json }: { readonly at?: string; readonly json?: boolean }) => {
      const history = History.parse(await (await ports.api()).get(`${modelPath(model)}/history`, { at }))
      ports.print(json === true ? `${JSON.stringify(history, null, 1)}\n` : historyText(history))
    })
}
