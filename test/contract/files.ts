import { readdirSync } from 'node:fs'
import { expect } from 'vitest'

/**
 * Every file in the room is a plug-in of the catalog, and the catalog lists nothing else. `roles`: the other files.
 * `families`: plug-ins stand one folder deeper, beside those of their family; what they share is deeper still.
 */
export function expectCatalogOfFiles(
  room: string,
  roles: readonly string[],
  ids: readonly string[],
  isInFamilies = false,
): void {
  const folder = new URL(`../../src/${room}/`, import.meta.url)
  const families = isInFamilies
    ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : []
  const files = [folder, ...families.map(({ name }) => new URL(`${name}/`, folder))]
    .flatMap((at) => readdirSync(at, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => entry.name)
    .filter((name) => !roles.includes(name))
  const message = `each plug-in of src/${room}/ needs its line in src/${room}/catalog.ts`
  expect(files.map((name) => name.replace('.ts', '')).sort(), message).toEqual([...ids].sort())
}
