import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { embeddedPlace, type KeepfitPlace } from '../support/keepfit-place.ts'

const MODELS = fileURLToPath(new URL('../ydf/', import.meta.url))
let place: KeepfitPlace
beforeAll(async () => {
  place = await embeddedPlace()
  await place.up()
  const { rows }: { rows: Record<string, (number | string | boolean | null)[]> } = JSON.parse(
    await readFile(join(MODELS, 'expected.json'), 'utf8'),
  )
  const names = Object.keys(rows)
  // Rows 6 and 7 are infinite.
  const lines = Array.from({ length: 40 }, (_, i) => i + 8).map((row) =>
    [...names.map((name) => rows[name]?.[row] ?? ''), row % 2 === 0 ? 'yes' : 'no'].join(),
  )
  await writeFile(join(place.folder, 'rows.csv'), `${[...names, 'left'].join()}\n${lines.join('\n')}\n`)
}, 60_000)
afterAll(() => place.stop(), 60_000)

const adopt = (model: string, saved: string) =>
  place.run('adopt', model, join(MODELS, saved), '--sample', 'rows.csv', '--label', 'left', '--cut-off', '2026-01-31')

test('a forest that Python saved is version 1, answers, and nothing was trained; one for other classes is refused', async () => {
  expect(await adopt('churn', 'binary')).toMatchObject({
    code: 0,
    stdout: 'version 1 of churn is adopted; it answers\n',
  })
  expect(await adopt('churn', 'binary')).toMatchObject({
    code: 0,
    stdout: 'this model is version 1 of churn already; it answers\n',
  })
  expect(await place.json('versions', 'churn', '1')).toMatchObject({
    number: 1,
    origin: 'adopted',
    cutOffAt: Date.UTC(2026, 0, 31),
    trainer: { learner: 'ydf' },
  })
  const refused = await adopt('churn', 'multiclass')
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain("it knows a class 'high'; the task has no, yes")
}, 60_000)
