import { execFileSync } from 'node:child_process'
import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collected, TERMS } from '../../../test/support/live-runs.ts'
import { toolsPython } from '../../../test/support/python.ts'
import { snapshotRows } from '../../pipeline/snapshot-rows.ts'
import { readTable } from '../files/read-table.ts'
import { dvcListing } from './dvc-hash.ts'
import { readSnapshot, snapshotIds, verifySnapshot, writeSnapshot } from './snapshot-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-snapshot-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const { features } = TERMS.schema
const train = snapshotRows([collected(3), collected(4)], features, { labelledOnly: true })
const heldOut = snapshotRows([collected(5)], features, { labelledOnly: false })
const draft = { train, heldOut, newestSeq: 105 }

describe('a snapshot', () => {
  test('gives back every row as it was: ids, times, labels, missing ones and empty texts', async () => {
    const ref = await writeSnapshot(folder, 'churn', TERMS, draft)
    for (const [part, rows] of [
      ['train', train],
      ['heldOut', heldOut],
    ] as const) {
      const read = await readSnapshot(folder, ref, part, TERMS)
      expect(read.ids).toEqual(rows.ids)
      expect(read.times).toEqual(rows.times)
      expect(read.labels).toEqual(rows.labels)
      expect(read.windows).toEqual(rows.windows)
      expect(read.features.columns[0]?.values).toEqual(rows.features.columns[0]?.values)
      const texts = (from: typeof rows) => {
        const column = from.features.columns[1]
        return column?.kind === 'categorical' ? Array.from(column.values, (code) => column.categories[code]) : null
      }
      expect(texts(read)).toEqual(texts(rows))
    }
    expect(train.labels.some(Number.isNaN)).toBe(false)
    expect(heldOut.labels.some(Number.isNaN)).toBe(true)
  })

  test('holds a weight of each row to learn from, where rows have some, and is then another', async () => {
    const plain = await writeSnapshot(folder, 'churn', TERMS, draft)
    const ref = await writeSnapshot(folder, 'churn', TERMS, { ...draft, weights: [0.5, 1] })
    const otherwise = await writeSnapshot(folder, 'churn', TERMS, { ...draft, weights: [0.25, 1] })
    expect(new Set([plain.md5, ref.md5, otherwise.md5]).size).toBe(3)
    expect((await writeSnapshot(folder, 'churn', TERMS, { ...draft, weights: null })).md5).toBe(plain.md5)
    const { frame } = await readTable(join(folder, ref.path, 'train.parquet'))
    const weights = frame.columns.find(({ name }) => name === 'keepfit_weight')?.values ?? []
    const [first = 0, second = 0] = train.windows.map(({ rows }) => rows)
    expect([...weights]).toEqual([...Array(first).fill(0.5), ...Array(second).fill(1)])
    const heldOutNames = (await readTable(join(folder, ref.path, 'held-out.parquet'))).frame.columns
    expect(heldOutNames.map(({ name }) => name)).not.toContain('keepfit_weight')
    const manifest = JSON.parse(await readFile(join(folder, ref.path, 'manifest.json'), 'utf8'))
    expect(manifest.weights).toEqual({ column: 'keepfit_weight', ofWindows: [0.5, 1] })
    expect((await readSnapshot(folder, ref, 'train', TERMS)).ids).toEqual(train.ids)
  })

  test('of the same rows stands once; of other rows elsewhere', async () => {
    const first = await writeSnapshot(folder, 'churn', TERMS, draft)
    expect(await writeSnapshot(folder, 'churn', TERMS, draft)).toEqual(first)
    const other = await writeSnapshot(folder, 'churn', TERMS, { ...draft, heldOut: train, train: heldOut })
    expect(other.md5).not.toBe(first.md5)
    expect((await readdir(join(folder, 'snapshots', 'churn'))).sort()).toEqual(
      [first, other].map(({ path }) => path.split('/')[2]).sort(),
    )
  })

  test('that is written once more counts as new, so that nobody takes it for left over', async () => {
    const { path, md5 } = await writeSnapshot(folder, 'churn', TERMS, draft)
    await utimes(join(folder, path), 1000, 1000)
    await writeSnapshot(folder, 'churn', TERMS, draft)
    expect((await stat(join(folder, path))).mtimeMs).toBeGreaterThan(1_000_000)
    await verifySnapshot(folder, { path, md5, train: [], heldOut: [], newestSeq: 0 })
  })

  test('is refused when a byte of it was changed', async () => {
    const ref = await writeSnapshot(folder, 'churn', TERMS, draft)
    await verifySnapshot(folder, ref)
    await appendFile(join(folder, ref.path, 'train.parquet'), ' ')
    await expect(verifySnapshot(folder, ref)).rejects.toMatchObject({ code: 'DATA_INVALID' })
  })

  test('tells which rows each window gave', async () => {
    const ref = await writeSnapshot(folder, 'churn', TERMS, draft)
    const ids = await snapshotIds(folder, ref.path)
    expect([...ids.keys()]).toEqual([3, 4])
    expect([...ids.values()].flat()).toEqual(train.ids)
    expect(await snapshotIds(folder, 'snapshots/churn/gone')).toEqual(new Map())
    expect(JSON.parse(await readFile(join(folder, ref.path, 'manifest.json'), 'utf8'))).toMatchObject({
      newestSeq: 105,
    })
  })

  test('has the hash that real DVC gives its folder', async () => {
    const ref = await writeSnapshot(folder, 'churn', TERMS, draft)
    const repository = join(folder, 'repository')
    await cp(join(folder, ref.path), join(repository, 'data'), { recursive: true })
    const dvc = (...args: string[]) =>
      execFileSync(toolsPython(), ['-m', 'dvc', ...args], {
        cwd: repository,
        env: { PATH: process.env['PATH'], HOME: folder, DVC_NO_ANALYTICS: '1' },
        stdio: 'pipe',
      })
    dvc('init', '--no-scm', '--quiet')
    dvc('add', 'data', '--quiet')
    const [, md5] = /md5: (\S+)/.exec(await readFile(join(repository, 'data.dvc'), 'utf8')) ?? []
    expect(md5).toBe(ref.md5)
  })
})

test('a listing is written as Python writes it, sorted by code points', () => {
  const files = [
    { md5: 'b', relpath: 'foo' },
    { md5: 'a', relpath: 'b\u{10ffff}' },
    { md5: 'c', relpath: 'b\uffee"ü\u007f' },
  ]
  expect(dvcListing(files)).toBe(
    '[{"md5": "c", "relpath": "b\\uffee\\"\\u00fc\\u007f"}, {"md5": "a", "relpath": "b\\udbff\\udfff"}, {"md5": "b", "relpath": "foo"}]',
  )
})
