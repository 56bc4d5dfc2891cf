import type { Command } from 'commander'
import { Diff } from '../http/shapes/versions.ts'
import type { CommandPorts } from './ports.ts'
import { modelPath, readVersion } from './versions.ts'
import { diffText } from './versions-text.ts'

const EXAMPLES = `
Examples:
  $ keepfit diff churn 3 4
  $ keepfit diff churn 3 4 --all --json
`

/** Adds `keepfit diff`: in what two versions differ. */
export function addDiffCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('diff')
    .summary('in what two versions differ')
    .description(
      'Compares two versions: data, trainer, parameters, metrics, verdicts, and what both say about the same rows.',
    )
    .argument('<model>', 'which model')
    .argument('<a>', 'number of a version')
    .argument('<b>', 'number of another')
    .option('--all', 'show also what is the same')
    .option('--json', 'write JSON: the answer of GET /v1/models/{model}/diff (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(
      async (model: string, a: string, b: string, options: { readonly all?: boolean; readonly json?: boolean }) => {
        const query = { a: readVersion('a', a), b: readVersion('b', b) }
        const diff = Diff.parse(await (await ports.api()).get(`${modelPath(model)}/diff`, query))
        ports.print(options.json === true ? `${JSON.stringify(diff, null, 1)}\n` : diffText(diff, options.all === true))
      },
    )
}
