import type { Command } from 'commander'
import { ReplayInfo } from '../http/shapes/decisions.ts'
import { replayText } from './decisions-text.ts'
import type { CommandPorts } from './ports.ts'
import { modelPath } from './versions.ts'

const EXAMPLES = `
Examples:
  $ keepfit replay churn

Exit codes: 0 every decision comes out as it was recorded, 1 one does not, 2 wrong input.
`

/** Adds `keepfit replay`: a recorded life is decided again. */
export function addReplayCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print' | 'sayNo'>): void {
  program
    .command('replay')
    .summary('decide a recorded life again')
    .description(
      'Decides all again that was ever decided about a model, from what the loop was told, and compares it with the record.',
    )
    .argument('<model>', 'which model')
    .option('--json', 'write JSON: the answer of GET /v1/models/{model}/replay (docs/decisions.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, { json }: { readonly json?: boolean }) => {
      const told = ReplayInfo.parse(await (await ports.api()).get(`${modelPath(model)}/replay`))
      ports.print(json === true ? `${JSON.stringify(told, null, 1)}\n` : replayText(told))
      if (!told.isSame) ports.sayNo()
    })
}
