import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import { ModelInfo } from '../http/shapes/models.ts'
import { Card } from '../http/shapes/versions.ts'
import type { ApiClient } from './api-client.ts'
import type { CommandPorts } from './ports.ts'
import { modelPath, readVersion } from './versions.ts'

const EXAMPLES = `
Examples:
  $ keepfit card churn
  $ keepfit card churn 3 > churn-3.md
`

/** Adds `keepfit card`: the model card of a version. */
export function addCardCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('card')
    .summary('the model card of a version')
    .description('Writes the model card of a version as Markdown.')
    .argument('<model>', 'which model')
    .argument('[version]', 'number of a version; default: the one that answers')
    .option('--json', 'write JSON: the answer of GET /v1/models/{model}/versions/{version}/card (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, version: string | undefined, { json }: { readonly json?: boolean }) => {
      const asked = version === undefined ? undefined : readVersion('version', version)
      const api = await ports.api()
      const path = `${modelPath(model)}/versions/${asked ?? (await liveVersion(api, model))}/card`
      if (json === true) {
        ports.print(`${JSON.stringify(Card.parse(await api.get(path)), null, 1)}\n`)
        return
      }
      const chunks: Uint8Array[] = []
      for await (const chunk of await api.download(path, { format: 'md' })) chunks.push(chunk)
      ports.print(new TextDecoder().decode(Buffer.concat(chunks)))
    })
}

async function liveVersion(api: ApiClient, model: string): Promise<number> {
  const { champion } = ModelInfo.parse(await api.get(modelPath(model)))
  if (champion !== null) return champion.version
  throw new Fault('NOT_FOUND', `no version of '${model}' answers: say which one the card is to be of`)
}
