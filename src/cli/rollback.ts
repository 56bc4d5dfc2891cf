import type { Command } from 'commander'
import { Ordered } from '../http/shapes/models.ts'
import type { CommandPorts } from './ports.ts'
import { orderedText, reasonIn } from './promote.ts'
import { modelPath, readVersion } from './versions.ts'

const EXAMPLES = `
Examples:
  $ keepfit rollback churn --because "complaints from the call centre"
  $ keepfit rollback churn --to 2 --because "3 was worse, too"
`

interface Options {
  readonly because?: string
  readonly to?: string
  readonly json?: boolean
}

/** Adds `keepfit rollback`: a person lets the version answer again that answered before. */
export function addRollbackCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('rollback')
    .summary('let the version answer again that answered before')
    .description('Lets the version answer again that answered before, or the one that --to names.')
    .argument('<model>', 'which model')
    .option('--to <version>', 'number of a version; default: the one that answered before')
    .option('--because <text>', 'why, for whoever reads the history')
    .option('--json', 'write JSON: the answer of POST /v1/models/{model}/rollback (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, options: Options) => {
      const to = options.to === undefined ? {} : { to: readVersion('--to', options.to) }
      const body = { because: reasonIn(options), ...to }
      const ordered = Ordered.parse(await (await ports.api()).post(`${modelPath(model)}/rollback`, body))
      ports.print(options.json === true ? `${JSON.stringify(ordered, null, 1)}\n` : orderedText(ordered))
    })
}
