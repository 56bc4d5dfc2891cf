import type { Command } from 'commander'
import { VersionInfo, VersionList } from '../http/shapes/versions.ts'
import type { CommandPorts } from './ports.ts'
import { readWhole } from './read-option.ts'
import { versionsText } from './versions-text.ts'

const EXAMPLES = `
Examples:
  $ keepfit versions churn
  $ keepfit versions churn 7 --json
`
const LARGEST = 2_147_483_647

/** The path of a model. */
export function modelPath(model: string): string {
  return `/v1/models/${encodeURIComponent(model)}`
}

/** @throws Fault USAGE unless it is the number of a version */
export function readVersion(name: string, text: string): number {
  return readWhole(name, text, 1, LARGEST)
}

/** Adds `keepfit versions`: every version of a model, or all that is recorded of one. */
export function addVersionsCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('versions')
    .summary('the versions of a model')
    .description('Lists the versions of a model, or shows all that is recorded of one.')
    .argument('<model>', 'which model')
    .argument('[version]', 'number of a version')
    .option('--json', 'write JSON: the answer of GET /v1/models/{model}/versions (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, version: string | undefined, { json }: { readonly json?: boolean }) => {
      const number = version === undefined ? undefined : readVersion('version', version)
      const api = await ports.api()
      if (number !== undefined) {
        const found = VersionInfo.parse(await api.get(`${modelPath(model)}/versions/${number}`))
        ports.print(json === true ? `${JSON.stringify(found, null, 1)}\n` : versionsText(model, [found]))
        return
      }
      const list = VersionList.parse(await api.get(`${modelPath(model)}/versions`))
      ports.print(json === true ? `${JSON.stringify(list, null, 1)}\n` : versionsText(model, list.versions))
    })
}
