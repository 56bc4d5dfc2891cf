import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { type HistoryRequest, loadHistory } from './history.ts'

let root = ''
let written = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keepfit-history-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const ROWS = 120
/** One row an hour from the first of January; three days are 72 rows. */
const at = (row: number) => new Date(Date.UTC(2024, 0, 1) + row * 3_600_000).toISOString()

type Row = Readonly<Record<string, string | number>>
const usual = (row: number): Row => ({
  day: at(row),
  customer: `c${row}`,
  age: 20 + (row % 40),
  colour: row % 3 === 0 ? 'red' : 'blue',
  churned: row % 2 === 0 ? 'yes' : 'no',
})

async function history(change: Partial<HistoryRequest> = {}, row: (row: number) => Row = usual, rows = ROWS) {
  const all = Array.from({ length: rows }, (_, i) => row(i))
  const names = Object.keys(all[0] ?? {})
  const text = [names.join(','), ...all.map((one) => names.map((name) => one[name]).join(','))].join('\n')
  const source = join(root, `${++written}.csv`)
  await writeFile(source, `${text}\n`)
  return loadHistory({ source, label: 'churned', time: 'day', cut: { count: 6 }, warmup: 0.15, ...change })
}

async function fault(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof Fault)) throw error
  return `${error.code}: ${error.message}`
}

const featuresOf = ({ stream }: Awaited<ReturnType<typeof history>>) => stream.features.columns.map(({ name }) => name)

describe('a history', () => {
  test('is read into windows, with the label as its task and all other columns as features', async () => {
    const read = await history()
    expect(read.rows).toBe(ROWS)
    expect(read.stream.task).toEqual({ kind: 'binary', classes: ['no', 'yes'] })
    expect(featuresOf(read)).toEqual(['customer', 'age', 'colour'])
    expect(read.stream.windows.map(({ rows }) => rows)).toEqual([20, 20, 20, 20, 20, 20])
    expect(read.stream.windows[1]?.start).toBe(Date.parse(at(20)))
    expect(read.notes).toContain("two classes; 'yes' is the positive one")
    expect([...read.stream.labels.subarray(0, 3)]).toEqual([1, 0, 1])
  })

  test('that is not in order of time is sorted, its labels and ids with it', async () => {
    const read = await history({ id: 'customer' }, (row) => usual(ROWS - 1 - row))
    expect(Array.from(read.rowIds).slice(0, 2)).toEqual(['c0', 'c1'])
    expect([...read.stream.labels.subarray(0, 3)]).toEqual([1, 0, 1])
    expect(read.notes.join()).toContain('sorted')
  })

  test('takes the positive class that it is told', async () => {
    const read = await history({ positive: 'no' })
    expect(read.stream.task).toMatchObject({ classes: ['yes', 'no'] })
    expect([...read.stream.labels.subarray(0, 2)]).toEqual([0, 1])
  })
})

describe('labels', () => {
  test('that are missing stay missing, and a note counts them', async () => {
    const read = await history({}, (row) => ({ ...usual(row), ...(row % 10 === 3 ? { churned: '' } : {}) }))
    expect(read.rows).toBe(ROWS)
    expect(read.stream.labels.filter(Number.isNaN)).toHaveLength(12)
    expect(Number.isNaN(read.stream.labels[3] ?? 0)).toBe(true)
    expect(read.notes).toContain("12 of 120 rows have no label 'churned': they are scored but not learned from")
  })

  test('that are not out yet end the history, and a note says so', async () => {
    const read = await history({}, (row) => ({ ...usual(row), ...(row >= 100 ? { churned: '' } : {}) }))
    expect(read.rows).toBe(100)
    expect(read.stream.windows.at(-1)?.to).toBe(100)
    expect(read.notes).toContain("the newest 20 rows have no label 'churned' yet and are left out")
    expect(read.notes.join()).not.toContain('scored but not learned from')
  })

  test('that a whole window lacks are spoken of', async () => {
    const read = await history({ cut: { count: 12 } }, (row) => ({
      ...usual(row),
      ...(row >= 50 && row < 60 ? { churned: '' } : {}),
    }))
    expect(read.notes).toContain('1 windows have no label in any row: they count with a loss of 0 for every policy')
  })

  test('that are all there are not spoken of', async () => {
    expect((await history()).notes.join()).not.toContain('have no label')
  })

  test('of one value only are refused', async () => {
    expect(await fault(history({}, (row) => ({ ...usual(row), churned: 'no' })))).toMatch(
      /^DATA_INVALID: .*one value only, 'no'/,
    )
  })
})

describe('the columns to learn from', () => {
  test('are none of times: a second one is left out with a note, named or not', async () => {
    const signed = (row: number) => ({ ...usual(row), signed: at(row * 7) })
    const note = "'signed' holds times and is not learned from: a model would only learn how old a row is"
    const read = await history({}, signed)
    expect(featuresOf(read)).toEqual(['customer', 'age', 'colour'])
    expect(read.notes).toContain(note)
    const named = await history({ features: ['age', 'signed'] }, signed)
    expect(featuresOf(named)).toEqual(['age'])
    expect(named.notes).toContain(note)
  })

  test('are neither the id nor what is to be ignored', async () => {
    expect(featuresOf(await history({ id: 'customer', ignore: ['colour'] }))).toEqual(['age'])
  })

  test('are those that are named, in that order', async () => {
    expect(featuresOf(await history({ features: ['colour', 'age'] }))).toEqual(['colour', 'age'])
  })

  test('must be some', async () => {
    expect(await fault(history({ ignore: ['customer', 'age', 'colour'] }))).toBe(
      "DATA_INVALID: there is no column to learn from beside 'churned', 'day', 'customer', 'age', 'colour'",
    )
  })

  test.each([
    ['label', { label: 'churn' }, 'churn'],
    ['feature', { features: ['age', 'hight'] }, 'hight'],
    ['ignored', { ignore: ['hight'] }, 'hight'],
    ['id', { id: 'row' }, 'row'],
  ] as const)('an unknown %s column is named, with those that there are', async (role, change, name) => {
    const message = `COLUMN_UNKNOWN: there is no ${role} column '${name}'; there are: 'day', 'customer', 'age', 'colour', 'churned'`
    expect(await fault(history(change as Partial<HistoryRequest>))).toBe(message)
  })

  test('an unknown time column is named', async () => {
    expect(await fault(history({ time: 'date' }))).toMatch(/^COLUMN_UNKNOWN: .*'date'/)
  })
})

describe('the ids of rows', () => {
  test('are their positions, where no column holds them', async () => {
    expect(Array.from((await history()).rowIds)).toEqual(Array.from({ length: ROWS }, (_, row) => row))
  })

  test('that some rows lack are refused: no two rows may share one', async () => {
    const read = history({ id: 'customer' }, (row) => ({ ...usual(row), ...(row % 10 === 3 ? { customer: '' } : {}) }))
    expect(await fault(read)).toContain("id column 'customer' has no value in 12 rows; every row needs one")
  })

  test('aside, a feature named twice is refused', async () => {
    expect(await fault(history({ features: ['age', 'age'] }))).toBe("USAGE: feature 'age' is named twice")
  })

  test('are the values of the id column, text or number', async () => {
    expect(Array.from((await history({ id: 'customer' })).rowIds).slice(0, 3)).toEqual(['c0', 'c1', 'c2'])
    const numbered = await history({ id: 'customer' }, (row) => ({ ...usual(row), customer: 1000 + row }))
    expect(Array.from(numbered.rowIds).slice(0, 3)).toEqual([1000, 1001, 1002])
  })
})

describe('the cut into windows', () => {
  test('by time makes one window a day', async () => {
    const read = await history({ cut: { everyMs: 86_400_000 } }, usual, 24 * 7)
    expect(read.stream.windows.map(({ rows }) => rows)).toEqual(new Array(7).fill(24))
    expect(read.stream.windows[2]?.start).toBe(Date.UTC(2024, 0, 3))
  })

  test('by time needs a time column', async () => {
    const untimed = history({ cut: { everyMs: 86_400_000 }, time: undefined })
    expect(await fault(untimed)).toBe('USAGE: --every cuts windows by time and needs --time COLUMN')
  })

  test('by time needs dates: numbers only order the rows', async () => {
    const numbered = (row: number) => ({ ...usual(row), day: row })
    expect(await fault(history({ cut: { everyMs: 3_600_000 } }, numbered))).toBe(
      "USAGE: --every needs dates or times; column 'day' is numeric. Use --windows to cut by rows",
    )
    expect((await history({}, numbered)).stream.windows[0]?.start).toBeNull()
  })

  test('must leave at least 6 windows', async () => {
    expect(await fault(history({ cut: { count: 5 } }))).toBe(
      'DATA_INVALID: 120 rows make 5 windows; a backtest needs at least 6',
    )
    expect(await fault(history({ cut: { everyMs: 86_400_000 } }))).toMatch(/make 5 windows/)
    expect(await fault(history({ cut: {} }))).toMatch(/make 1 window;/)
  })

  test('has no more windows than rows', async () => {
    expect(await fault(history({ cut: { count: 121 } }))).toBe(
      'USAGE: --windows must be at most the number of rows, 120; got 121',
    )
  })
})

describe('the warm-up', () => {
  test.each([
    // windows, share, windows before the first decision
    [6, 0.15, 4],
    [20, 0.15, 4],
    [40, 0.15, 6],
    [40, 0.5, 20],
    [20, 0.95, 18],
    [6, 0.01, 4],
  ])('of %i windows with a share of %d is %i windows', async (count, warmup, wanted) => {
    expect((await history({ cut: { count }, warmup })).stream.warmupWindows).toBe(wanted)
  })
})
