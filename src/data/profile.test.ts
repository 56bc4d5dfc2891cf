import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coarseCodes } from './bin-codes.ts'
import { type Column, frame } from './frame.ts'
import { coarseCounts, mergeProfiles, type NumericProfile, profileRows } from './profile.ts'
import { learnLayout } from './profile-layout.ts'

/** With n − 1 below. */
function variance({ moments }: NumericProfile): number {
  return moments.m2 / (moments.count - 1)
}

function numeric(name: string, values: readonly (number | null)[]): Column {
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0))
  return { name, kind: 'numeric', values: Float64Array.from(values, (value) => value ?? Number.NaN), missing }
}

function categorical(name: string, values: readonly (string | null)[], categories?: readonly string[]): Column {
  const known = categories ?? [...new Set(values.filter((value) => value !== null))]
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : known.indexOf(value)))
  return {
    name,
    kind: 'categorical',
    values: codes,
    missing: Uint8Array.from(codes, (c) => (c < 0 ? 1 : 0)),
    categories: known,
  }
}

function sequence(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

test('few distinct numbers get a bin each, many get thirty bins of about equal share', () => {
  const layout = learnLayout(
    frame([
      numeric(
        'few',
        sequence(900).map((i) => i % 3),
      ),
      numeric('many', sequence(900)),
    ]),
  )
  const profile = profileRows(frame([numeric('few', [0, 1, 2, 2]), numeric('many', [0, 5, 899, 1e9])]), layout)
  expect([...profile.columns[0]!.counts]).toEqual([1, 1, 2])
  const [few, many] = layout.columns
  expect(few?.kind === 'numeric' && [...few.edges]).toEqual([0.5, 1.5])
  expect(many?.kind === 'numeric' && many.edges.length).toBe(29)
  expect(profile.columns[1]!.counts[29]).toBe(2)
})

test('a column of one repeated value and an empty column keep one bin', () => {
  const layout = learnLayout(frame([numeric('same', [7, 7, 7]), numeric('none', [null, null, null])]))
  const profile = profileRows(frame([numeric('same', [7, 8, null]), numeric('none', [1, null, 2])]), layout)
  expect(profile.columns.map((c) => [[...c.counts], c.missing])).toEqual([
    [[2], 1],
    [[2], 1],
  ])
})

test('a heavy tie among many values leaves no doubled edge', () => {
  const layout = learnLayout(frame([numeric('x', [...sequence(500).map(() => 0), ...sequence(500)])]))
  const [column] = layout.columns
  const edges = column?.kind === 'numeric' ? [...column.edges] : []
  expect(edges.length).toBeGreaterThan(10)
  expect(new Set(edges).size).toBe(edges.length)
})

test('categories are matched by text whatever their codes, and unknown ones share the last bin', () => {
  const layout = learnLayout(frame([categorical('city', ['b', 'b', 'a'])]))
  const first = profileRows(frame([categorical('city', ['a', 'b', null, 'zz'], ['a', 'b', 'zz'])]), layout)
  const second = profileRows(frame([categorical('city', ['a', 'b', null, 'zz'], ['zz', 'b', 'a'])]), layout)
  expect([...first.columns[0]!.counts]).toEqual([1, 1, 1])
  expect(first.columns[0]!.missing).toBe(1)
  expect(second).toEqual(first)
})

test('the 200th category by frequency falls into the bin of all others', () => {
  const values = sequence(250).flatMap((i) => (i < 199 ? [`c${i}`, `c${i}`] : [`c${i}`]))
  const layout = learnLayout(frame([categorical('c', values)]))
  const { counts } = profileRows(frame([categorical('c', values)]), layout).columns[0]!
  expect(counts).toHaveLength(200)
  expect(counts[199]).toBe(51)
})

test('columns and categories named like members of every object are counted as any other', () => {
  const source = frame([
    categorical('__proto__', ['constructor', '__proto__', '__proto__']),
    categorical('toString', ['valueOf', 'valueOf', 'valueOf']),
  ])
  const profile = profileRows(source, learnLayout(source))
  expect(profile.columns.map((c) => [c.name, ...c.counts])).toEqual([
    ['__proto__', 2, 1, 0],
    ['toString', 3, 0],
  ])
})

test('a NaN that is not marked missing counts as missing and infinities stay out of the moments', () => {
  const source: Column = {
    name: 'x',
    kind: 'numeric',
    values: Float64Array.of(1, Number.NaN, Number.POSITIVE_INFINITY, 3),
    missing: new Uint8Array(4),
  }
  const column = profileRows(frame([source]), learnLayout(frame([source]))).columns[0] as NumericProfile
  expect(column.missing).toBe(1)
  expect([...column.counts]).toEqual([1, 2])
  expect(column.moments).toEqual({ count: 2, mean: 2, m2: 2, min: 1, max: 3 })
})

test('thirty fine bins become ten coarse ones and a last one for missing rows', () => {
  const source = frame([numeric('x', [...sequence(3000), ...new Array<null>(5).fill(null)])])
  const layout = learnLayout(source)
  const coarse = coarseCounts(profileRows(source, layout).columns[0]!)
  expect([...coarse]).toEqual([300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 5])
  const recount = new Float64Array(11)
  for (const code of coarseCodes(source, layout)[0]!.codes) recount[code]! += 1
  expect(recount).toEqual(coarse)
})

test('a missing column and a column of another kind are refused by name', () => {
  const layout = learnLayout(frame([numeric('x', [1, 2])]))
  expect(() => profileRows(frame([numeric('y', [1])]), layout)).toThrow("no column 'x'")
  expect(() => profileRows(frame([categorical('x', ['1'])]), layout)).toThrow("'x' is categorical; it was numeric")
})

test('merged profiles are the profile of the union', () => {
  const value = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.integer({ min: 0, max: 5 }),
    fc.constant(null),
  )
  const row = fc.tuple(value, fc.constantFrom('a', 'b', '__proto__', null))
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 120 }),
      fc.array(fc.nat(120), { maxLength: 4 }),
      (rows, cuts) => {
        const source = frame([
          numeric(
            'x',
            rows.map((r) => r[0]),
          ),
          categorical(
            'c',
            rows.map((r) => r[1]),
          ),
        ])
        const layout = learnLayout(source)
        const bounds = [0, ...cuts.map((cut) => Math.min(cut, rows.length)).sort((a, b) => a - b), rows.length]
        const merged = mergeProfiles(bounds.slice(1).map((to, i) => profileRows(source, layout, bounds[i], to)))
        const whole = profileRows(source, layout)
        const [x, c] = merged.columns as [NumericProfile, (typeof merged.columns)[1]]
        const wholeX = whole.columns[0] as NumericProfile
        expect(merged.rows).toBe(whole.rows)
        expect(c).toEqual(whole.columns[1])
        expect({ ...x, moments: null }).toEqual({ ...wholeX, moments: null })
        expect([x.moments.count, x.moments.min, x.moments.max]).toEqual([
          wholeX.moments.count,
          wholeX.moments.min,
          wholeX.moments.max,
        ])
        const scale = 1 + Math.max(Math.abs(wholeX.moments.min), Math.abs(wholeX.moments.max))
        if (wholeX.moments.count < 2) return
        expect(Math.abs(x.moments.mean - wholeX.moments.mean) / scale).toBeLessThan(1e-9)
        expect(Math.abs(variance(x) - variance(wholeX)) / scale ** 2).toBeLessThan(1e-9)
      },
    ),
    { numRuns: 300 },
  )
})

test('the variance of values near a billion is not lost in rounding', () => {
  const source = frame([numeric('x', [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])])
  const layout = learnLayout(source)
  const halves = mergeProfiles([profileRows(source, layout, 0, 2), profileRows(source, layout, 2, 4)])
  expect(variance(halves.columns[0] as NumericProfile)).toBe(30)
})

test('moments of many rows are those of two passes over all of them, also far from zero and with gaps', () => {
  for (const offset of [0, 1e9, -1e-9]) {
    const values = sequence(5000).map((i) => (i % 7 === 3 ? null : offset + Math.sin(i * 12.9898) * (i % 50)))
    const known = values.filter((value) => value !== null)
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length
    const m2 = known.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    const [column] = profileRows(frame([numeric('x', values)]), learnLayout(frame([numeric('x', values)]))).columns
    const { moments } = column as NumericProfile
    expect(moments).toMatchObject({ count: known.length, min: Math.min(...known), max: Math.max(...known) })
    expect(moments.mean).toBeCloseTo(mean, 5)
    expect(moments.m2 / m2).toBeCloseTo(1, 9)
  }
})

test('numbers near the largest have a mean that is one', () => {
  const values = Array.from({ length: 10 }, () => 1.5e308)
  const source = frame([numeric('x', values)])
  const [column] = profileRows(source, learnLayout(source)).columns
  expect((column as NumericProfile).moments.mean / 1.5e308).toBeCloseTo(1, 12)
})
