import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ContractReport } from '../../src/cli/contract-report.ts'
import { keepfit } from '../support/command.ts'
import { type HistoryRow, historyCsv, historyRows } from '../support/history.ts'

let folder = ''
const GOOD = historyRows(1200)
const FRESH = historyRows(600, 2)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-contract-'))
  await writeFile(join(folder, 'good.csv'), historyCsv(GOOD))
  await writeFile(join(folder, 'fresh.csv'), historyCsv(FRESH))
  const learned = await learn('contract.yaml')
  expect(learned).toMatchObject({ code: 0, stderr: '' })
  expect(learned.stdout).toMatch(/^contract\.yaml: a contract for 5 columns, learned from 1200 rows/m)
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

function learn(output: string, ...more: string[]) {
  const roles = ['--label', 'churned', '--time', 'day']
  return keepfit(['contract', 'learn', 'good.csv', ...roles, '--output', output, ...more], folder)
}

function check(file: string, contract = 'contract.yaml', ...more: string[]) {
  return keepfit(['contract', 'check', file, '--contract', contract, ...more], folder)
}

/** A new file in which something is wrong. */
async function spoilt(name: string, change: (row: HistoryRow, at: number) => object): Promise<string> {
  const rows = FRESH.map((row, at) => ({ ...row, ...change(row, at) }))
  await writeFile(join(folder, `${name}.csv`), historyCsv(rows as HistoryRow[]))
  return `${name}.csv`
}

describe('keepfit contract learn', () => {
  test('writes a file that people can read: every part with its meaning', async () => {
    const text = await readFile(join(folder, 'contract.yaml'), 'utf8')
    expect(text).toContain('# Data contract, learned from 1200 rows of good.csv')
    expect(text).toContain('# Share of each class.')
    expect(text).toMatch(/- name: colour\n {4}kind: categorical\n {4}categories: \[blue, green, red\]/)
  })

  test('prints the contract and nothing else where no place is named', async () => {
    const { code, stdout, stderr } = await keepfit(['contract', 'learn', 'good.csv', '--label', 'churned'], folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await writeFile(join(folder, 'printed.yaml'), stdout)
    expect(await check('fresh.csv', 'printed.yaml')).toMatchObject({ code: 0 })
  })

  test('writes the same bytes every time, and never over a file unless it is told to', async () => {
    const refused = await learn('contract.yaml')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/'contract\.yaml' cannot be written: something stands there already/)
    const before = await readFile(join(folder, 'contract.yaml'), 'utf8')
    expect(await learn('contract.yaml', '--force')).toMatchObject({ code: 0 })
    expect(await readFile(join(folder, 'contract.yaml'), 'utf8')).toBe(before)
  })
})

describe('keepfit contract check', () => {
  test('says in one sentence that clean rows keep the contract', async () => {
    const { code, stdout, stderr } = await check('fresh.csv')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe('fresh.csv (600 rows) keeps contract.yaml.\n')
  })

  test('says what is broken, by how much, what follows, and ends with exit code 1', async () => {
    const file = await spoilt('violet', (_, at) => (at % 10 === 0 ? { colour: 'violet' } : {}))
    const { code, stdout, stderr } = await check(file)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(/^rule +column +observed +limit +rows +what follows$/m)
    expect(stdout).toMatch(/^known-categories +colour +10\.0 % +1\.0 % +600 +rows kept out$/m)
    expect(stdout).toContain("10.0 % of 600 values of 'colour' are unknown, such as 'violet'")
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /breaks contract\.yaml in 1 place: its rows are not fit to learn from\.$/,
    )
  })

  test.concurrent.each<[string, string, (row: HistoryRow, at: number) => object]>([
    ['unit', 'value-range', ({ x }) => ({ x: 1000 * x })],
    ['nulls', 'missing-share', (_, at) => (at % 5 === 0 ? { noise: '' } : {})],
    ['words', 'column-kinds', (_, at) => ({ noise: at % 2 === 0 ? 'high' : 'low' })],
    ['all-one', 'class-balance', () => ({ churned: 1 })],
    ['leak', 'leakage', ({ churned }) => ({ noise: churned })],
  ])('%s is heard by %s', async (name, rule, change) => {
    const { code, stdout } = await check(await spoilt(name, change), 'contract.yaml', '--json')
    expect(code).toBe(1)
    const report: ContractReport = JSON.parse(stdout)
    expect(report).toMatchObject({
      version: 1,
      file: `${name}.csv`,
      rows: 600,
      contract: 'contract.yaml',
      outcome: 'broken',
    })
    const broken = report.findings.filter(({ kind }) => kind === 'breach')
    expect(broken.map((one) => one.rule)).toContain(rule)
    for (const one of broken) expect(one).toMatchObject({ action: 'quarantine', text: expect.stringMatching(/\.|\?/) })
  })

  test('--json prints JSON and nothing else, with every rule in it', async () => {
    const { code, stdout } = await check('fresh.csv', 'contract.yaml', '--json')
    expect(code).toBe(0)
    const report: ContractReport = JSON.parse(stdout)
    expect(report.outcome).toBe('ok')
    expect(new Set(report.findings.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(8)
    for (const finding of report.findings)
      expect(Object.keys(finding)).toEqual(['rule', 'kind', 'column', 'observed', 'limit', 'rows', 'action', 'text'])
  })

  test('does as an edited contract says: what passes is noted only, what blocks is said to', async () => {
    const text = await readFile(join(folder, 'contract.yaml'), 'utf8')
    const file = await spoilt('edited', (_, at) => (at % 10 === 0 ? { colour: 'violet' } : {}))
    const withAction = async (action: string) => {
      await writeFile(join(folder, 'edited.yaml'), text.replace('row-volume: pass', `known-categories: ${action}`))
      return check(file, 'edited.yaml')
    }
    const passed = await withAction('pass')
    expect(passed.code).toBe(0)
    expect(passed.stdout).toMatch(/keeps edited\.yaml\. 1 thing is noted only\.$/m)
    const blocked = await withAction('block')
    expect(blocked.code).toBe(1)
    expect(blocked.stdout).toMatch(/no training may start on it/)
  })

  test('measures the age of the newest row from the time it is given', async () => {
    const text = await readFile(join(folder, 'contract.yaml'), 'utf8')
    await writeFile(join(folder, 'aged.yaml'), text.replace('column: day', 'column: day\n  maxAgeHours: 48'))
    expect(await check('fresh.csv', 'aged.yaml', '--now', '2026-03-02')).toMatchObject({ code: 0 })
    const late = await check('fresh.csv', 'aged.yaml', '--now', '2026-04-01T12:00:00Z')
    expect(late.code).toBe(1)
    expect(late.stdout).toMatch(/^freshness +day +\d+ h +48 h/m)
  })

  test('a few rows are not enough to say that all is well', async () => {
    await writeFile(join(folder, 'few.csv'), historyCsv(FRESH.slice(0, 5)))
    const { code, stdout } = await check('few.csv')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^Whether few\.csv \(5 rows\) keeps contract\.yaml cannot be said: \d+ rules could not look\./m,
    )
  })
})

describe('bad input of keepfit contract gets a sentence, never a stack trace', () => {
  const edit = (from: string | RegExp, to: string) => (text: string) => {
    const changed = text.replace(from, to)
    expect(changed, String(from)).not.toBe(text)
    return changed
  }

  test.concurrent.each<[string, (text: string) => string, RegExp]>([
    [
      'a share above one',
      edit('maxMissing: 0.02', 'maxMissing: 2'),
      /^keepfit: a-share-above-one\.yaml:\d+: columns\[0\]\.maxMissing must be >= 0 and <= 1; got 2$/m,
    ],
    [
      'an unknown key',
      edit('maxMissing: 0.02', 'maxMising: 0.02'),
      /unknown key 'maxMising' in columns\[0\]; allowed are: name, kind, min/,
    ],
    [
      'an unknown kind',
      edit('kind: categorical', 'kind: text'),
      /columns\[\d\]\.kind must be one of numeric, categorical, boolean, time; got 'text'/,
    ],
    [
      'an unknown action',
      edit('row-volume: pass', 'row-volume: ignore'),
      /actions\.row-volume must be one of block, quarantine, pass; got 'ignore'/,
    ],
    [
      'a rule that does not exist',
      edit('row-volume: pass', 'row-volumes: pass'),
      /unknown key 'row-volumes' in actions; allowed are: column-kinds, /,
    ],
    ['bounds that cross', edit(/min: -\d[\d.]*/, 'min: 1000'), /columns\[1\]\.min must be <= max, [\d.]+; got 1000/],
    ['a column twice', edit('name: noise', 'name: x'), /columns\[2\]\.name repeats columns\[1\]; got 'x'/],
    ['no columns', () => 'version: 1\n', /columns is missing; it must be a list/],
    ['another version', edit('version: 1', 'version: 7'), /version must be 1; got 7/],
    ['no YAML at all', () => '{{{', /:1: this is not the YAML/],
    ['nothing', () => '', /:1: the file is empty/],
  ])('%s', async (what, change, said) => {
    const name = `${what.replaceAll(' ', '-')}.yaml`
    const text = await readFile(join(folder, 'contract.yaml'), 'utf8')
    await writeFile(join(folder, name), change(text))
    const { code, stdout, stderr } = await check('fresh.csv', name)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test.concurrent.each<[string, readonly string[], RegExp]>([
    ['a missing file', ['check', 'nowhere.csv', '--contract', 'contract.yaml'], /nowhere\.csv/],
    ['a missing contract', ['check', 'fresh.csv', '--contract', 'none.yaml'], /there is no contract 'none\.yaml'/],
    [
      'a folder as contract',
      ['check', 'fresh.csv', '--contract', '.'],
      /the contract '\.' cannot be read: it is a folder/,
    ],
    ['no contract', ['check', 'fresh.csv'], /--contract/],
    [
      'a time that is none',
      ['check', 'fresh.csv', '--contract', 'contract.yaml', '--now', 'soon'],
      /--now must be a time such as .*got 'soon'/,
    ],
    [
      'an unknown label',
      ['learn', 'good.csv', '--label', 'chrned'],
      /there is no label column 'chrned'; there are: .*'churned'/,
    ],
    ['an unknown time', ['learn', 'good.csv', '--time', 'dya'], /'dya'.*day/],
    [
      'one column in two roles',
      ['learn', 'good.csv', '--label', 'x', '--source', 'x'],
      /must name different columns; got 'x' twice/,
    ],
    ['no folder', ['learn', 'good.csv', '--output', 'no/such/c.yaml'], /there is no folder 'no\/such'/],
  ])('%s', async (_, args, said) => {
    const { code, stdout, stderr } = await keepfit(['contract', ...args], folder)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

test('columns with names and values of every kind come back from the file as they were', async () => {
  const odd = historyCsv(GOOD)
    .replace('noise', '"- a: [b] #c"')
    .replaceAll('blue', '"null"')
    .replaceAll('green', '__proto__')
  await writeFile(join(folder, 'odd.csv'), odd.replace(',x,', ',__proto__,'))
  const learned = await keepfit(
    ['contract', 'learn', 'odd.csv', '--label', 'churned', '--source', 'colour', '--output', 'odd.yaml'],
    folder,
  )
  expect(learned).toMatchObject({ code: 0, stderr: '' })
  const { code, stdout } = await check('odd.csv', 'odd.yaml', '--json')
  const report: ContractReport = JSON.parse(stdout)
  expect(report.findings.filter(({ kind }) => kind === 'breach')).toEqual([])
  expect(code).toBe(0)
})

test('a keepfit.yaml with rules of every kind plays', async () => {
  const contract = [
    '{ rule: column-kinds, action: block }',
    '{ rule: known-categories, action: pass }',
    '{ rule: value-range }',
    '{ rule: missing-share, columns: { noise: 0.2 } }',
    '{ rule: duplicate-rows }',
    '{ rule: row-volume }',
    '{ rule: source-cap, column: colour, maxShare: 0.6 }',
    '{ rule: class-balance }',
    '{ rule: leakage }',
  ]
  const model = `    label: { column: churned }\n    time: day\n    source: good.csv\n    windows: { count: 12 }\n`
  await writeFile(
    join(folder, 'keepfit.yaml'),
    `version: 1\nmodels:\n  churn:\n${model}    contract:\n${contract.map((line) => `      - ${line}\n`).join('')}`,
  )
  const played = await keepfit(['backtest', '--config', 'keepfit.yaml', '--policy', 'churn', '--json', '-'], folder)
  expect({ code: played.code, stderr: played.stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(played.stdout)).toMatchObject({ version: 1 })
})
