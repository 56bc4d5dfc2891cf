import { Fault } from '../base/fault.ts'
import type { RuleConfig } from '../data/contract/catalog.ts'
import type { Task } from '../data/schema.ts'
import type { GateConfig } from '../gates/catalog.ts'
import { checkMetrics } from './config/check-model.ts'
import type { ModelSettings } from './config/model-keys.ts'
import { pathText } from './config/yaml-text.ts'
import type { History } from './history.ts'

type Path = readonly (string | number)[]
/** A name in a configuration, with its place as seen from the model. */
type Named = readonly [path: Path, name: string]

/** Names that a sentence lists. */
const MOST_LISTED = 20

/**
 * Holds what a configuration says of the data against the data, before anything is trained: a feature that is misspelt
 * would make its gate an error in every run, and its rule silent in every window.
 *
 * @param name of the model
 * @throws Fault CONFIG_INVALID with every slip, a line each
 */
export function checkNamedColumns(name: string, model: ModelSettings, { stream, table }: History): void {
  const problems: string[] = []
  const complain = (path: Path, text: string) => problems.push(`${pathText(['models', name, ...path])} ${text}`)
  const mustBe = (what: string, names: readonly string[], named: readonly Named[]) => {
    for (const [path, given] of named)
      if (!names.includes(given)) complain(path, `must be ${what}: ${listed(names)}; got '${given}'`)
  }
  const features = stream.features.columns.map((column) => column.name)
  const columns = table.columns.map((column) => column.name)
  mustBe('a feature', features, model.gates.flatMap(featuresOf))
  mustBe('a column', columns, model.contract === 'off' ? [] : model.contract.flatMap(columnsOf))
  for (const [at, gate] of model.gates.entries()) {
    const slip = gate.gate === 'fairness' ? chosenSlip(gate, stream.task) : null
    if (slip !== null) complain(['gates', at, 'outcome'], slip)
  }
  checkMetrics({ ...model, task: stream.task.kind }, complain)
  if (problems.length > 0) throw new Fault('CONFIG_INVALID', problems.join('\n'))
}

function featuresOf(gate: GateConfig, at: number): readonly Named[] {
  if (gate.gate === 'fairness') return [[['gates', at, 'feature'], gate.feature]]
  if (gate.gate !== 'slices' && gate.gate !== 'missing-robustness') return []
  return (gate.features ?? []).map((name, which) => [['gates', at, 'features', which], name])
}

/** Not those of `column-kinds`: that a column is gone is what that rule is there to say. */
function columnsOf(rule: RuleConfig, at: number): readonly Named[] {
  const keyed = (columns: object): Named[] =>
    Object.keys(columns).map((name) => [['contract', at, 'columns', name], name])
  switch (rule.rule) {
    case 'source-cap':
      return [[['contract', at, 'column'], rule.column]]
    case 'freshness':
      return rule.column === undefined ? [] : [[['contract', at, 'column'], rule.column]]
    case 'unique-values':
      return rule.columns.map((name, which) => [['contract', at, 'columns', which], name])
    case 'value-range':
    case 'known-categories':
    case 'missing-share':
      return keyed(rule.columns ?? {})
    default:
      return []
  }
}

function chosenSlip({ outcome }: Extract<GateConfig, { gate: 'fairness' }>, task: Task): string | null {
  if (task.kind === 'regression')
    return 'cannot be asked for: fairness compares shares of a class, and this label is a number'
  if (outcome === undefined)
    return task.kind === 'binary'
      ? null
      : `must be given, one of ${listed(task.classes)}; of several none is the positive one`
  return task.classes.includes(outcome) ? null : `must be one of ${listed(task.classes)}; got '${outcome}'`
}

function listed(names: readonly string[]): string {
  const more = names.length > MOST_LISTED ? `, and ${names.length - MOST_LISTED} more` : ''
  return `${names.slice(0, MOST_LISTED).join(', ')}${more}`
}
