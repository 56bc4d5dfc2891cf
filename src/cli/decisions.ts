import type { Command } from 'commander'
import { DecisionList } from '../http/shapes/decisions.ts'
import { DECISION_KINDS } from '../loop/record.ts'
import { decisionsText } from './decisions-text.ts'
import type { CommandPorts } from './ports.ts'
import { readChoice, readWhole } from './read-option.ts'
import { modelPath } from './versions.ts'

const EXAMPLES = `
Examples:
  $ keepfit decisions churn
  $ keepfit decisions churn --kind retrain --limit 10
`
const LARGEST = 2_147_483_647

interface Options {
  readonly kind?: string
  readonly limit?: string
  readonly before?: string
  readonly json?: boolean
}

/** Adds `keepfit decisions`: what was decided about a model. */
export function addDecisionsCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('decisions')
    .summary('what was decided about a model')
    .description('Lists what was decided about a model, the newest first.')
    .argument('<model>', 'which model')
    .option('--kind <kind>', `only these: ${DECISION_KINDS.join(', ')}`)
    .option('--limit <n>', 'at most so many, from 1 to 1000; default: 50')
    .option('--before <seq>', 'only older ones than this')
    .option('--json', 'write JSON: the answer of GET /v1/models/{model}/decisions (docs/decisions.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, { kind, limit, before, json }: Options) => {
      const query = {
        kind: kind === undefined ? undefined : readChoice('--kind', kind, DECISION_KINDS),
        limit: limit === undefined ? undefined : readWhole('--limit', limit, 1, 1000),
        before: before === undefined ? undefined : readWhole('--before', before, 1, LARGEST),
      }
      const list = DecisionList.parse(await (await ports.api()).get(`${modelPath(model)}/decisions`, query))
      ports.print(json === true ? `${JSON.stringify(list, null, 1)}\n` : decisionsText(model, list))
    })
}
