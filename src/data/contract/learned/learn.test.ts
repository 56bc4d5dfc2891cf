import { describe, expect, test } from 'vitest'
import { contractWindow, type Harm } from '../../../../test/support/contract-world.ts'
import { normal, seededRng } from '../../../base/rng.ts'
import { type Column, type Frame, frame, sliceRows } from '../../frame.ts'
import { checkContractFile } from './check-file.ts'
import { ContractDocument } from './document.ts'
import { learnContract } from './learn.ts'

const ROLES = { label: 'sold', time: 'at', source: 'shop' }

/** A file with its labels, as it is delivered. */
function fileOf(seed: number, harm: Harm = {}): Frame {
  const { table, labels } = contractWindow(seed, { rows: 1000, ...harm })
  const sold: Column = { name: 'sold', kind: 'numeric', values: labels, missing: new Uint8Array(labels.length) }
  return frame([...table.columns, sold])
}

/** Ten files after another: good rows with the drift that they have. */
function history(): Frame {
  const files = Array.from({ length: 10 }, (_, i) => fileOf(i + 1, { rows: 400 }))
  const [first] = files
  return frame(
    (first?.columns ?? []).map((column): Column => {
      const parts = files.map((file) => file.columns.find(({ name }) => name === column.name) as Column)
      const values = parts.flatMap((part) => Array.from(part.values))
      const missing = Uint8Array.from(parts.flatMap((part) => Array.from(part.missing)))
      if (column.kind === 'categorical') return { ...column, values: Int32Array.from(values), missing }
      if (column.kind === 'boolean') return { ...column, values: Uint8Array.from(values), missing }
      return { ...column, values: Float64Array.from(values), missing }
    }),
  )
}

const good = history()
const learned = learnContract(good, ROLES)

function brokenRules(seed: number, harm: Harm = {}, document = learned.document): string[] {
  const { findings } = checkContractFile(fileOf(seed, harm), document, null)
  return findings.filter(({ kind, action }) => kind === 'breach' && action !== 'pass').map(({ rule }) => rule)
}

describe('a learned contract', () => {
  test('is a document that its own schema reads back unchanged', () => {
    expect(ContractDocument.parse(JSON.parse(JSON.stringify(learned.document)))).toEqual(learned.document)
  })

  test('promises what each column shows: kind, range, categories, gaps, uniqueness; of the time only its kind', () => {
    const of = (name: string) => learned.document.columns.find((column) => column.name === name)
    expect(of('age')).toMatchObject({ kind: 'numeric', maxMissing: 0.02, unique: false })
    expect(of('age')?.max).toBeGreaterThan(85)
    expect(of('age')?.max).toBeLessThan(130)
    expect(of('amount')?.min).toBe(0)
    expect(of('amount')?.maxMissing).toBeGreaterThan(0.05)
    expect(of('amount')?.quantiles).toHaveLength(15)
    expect(of('city')?.categories).toEqual([...'abcdefgh'])
    expect(of('id')).toMatchObject({ unique: true })
    expect(of('id')?.max).toBeUndefined()
    expect(learned.remarks.get('id')?.[0]).toContain('no range')
    expect(of('at')).toEqual({
      name: 'at',
      kind: 'time',
      maxOutside: 0.005,
      maxUnknown: 0.01,
      maxMissing: 0.02,
      unique: false,
    })
    expect(of('sold')).toBeUndefined()
    expect(learned.document.label?.classes).toHaveLength(2)
    expect(learned.document.source?.usual).toHaveLength(12)
  })

  test('is kept by at least 99 of 100 clean files of the same world', () => {
    const broken = Array.from({ length: 100 }, (_, i) => brokenRules(1000 + i)).filter((rules) => rules.length > 0)
    expect(broken.length, JSON.stringify(broken)).toBeLessThanOrEqual(1)
  })

  test.each<[string, Harm, string]>([
    ['a change of unit by a thousand', { scale: 1000 }, 'value-range'],
    ['a change of unit too small for the range', { scale: 2.2 }, 'scale-change'],
    ['a spike of missing values', { missing: 0.15 }, 'missing-share'],
    ['a new category in a share of the rows', { newCity: 0.05 }, 'known-categories'],
    ['a column of another kind', { retyped: true }, 'column-kinds'],
    ['values out of range', { outside: 0.03 }, 'value-range'],
    ['ids that repeat', { sameId: 0.01 }, 'unique-values'],
    ['rows delivered twice', { twice: 0.1 }, 'duplicate-rows'],
    ['one source that floods the rest', { oneShop: 0.35 }, 'source-cap'],
    ['classes that changed their shares', { lift: 3 }, 'class-balance'],
    ['a column that gives the label away', { late: true }, 'leakage'],
  ])('is broken by %s', (_, harm, rule) => {
    for (let i = 0; i < 5; i++) expect(brokenRules(2000 + i, harm)).toContain(rule)
  })

  test('names rows that are too many or too few, and says so only', () => {
    const { outcome, findings } = checkContractFile(fileOf(7, { rows: 300 }), learned.document, null)
    expect(outcome).toBe('ok')
    expect(findings.find(({ rule }) => rule === 'row-volume')).toMatchObject({ kind: 'breach', action: 'pass' })
  })

  test('that allows a column to give the label away does not complain of it', () => {
    const leaky = learnContract(fileOf(3, { late: true }), ROLES)
    expect(leaky.document.label?.leaks).toEqual(['closed'])
    expect(leaky.partRemarks.get('label')?.[0]).toContain("'closed'")
    expect(brokenRules(9, { late: true }, leaky.document)).not.toContain('leakage')
  })
})

describe('a file that cannot be judged', () => {
  test('with a handful of rows is insufficient, never ok', () => {
    const few = sliceRows(fileOf(5), 0, 8)
    expect(checkContractFile(few, learned.document, null).outcome).toBe('insufficient')
  })

  test('without labels is held against the rest, and that is said', () => {
    const whole = fileOf(5)
    const unlabelled = frame(whole.columns.filter(({ name }) => name !== 'sold'))
    const { outcome, notes } = checkContractFile(unlabelled, learned.document, null)
    expect(outcome).toBe('ok')
    expect(notes).toEqual(["the label 'sold' was not checked: there is no such column"])
  })

  test('whose labels are of one class is broken, not refused', () => {
    const whole = fileOf(5)
    const one = whole.columns.map(
      (column): Column =>
        column.name === 'sold' && column.kind === 'numeric'
          ? { ...column, values: column.values.map(() => 1) }
          : column,
    )
    const { findings } = checkContractFile(frame(one), learned.document, null)
    expect(findings.find(({ rule }) => rule === 'class-balance')?.kind).toBe('breach')
  })
})

test('ages are checked where the contract limits them and somebody says what time it is', () => {
  const document = { ...learned.document, time: { column: 'at', maxAgeHours: 5 } }
  const ruleAt = (now: number | null) =>
    checkContractFile(fileOf(5), document, now).findings.find(({ rule }) => rule === 'freshness')?.kind
  const newest = Date.UTC(2026, 0, 1, 6)
  expect(ruleAt(newest)).toBe('ok')
  expect(ruleAt(newest + 6 * 3_600_000)).toBe('breach')
  expect(ruleAt(null)).toBe('insufficient')
})

test('a number with a handful of values is a code: another value is unknown, also within its range', () => {
  const rng = seededRng(6)
  const coded = (values: readonly number[]): Frame => {
    const drawn = Float64Array.from({ length: 400 }, () => values[Math.floor(values.length * rng())] ?? 0)
    return frame([{ name: 'code', kind: 'numeric', values: drawn, missing: new Uint8Array(400) }])
  }
  const { document } = learnContract(coded([0, 1, 10, 2]), {})
  expect(document.columns[0]?.categories).toEqual(['0', '1', '2', '10'])
  expect(checkContractFile(coded([0, 1, 2, 10]), document, null).outcome).toBe('ok')
  expect(checkContractFile(coded([0, 0.01, 0.02, 0.1]), document, null).outcome).toBe('broken')
})

test('measurements are not ids because they happen to differ; whole numbers without gaps are', () => {
  const rng = seededRng(2)
  const rows = 500
  const numeric = (name: string, value: (row: number) => number): Column => {
    return {
      name,
      kind: 'numeric',
      values: Float64Array.from({ length: rows }, (_, row) => value(row)),
      missing: new Uint8Array(rows),
    }
  }
  const table = frame([
    numeric('weight', () => 70 + 10 * normal(rng)),
    numeric('income', (row) => 1e6 * row + Math.floor(1e5 * rng())),
    numeric('id', (row) => 7000 + ((row * 7) % rows)),
    numeric('empty', () => Number.NaN),
    numeric('huge', (row) => (row % 2 ? 1e300 : -1e300)),
  ])
  const { document } = learnContract(table, {})
  expect(document.columns.map(({ unique }) => unique)).toEqual([false, false, true, false, false])
  expect(document.columns[3]).toMatchObject({ name: 'empty', maxMissing: 1 })
  expect(document.columns[4]).not.toHaveProperty('max')
  expect(document.label).toBeUndefined()
  expect(ContractDocument.safeParse(document).success).toBe(true)
  expect(checkContractFile(table, document, null).outcome).toBe('ok')
})

test('a column that is called as a part of the contract has remarks of its own', () => {
  const gone = {
    kind: 'numeric',
    values: new Float64Array(300).fill(Number.NaN),
    missing: new Uint8Array(300).fill(1),
  } as const
  const shops = Float64Array.from({ length: 300 }, (_, row) => row)
  const table = frame([
    { name: 'source', ...gone },
    { name: 'shop', kind: 'numeric', values: shops, missing: new Uint8Array(300) },
  ])
  const { remarks, partRemarks } = learnContract(table, { source: 'shop' })
  expect(remarks.get('source')).toEqual(['no row has a value: nothing is promised'])
  expect(partRemarks.get('source')?.[0]).toContain('too many sources')
})

describe('an edited contract', () => {
  const complaint = (edit: object) => {
    const { error } = ContractDocument.safeParse({ version: 1, columns: [{ name: 'x' }], ...edit })
    return error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  }
  const QUANTILES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]

  test.each<[string, object]>([
    ['columns.0.min', { columns: [{ name: 'x', min: 2, max: 1 }] }],
    ['rows.min', { rows: { min: 2, max: 1 } }],
    ['label.classes.0.min', { label: { column: 'y', classes: [{ name: 'a', min: 0.2, max: 0.1 }] } }],
  ])('whose %s is above the upper bound beside it is refused', (where, edit) => {
    expect(complaint(edit)?.[0]).toMatch(new RegExp(`^${where} must be <= max, [\\d.]+; got`))
  })

  test('may have bounds that are equal, or one alone', () => {
    expect(complaint({ columns: [{ name: 'x', min: 1, max: 1 }], rows: { min: 5 } })).toBeUndefined()
  })

  test.each<[string, object]>([
    ['columns.1.name repeats columns[0]', { columns: [{ name: 'x' }, { name: 'x' }] }],
    [
      'label.classes.1.name repeats classes[0]',
      {
        label: {
          column: 'y',
          classes: [
            { name: 'a', min: 0, max: 1 },
            { name: 'a', min: 0, max: 1 },
          ],
        },
      },
    ],
    [
      'source.usual.1.name repeats usual[0]',
      {
        source: {
          column: 's',
          usual: [
            { name: 'a', share: 0.1 },
            { name: 'a', share: 0.2 },
          ],
        },
      },
    ],
  ])('%s: the second would silently win', (where, edit) => {
    expect(complaint(edit)?.[0]).toContain(where)
  })

  test('has quantiles and medians that do not fall', () => {
    expect(complaint({ columns: [{ name: 'x', quantiles: QUANTILES }] })).toBeUndefined()
    expect(complaint({ columns: [{ name: 'x', quantiles: QUANTILES.with(3, 1) }] })).toEqual([
      'columns.0.quantiles.3 must be >= the one before, 2; got 1',
    ])
    expect(complaint({ columns: [{ name: 'x', medians: [2, 1] }] })?.[0]).toContain('columns.0.medians.1 must be >=')
  })
})

test('a column that a contract names must be there, also where it may hold anything', () => {
  const edited = ContractDocument.parse({ version: 1, columns: [{ name: 'age' }, { name: 'gone' }] })
  const { outcome, findings } = checkContractFile(fileOf(11), edited, null)
  expect(outcome).toBe('broken')
  expect(findings.flatMap(({ breaches }) => breaches.map(({ text }) => text))).toEqual(["There is no column 'gone'."])
  const there = ContractDocument.parse({ version: 1, columns: [{ name: 'age' }, { name: 'city' }] })
  expect(checkContractFile(fileOf(11), there, null).outcome).toBe('ok')
})
