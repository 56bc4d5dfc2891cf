import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { defaultText } from '../../cli/catalog.ts'
import { allCatalogs } from '../catalogs.ts'
import { loadConfig } from './load.ts'

const ROOT = new URL('../../../', import.meta.url)
const DOCUMENT = readFileSync(new URL('docs/configuration.md', ROOT), 'utf8')
const EXAMPLE = new URL('examples/keepfit.yaml', ROOT)

/** The reference as it must stand in the document: made from the schema, so that it cannot be wrong for long. */
function keyTable(): string {
  const rows = (allCatalogs().find((one) => one.kind === 'config')?.entries ?? []).flatMap(({ options }) =>
    options.map(({ name, description, when, unit, allowed, isRequired, ...rest }) => {
      const fallback = isRequired ? 'required' : 'default' in rest ? `\`${shortened(rest.default)}\`` : ''
      const only = when === undefined ? '' : ` (${when})`
      return `| \`${name}\`${only} | ${description}${unit === null ? '' : ` *${unit}*`} | ${allowed} | ${fallback} |`
    }),
  )
  return ['| key | meaning | allowed | default |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** Of a list of plug-ins with their own defaults, their names say enough. */
function shortened(value: unknown): string {
  if (!Array.isArray(value)) return defaultText(value)
  return `[${value.map((entry) => (typeof entry === 'object' ? String(Object.values(entry as object)[0]) : String(entry))).join(', ')}]`
}

test('the reference of keys in docs/configuration.md is the one the schema gives', () => {
  const found = /<!-- keys -->\n([\s\S]*?)\n<!-- end of keys -->/.exec(DOCUMENT)?.[1]
  expect(found, 'paste the expected table between the two markers of docs/configuration.md').toBe(keyTable())
})

test('the full example in docs/configuration.md is examples/keepfit.yaml, and it loads', async () => {
  const blocks = Array.from(DOCUMENT.matchAll(/```yaml\n([\s\S]*?)```/g), (match) => match[1])
  expect(blocks).toContain(readFileSync(EXAMPLE, 'utf8'))
  const { models } = await loadConfig(fileURLToPath(EXAMPLE))
  expect([...models.keys()]).toEqual(['churn', 'demand'])
})

test('docs/configuration.md names every kind of catalog', () => {
  for (const { kind } of allCatalogs()) expect(DOCUMENT).toContain(`\`${kind}\``)
})
