import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { normal, seededRng } from '../../src/base/rng.ts'
import { openDuckDb } from '../../src/store/files/duck-db.ts'
import { keepfit } from '../support/command.ts'

let folder = ''
const at = (name: string) => join(folder, name)
const check = (...args: string[]) => keepfit(['check', ...args], folder)

interface Row {
  readonly day: string
  readonly income: number | null
  readonly age: number
  readonly plan: string
  readonly churned: string
  readonly score: number
}

const START = Date.UTC(2026, 0, 1)

/** Churn follows the age; the score knows it. */
function rowsOf(seed: number, rows = 3000): Row[] {
  const rng = seededRng(seed)
  return Array.from({ length: rows }, (_, i) => {
    const age = 40 + 10 * normal(rng)
    const score = 1 / (1 + Math.exp(-(age - 40) / 5))
    return {
      day: new Date(START + seed * 1e10 + i * 3_600_000).toISOString(),
      income: Math.exp(10 + normal(rng)),
      age,
      plan: rng() < 0.7 ? 'basic' : 'premium',
      churned: rng() < score ? 'left' : 'kept',
      score,
    }
  })
}

function csv(rows: readonly Row[]): string {
  const names = ['day', 'income', 'age', 'plan', 'churned', 'score'] as const
  return `${names.join(',')}\n${rows.map((row) => names.map((name) => row[name] ?? '').join(',')).join('\n')}\n`
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-check-'))
  const now = rowsOf(2)
  await writeFile(at('reference.csv'), csv(rowsOf(1)))
  await writeFile(at('clean.csv'), csv(now))
  await writeFile(at('cents.csv'), csv(now.map((row) => ({ ...row, income: 100 * (row.income ?? 0) }))))
  await writeFile(at('gaps.csv'), csv(now.map((row, i) => (i % 10 ? row : { ...row, income: null }))))
  const turned = now.map((row) => ({ ...row, churned: row.churned === 'left' ? 'kept' : 'left' }))
  await writeFile(at('turned.csv'), csv(turned))
  await writeFile(at('few.csv'), csv(now.slice(0, 20)))
  await writeFile(at('header.csv'), 'day,income\n')
  await writeFile(at('other.csv'), 'x,y\n1,2\n3,4\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the answer', () => {
  test('of the same rows again is no, with exit code 0 and nothing on stderr', async () => {
    const { code, stdout, stderr } = await check('reference.csv', 'clean.csv')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('reference reference.csv: 3,000 rows')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('No: nothing moved beyond chance.')
  })

  test('of cents for euros is a change of unit by a hundred, with exit code 1', async () => {
    const { code, stdout } = await check('reference.csv', 'cents.csv')
    expect(code).toBe(1)
    expect(stdout).toMatch(/income +│ +scale-change ×(9|10|11)\d/)
    expect(stdout).toMatch(/looks multiplied by (9|10|11)\d/)
  })

  test('with labels and predictions says what it costs: turned labels hurt though no feature moved', async () => {
    const asked = ['--label', 'churned', '--prediction', 'score', '--time', 'day']
    const hurt = await check('reference.csv', 'turned.csv', ...asked)
    expect(hurt.code).toBe(1)
    expect(hurt.stdout).toMatch(/Yes, it hurts: accuracy .* auc .* what the features mean has changed\.\n$/)
    expect(hurt.stdout).toMatch(/current +turned\.csv: 3,000 rows, 2026-.* to 2026-/)
    const held = await check('reference.csv', 'cents.csv', ...asked)
    expect(held.stdout).toMatch(/Not so far: quality held \(accuracy .*\), but 'income' changed\.\n$/)
  })

  test('lists every column on request, and compares only those that were asked for', async () => {
    const { stdout } = await check('reference.csv', 'clean.csv', '--all', '--features', 'age,plan')
    expect(stdout).toMatch(/age +│.*quiet/)
    expect(stdout).toMatch(/plan +│.*quiet/)
    expect(stdout).not.toMatch(/income/)
  })
})

describe('the JSON', () => {
  test('has what docs/check.md says', async () => {
    const { code, stdout } = await check(
      'reference.csv',
      'gaps.csv',
      '--label',
      'churned',
      '--prediction',
      'score',
      '--json',
    )
    const report = JSON.parse(stdout)
    expect(code).toBe(1)
    expect(report).toMatchObject({
      version: 1,
      reference: { file: 'reference.csv', rows: 3000 },
      current: { file: 'gaps.csv', rows: 3000 },
      verdict: 'watch',
      because: expect.stringContaining("'income'"),
      prediction: { feature: 'score', verdict: 'quiet' },
      label: { feature: 'churned', verdict: 'quiet' },
    })
    const [first] = report.features
    expect(first).toMatchObject({ feature: 'income', verdict: 'watch', importance: 0 })
    expect(first.findings[0]).toMatchObject({
      detector: 'null-spike',
      value: 0.1,
      unit: 'share',
      thresholdFrom: expect.any(String),
      rows: 3000,
    })
    expect(report.features.map((one: { feature: string }) => one.feature).toSorted()).toEqual(['age', 'income', 'plan'])
    expect(report.performance.map((one: { metric: string }) => one.metric)).toEqual(['accuracy', 'auc', 'log-loss'])
  })

  test('is the same for the same rows as Parquet, but for the names of the files', async () => {
    await openDuckDb(async (connection) => {
      for (const name of ['reference', 'cents']) {
        await connection.run(
          `COPY (SELECT * FROM read_csv('${at(name)}.csv')) TO '${at(name)}.parquet' (FORMAT parquet)`,
        )
      }
    })
    const fromText = JSON.parse((await check('reference.csv', 'cents.csv', '--json')).stdout)
    const fromParquet = JSON.parse((await check('reference.parquet', 'cents.parquet', '--json')).stdout)
    expect(fromParquet.features).toEqual(fromText.features)
  })
})

describe('bad input is refused in a sentence, with exit code 2', () => {
  test.each([
    ['a file that is not there', ['reference.csv', 'nowhere.csv'], /nowhere\.csv/],
    ['a file without rows', ['reference.csv', 'header.csv'], /header\.csv.*no rows|no rows/],
    ['one file only', ['reference.csv'], /current/],
    ['a label that is not there', ['reference.csv', 'clean.csv', '--label', 'chrned'], /'chrned'.*churned/],
    ['a feature that is not there', ['reference.csv', 'clean.csv', '--features', 'age,wieght'], /'wieght'.*age/],
    ['no feature at all', ['reference.csv', 'clean.csv', '--features', ','], /--features must name a column/],
    [
      'one column as label and prediction',
      ['reference.csv', 'clean.csv', '--label', 'score', '--prediction', 'score'],
      /two columns/,
    ],
    [
      'predictions that are none',
      ['reference.csv', 'clean.csv', '--label', 'churned', '--prediction', 'plan'],
      /prediction 'plan'.*'kept', 'left'/,
    ],
    ['an unknown option', ['reference.csv', 'clean.csv', '--treshold', '3'], /--treshold/],
  ])('%s', async (_, args, words) => {
    const { code, stdout, stderr } = await check(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(words)
    expect(stderr).not.toMatch(/ {2}at /)
  })

  test('but columns in common with nothing are told as gone, and too few rows as too few', async () => {
    const other = await check('reference.csv', 'other.csv')
    expect(other.code).toBe(1)
    expect(other.stdout).toContain('the current file lacks it')
    expect(other.stdout).toContain("not compared, for the reference lacks them: 'x', 'y'")
    const few = await check('reference.csv', 'few.csv')
    expect(few.code).toBe(0)
    expect(few.stdout).toMatch(/Nothing can be said: there are too few values in either file\.\n$/)
  })
})
