import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { addCatalogCommand } from '../cli/catalog.ts'
import { triggers } from '../triggers/catalog.ts'
import { allCatalogs } from './catalogs.ts'
import { CONFIG_JSON_SCHEMA } from './config/json-schema.ts'

const KINDS = ['detectors', 'triggers', 'gates', 'contract', 'trainers', 'metrics', 'policies', 'config']

async function keepfit(...words: string[]): Promise<string> {
  const printed: string[] = []
  const program = new Command('keepfit')
  addCatalogCommand(program, { catalogs: async () => allCatalogs(), print: (text) => void printed.push(text) })
  await program.parseAsync(['catalog', ...words], { from: 'user' })
  return printed.join('')
}

test('without a kind, everything that exists is named', async () => {
  const text = await keepfit()
  for (const { kind, entries } of allCatalogs()) {
    expect(text).toContain(`${kind}: `)
    for (const { id, title } of entries)
      expect(text).toMatch(new RegExp(`^  ${id} +${title.replace(/[().]/g, '\\$&')}$`, 'm'))
  }
})

describe.each(KINDS)('catalog %s', (kind) => {
  const entries = allCatalogs().find((one) => one.kind === kind)?.entries ?? []

  test('shows every entry with each of its options', async () => {
    const text = await keepfit(kind)
    expect(entries.length).toBeGreaterThan(0)
    for (const { id, title, options } of entries) {
      expect(text).toContain(`${id}: ${title}\n`.trimEnd())
      for (const { name, description, when, allowed } of options) {
        expect(text).toContain(`  ${name}${when === undefined ? '' : ` (${when})`}  ${description}\n`)
        expect(text).toContain(`      ${allowed}`)
      }
    }
  })

  test('says what each option means, and of numbers the unit', () => {
    for (const { id, options } of entries)
      for (const { name, description, unit, schema } of options) {
        const isPlugin = !['config', 'policies'].includes(kind)
        expect(description, `${id}.${name} is not described`).not.toBe('')
        if (isPlugin && schema.type === 'number') expect(unit, `${id}.${name} has no unit`).not.toBeNull()
        if (isPlugin && schema.type === 'integer') expect(unit, `${id}.${name} has no unit`).not.toBeNull()
      }
  })

  test('is JSON on request', async () => {
    const json: unknown = JSON.parse(await keepfit(kind, '--json'))
    if (kind === 'config') expect(json).toEqual(JSON.parse(JSON.stringify(CONFIG_JSON_SCHEMA)))
    else expect(json).toMatchObject({ kind, entries: entries.map(({ id, title, source }) => ({ id, title, source })) })
  })
})

test('an option says its unit, bounds and default', async () => {
  expect(await keepfit('triggers')).toContain(
    '  threshold  A feature drifted from this PSI on.\n      a number >= 0.001 and <= 100 (nats); default 0.2\n',
  )
})

test('the JSON of all kinds is one document', async () => {
  const all = JSON.parse(await keepfit('--json')) as { kinds: { kind: string; entries: { id: string }[] }[] }
  expect(all.kinds.map((one) => one.kind)).toEqual(KINDS)
  expect(all.kinds[1]?.entries.map((entry) => entry.id)).toEqual([...triggers.ids])
})

test.each(['trigger', '__proto__', 'constructor', ''])(
  "'%s' is no catalog, and those that are one are listed",
  async (kind) => {
    await expect(keepfit(kind)).rejects.toThrow(
      new Fault('USAGE', `no catalog is called '${kind}'; there are: ${KINDS.join(', ')}`),
    )
  },
)
