import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { healthParts } from './health-parts.ts'
import type { System } from './system.ts'

const systemOf = (query: () => Promise<unknown>, path = tmpdir()) =>
  ({ database: { pool: { query } }, folder: { path } }) as unknown as System

test('what fails is told of, the others all the same, and nothing of where files stand', async () => {
  const away = systemOf(async () => {
    throw new Error("connect ENOENT '/srv/keepfit/postgres/.s.PGSQL.5432'")
  }, '/srv/keepfit/nowhere')
  expect(await healthParts(away)).toEqual([
    { name: 'database', ok: false, detail: "connect ENOENT '.s.PGSQL.5432'" },
    { name: 'disk', ok: false, detail: expect.stringMatching(/^ENOENT: .*'nowhere'$/) },
  ])
})

test('a database that does not answer is given up after two seconds', async () => {
  const [database, disk] = await healthParts(systemOf(() => new Promise(() => {})))
  expect(database).toMatchObject({ ok: false, detail: 'it did not answer within 2 s' })
  expect(disk?.name).toBe('disk')
})
