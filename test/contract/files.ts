import { readdirSync } from 'node:fs'
import { expect } from 'vitest'

/** Every file in the room is a plug-in of the catalog, and the catalog lists nothing else. `roles`: the other files. */
export function expectCatalogOfFiles(room: string, roles: readonly string[], ids: readonly string[]): void {
  const files = readdirSync(new URL(`../../src/${room}/`, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => entry.name)
    .filter((name) => !roles.includes(name))
  const message = `each file of src/${room}/ needs its line in src/${room}/catalog.ts`
  expect(files.map((name) => name.replace('.ts', '')).sort(), message).toEqual([...ids].sort())
}
