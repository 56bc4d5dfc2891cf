import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepfit } from '../support/command.ts'
import { type HistoryRow, historyCsv, historyRows } from '../support/history.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-bad-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const ROWS = historyRows(600)
const GOOD = historyCsv(ROWS)
const LINES = GOOD.trimEnd().split('\n')

/** Rewrites one column of every row. */
function withColumn(name: keyof HistoryRow, value: (row: number, old: string) => string): string {
  const at = (LINES[0] as string).split(',').indexOf(name)
  const rows = LINES.slice(1).map((line, row) => {
    const cells = line.split(',')
    cells[at] = value(row, cells[at] as string)
    return cells.join(',')
  })
  return [LINES[0], ...rows, ''].join('\n')
}

interface Case {
  readonly name: string
  readonly file?: string
  readonly content?: string | Uint8Array
  readonly args?: readonly string[]
  /** Words of the sentence on stderr, with exit 2. */
  readonly refused?: RegExp
  /** Words of a note on stdout, with exit 0. */
  readonly repaired?: RegExp
}

const CASES: readonly Case[] = [
  { name: 'a missing file', file: 'nowhere.csv', refused: /nowhere\.csv/ },
  { name: 'an empty file', content: '', refused: /empty|no (rows|header|columns)/i },
  { name: 'a header without rows', content: `${LINES[0]}\n`, refused: /no rows|header/i },
  { name: 'a single row', content: `${LINES.slice(0, 2).join('\n')}\n`, refused: /one value only|1 rows?|window/ },
  { name: 'binary garbage', content: Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256), refused: /./ },
  { name: 'a truncated Parquet file', file: 'cut.parquet', content: 'PAR1broken', refused: /cut\.parquet/ },
  { name: 'an unknown label column', args: ['--label', 'chrned'], refused: /'chrned'.*churned/ },
  { name: 'an unknown time column', args: ['--time', 'dya'], refused: /'dya'.*day/ },
  { name: 'an unknown column to ignore', args: ['--ignore', 'colr'], refused: /'colr'.*colour/ },
  { name: 'a label of one class', content: withColumn('churned', () => '1'), refused: /one value only, '1'/ },
  { name: 'labels all missing', content: withColumn('churned', () => ''), refused: /no value in any row/ },
  { name: 'times that nobody can read', content: withColumn('day', (row) => `yesterday ${row}`), refused: /yesterday/ },
  { name: 'two columns of one name', content: GOOD.replace('noise', 'x'), repaired: /'?x/ },
  { name: 'a ragged row', content: GOOD.replace('\n', '\n2026-01-01,1\n'), repaired: /row|line/ },
  {
    name: 'rows out of time order',
    content: [LINES[0], ...LINES.slice(1).reverse(), ''].join('\n'),
    repaired: /order|sorted/,
  },
  { name: 'a constant feature', content: withColumn('noise', () => '3'), repaired: /two classes/ },
  { name: 'a feature without any value', content: withColumn('noise', () => ''), repaired: /noise/ },
  {
    name: 'infinities and NaN',
    content: withColumn('noise', (row, old) => ['inf', 'NaN', '-inf'][row % 40] ?? old),
    repaired: /noise/,
  },
  {
    name: 'numbers of 10^±300',
    content: withColumn('noise', (row) => (row % 2 ? '1e300' : '1e-300')),
    repaired: /two classes/,
  },
  {
    name: 'words among numbers',
    content: withColumn('noise', (row, old) => (row === 300 ? 'unknown' : old)),
    repaired: /noise/,
  },
  {
    name: 'text in Latin-1',
    content: Buffer.from(
      withColumn('colour', (row, old) => (row % 3 ? old : 'grün')),
      'latin1',
    ),
    repaired: /latin/i,
  },
  {
    name: 'a category of its own in every row',
    content: withColumn('colour', (row) => `c${row}`),
    repaired: /two classes/,
  },
  { name: 'a column called __proto__', content: GOOD.replace('noise', '__proto__'), repaired: /two classes/ },
  { name: 'a column called constructor', content: GOOD.replace('noise', 'constructor'), repaired: /two classes/ },
  {
    name: 'a column called like an attack',
    content: GOOD.replace('noise', '"""; drop table x; --"'),
    repaired: /two classes/,
  },
  {
    name: 'missing labels in some rows',
    content: withColumn('churned', (row, old) => (row % 10 ? old : '')),
    repaired: /60 of 600 rows have no label/,
  },
  { name: 'one column as time and id', args: ['--id', 'day'], refused: /id must be another column .*got 'day'/ },
  { name: 'a label that is ignored', args: ['--ignore', 'churned'], refused: /label cannot be ignored/ },
  {
    name: 'labels that are never known in time',
    args: ['--label-delay', '100'],
    refused: /a label delay of 100 windows .* at most 2/,
  },
  {
    name: 'a task that does not fit',
    args: ['--task', 'regression', '--label', 'colour'],
    refused: /regression needs numbers/,
  },
  {
    name: 'a task that does not exist',
    args: ['--task', 'ranking'],
    refused: /ranking.*binary, multiclass, regression|binary, multiclass, regression.*ranking/,
  },
  { name: 'a list of no policies', args: ['--policy', ','], refused: /--policy must name a policy.*got ','/ },
  { name: 'an unknown policy', args: ['--policy', 'alwayz'], refused: /'alwayz'; there are: never/ },
  { name: 'a cost below zero', args: ['--cost', '-1'], refused: /--cost must be a number from 0.*got '-1'/ },
  {
    name: 'a share of two',
    args: ['--warmup', '2'],
    refused: /--warmup must be a number from 0\.01 to 0\.95; got '2'/,
  },
  { name: 'windows by count and by time', args: ['--windows', '12', '--every', '1d'], refused: /not both/ },
  {
    name: 'a span of nonsense',
    args: ['--every', 'fortnight'],
    refused: /--every must be a span of time.*'fortnight'/,
  },
  { name: 'more windows than rows', args: ['--windows', '5000'], refused: /600/ },
  { name: 'an unknown option', args: ['--lable', 'x'], refused: /unknown option '--lable'/ },
  { name: 'a seed that is no number', args: ['--seed', 'lucky'], refused: /--seed.*'lucky'/ },
  {
    name: 'an output that cannot be written',
    args: ['--json', 'no/such/folder/out.json'],
    refused: /'no\/such\/folder\/out\.json' cannot be written: there is no folder 'no\/such\/folder'/,
  },
  { name: 'a folder as output', args: ['--json', '.'], refused: /'\.' cannot be written: it is a folder/ },
  {
    name: 'a configuration saved over a file',
    file: 'taken.csv',
    args: ['--save', 'taken.csv'],
    refused: /'taken\.csv' cannot be written: something stands there already/,
  },
]

describe('bad input gets a sentence, never a stack trace', () => {
  test.concurrent.each(CASES)('$name', async ({ name, file, content, args = [], refused, repaired }) => {
    const path = file ?? `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.csv`
    if (file !== 'nowhere.csv') await writeFile(join(folder, path), content ?? GOOD)
    const given = new Set(args)
    const defaults = [
      ...(given.has('--label') ? [] : ['--label', 'churned']),
      ...(given.has('--time') ? [] : ['--time', 'day']),
      ...(given.has('--windows') || given.has('--every') ? [] : ['--windows', '8']),
      ...(given.has('--policy') ? [] : ['--policy', 'never']),
    ]
    const { code, stdout, stderr } = await keepfit(['backtest', path, ...defaults, ...args], folder)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stderr).not.toContain('something broke')
    if (refused !== undefined) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(refused)
    } else {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(repaired as RegExp)
    }
  })
})
