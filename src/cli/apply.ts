import type { Command } from 'commander'
import { ApplyAnswer, type ApplyChange } from '../http/shapes/policies.ts'
import type { CommandPorts } from './ports.ts'

const EXAMPLES = `
Examples:
  $ keepfit apply --dry-run
  $ keepfit apply
`

/** Adds `keepfit apply`: the server reads its configuration anew. */
export function addApplyCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('apply')
    .summary('let the server read its keepfit.yaml anew')
    .description(
      'Lets the server read its own keepfit.yaml anew and makes it rule. Nothing is sent: what trains is said on the server only.',
    )
    .option('--dry-run', 'only say what would change')
    .option('--json', 'write JSON: the answer of POST /v1/apply (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async ({ dryRun, json }: { readonly dryRun?: boolean; readonly json?: boolean }) => {
      const api = await ports.api()
      const answer = ApplyAnswer.parse(await api.post(`/v1/apply${dryRun === true ? '?dryRun=true' : ''}`))
      ports.print(json === true ? `${JSON.stringify(answer, null, 1)}\n` : applyText(answer))
    })
}

function applyText({ file, isDryRun, changes }: ApplyAnswer): string {
  const told = changes.map((change) => `  ${change.model}: ${changeText(change, isDryRun)}`)
  const isSame = changes.every(({ change }) => change === 'unchanged' || change === 'absent')
  const head = isSame ? `${file}: nothing changes` : `${file}: ${isDryRun ? 'this would change' : 'this changed'}`
  return `${[head, ...told].join('\n')}\n`
}

function changeText({ change, number, keys }: ApplyChange, isDryRun: boolean): string {
  switch (change) {
    case 'new':
      return isDryRun ? 'would be new' : `new, configuration ${number}`
    case 'changed':
      return `${isDryRun ? 'a new configuration would rule' : `configuration ${number} rules now`}; it differs in ${keys.join(', ')}`
    case 'unchanged':
      return `as before, configuration ${number}`
    case 'absent':
      return 'not in the file; it goes on as it was'
  }
}
