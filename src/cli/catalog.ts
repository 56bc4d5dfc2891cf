import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { JsonSchema, Option } from './option-list.ts'

/** One thing that exists: a plug-in, a metric, a policy, or a part of the configuration file. */
export interface CatalogEntry {
  readonly id: string
  readonly title: string
  /** Literature it rests on (author, year); null where it needs none. */
  readonly source: string | null
  /** What else is worth knowing, by name. */
  readonly facts: Readonly<Record<string, string>>
  readonly options: readonly Option[]
}

/** Everything there is of one kind. */
export interface CatalogKind {
  readonly kind: (typeof CATALOG_NAMES)[number]
  readonly title: string
  readonly entries: readonly CatalogEntry[]
  /** What `--json` writes instead of the entries. */
  readonly document?: JsonSchema
}

const EXAMPLES = `
Examples:
  $ keepfit catalog triggers
  $ keepfit catalog config --json > keepfit.schema.json
`

/** What `keepfit catalog` may be asked for, in the order of the list. */
export const CATALOG_NAMES = [
  'detectors',
  'triggers',
  'gates',
  'contract',
  'trainers',
  'metrics',
  'policies',
  'config',
] as const

/** Where the kinds come from, and where the text goes. */
export interface CatalogSource {
  catalogs(): Promise<readonly CatalogKind[]>
  readonly print: (text: string) => void
}

/** Adds `keepfit catalog [kind]`. The kinds come from above: some of them list rooms that this one does not know. */
export function addCatalogCommand(program: Command, { catalogs, print }: CatalogSource): void {
  program
    .command('catalog')
    .summary('list what exists, with every option')
    .description('Lists what exists, and every option with its unit, bounds and default.')
    .argument('[kind]', `one of ${CATALOG_NAMES.join(', ')}; default: all, without options`)
    .option('--json', 'write JSON; of config, the JSON Schema of keepfit.yaml')
    .addHelpText('after', EXAMPLES)
    .action(async (kind: string | undefined, options: { readonly json?: boolean }) => {
      const kinds = await catalogs()
      const asked = kind === undefined ? undefined : kindCalled(kinds, kind)
      if (options.json === true) print(`${JSON.stringify(catalogJson(kinds, asked), null, 2)}\n`)
      else print(asked === undefined ? overviewText(kinds) : kindText(asked))
    })
}

/** @throws Fault USAGE for a kind that does not exist */
function kindCalled(kinds: readonly CatalogKind[], name: string): CatalogKind {
  const found = kinds.find((one) => one.kind === name)
  if (found === undefined)
    throw new Fault('USAGE', `no catalog is called '${name}'; there are: ${CATALOG_NAMES.join(', ')}`)
  return found
}

/** The answer as data: `{ kind, title, entries }`, a document of its own, or without a kind `{ kinds: [ … ] }`. */
function catalogJson(kinds: readonly CatalogKind[], asked?: CatalogKind): unknown {
  if (asked?.document !== undefined) return asked.document
  const of = ({ kind, title, entries }: CatalogKind) => ({ kind, title, entries })
  return asked === undefined ? { kinds: kinds.map(of) } : of(asked)
}

function overviewText(kinds: readonly CatalogKind[]): string {
  const sections = kinds.map(({ kind, title, entries }) => {
    const width = Math.max(...entries.map((entry) => entry.id.length))
    const lines = entries.map((entry) => `  ${entry.id.padEnd(width)}  ${entry.title}`)
    return [`${kind}: ${title}`, ...lines].join('\n')
  })
  return `${sections.join('\n\n')}\n\nkeepfit catalog <kind> shows every option.\n`
}

function kindText({ kind, title, entries }: CatalogKind): string {
  return `${[`${kind}: ${title}`, ...entries.map(entryText)].join('\n\n')}\n`
}

function entryText({ id, title, source, facts, options }: CatalogEntry): string {
  const lines = [`${id}: ${title}`]
  if (source !== null) lines.push(`    source: ${source}`)
  for (const [name, value] of Object.entries(facts)) lines.push(`    ${name}: ${value}`)
  for (const option of options) lines.push(...optionText(option))
  return lines.join('\n')
}

function optionText({ name, description, when, unit, allowed, isRequired, ...rest }: Option): string[] {
  const fallback = isRequired ? 'required' : 'default' in rest ? `default ${defaultText(rest.default)}` : 'optional'
  const inUnit = unit === null ? '' : ` (${unit})`
  const only = when === undefined ? '' : ` (${when})`
  return [`  ${name}${only}  ${description}`, `      ${allowed}${inUnit}; ${fallback}`]
}

/** A default as it would stand in the file. */
export function defaultText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
