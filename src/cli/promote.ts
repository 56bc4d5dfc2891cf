import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import { Ordered } from '../http/shapes/models.ts'
import type { CommandPorts } from './ports.ts'
import { modelPath, readVersion } from './versions.ts'

const EXAMPLES = `
Examples:
  $ keepfit promote churn 4 --because "the campaign starts today"
`

interface Options {
  readonly because?: string
  readonly json?: boolean
}

/** Adds `keepfit promote`: a person lets a version answer. */
export function addPromoteCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('promote')
    .summary('let a version answer')
    .description('Lets a version answer from now on, by your word. What happens then is watched like any promotion.')
    .argument('<model>', 'which model')
    .argument('<version>', 'number of the version')
    .option('--because <text>', 'why, for whoever reads the history')
    .option('--json', 'write JSON: the answer of POST /v1/models/{model}/promote (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, version: string, options: Options) => {
      const body = { version: readVersion('version', version), because: reasonIn(options) }
      const ordered = Ordered.parse(await (await ports.api()).post(`${modelPath(model)}/promote`, body))
      ports.print(options.json === true ? `${JSON.stringify(ordered, null, 1)}\n` : orderedText(ordered))
    })
}

/** @throws Fault USAGE when no reason was given */
export function reasonIn({ because }: Options): string {
  if (because !== undefined && because.trim() !== '') return because
  throw new Fault('USAGE', '--because is needed: say why, for whoever reads the history')
}

/** What came of an order. */
export function orderedText({ model, version, answer }: Ordered): string {
  if (answer !== null) return `${model}, version ${version}: ${answer}\n`
  return `${model}: version ${version} was ordered; \`keepfit history ${model}\` shows when it answers\n`
}
