import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import { DecisionList, ExplanationInfo } from '../http/shapes/decisions.ts'
import { ModelList } from '../http/shapes/models.ts'
import type { ApiClient } from './api-client.ts'
import { explanationText } from './decisions-text.ts'
import type { CommandPorts } from './ports.ts'
import { readWhole } from './read-option.ts'
import { modelPath } from './versions.ts'

const EXAMPLES = `
Examples:
  $ keepfit explain churn
  $ keepfit explain churn 17
  $ keepfit explain 17
  $ keepfit explain churn 17 --json
`
const LARGEST = 2_147_483_647

/** Adds `keepfit explain`: why something was decided. */
export function addExplainCommand(program: Command, ports: Pick<CommandPorts, 'api' | 'print'>): void {
  program
    .command('explain')
    .summary('why something was decided')
    .description(
      'Says why something was decided: the evidence with n and interval, what was ruled out, and what would have changed it.',
    )
    .argument('[model]', 'which model; may be left out where there is one only')
    .argument('[decision]', 'number of the decision, as keepfit decisions lists it; default: the newest')
    .option('--json', 'write JSON: the answer of GET …/decisions/{decision}/explanation (docs/decisions.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (first: string | undefined, second: string | undefined, { json }: { readonly json?: boolean }) => {
      // A lone number is a decision; whoever called a model 17 names the decision, too.
      const isLone = second === undefined && first !== undefined && /^\d+$/.test(first)
      const given = isLone ? first : second
      const wanted = given === undefined ? null : readWhole('the number of a decision', given, 1, LARGEST)
      const api = await ports.api()
      const model = first === undefined || isLone ? await onlyModel(api) : first
      const seq = wanted ?? (await newestDecision(api, model))
      const told = ExplanationInfo.parse(await api.get(`${modelPath(model)}/decisions/${seq}/explanation`))
      ports.print(json === true ? `${JSON.stringify(told, null, 1)}\n` : explanationText(told))
    })
}

async function newestDecision(api: ApiClient, model: string): Promise<number> {
  const { decisions } = DecisionList.parse(await api.get(`${modelPath(model)}/decisions`, { limit: 1 }))
  const [newest] = decisions
  if (newest === undefined) throw new Fault('NOT_FOUND', `nothing has been decided about '${model}' yet`)
  return newest.seq
}

async function onlyModel(api: ApiClient): Promise<string> {
  const { models } = ModelList.parse(await api.get('/v1/models'))
  const [only] = models
  if (only !== undefined && models.length === 1) return only.name
  const names = models.map(({ name }) => name).join(', ')
  throw new Fault('USAGE', `say which model: there are ${models.length}${names === '' ? '' : ` (${names})`}`)
}
