import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Column, type Frame, frame, schemaOf } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { adoptYdf } from '../runtimes/adopt-ydf.ts'
import { openScorer } from '../runtimes/catalog.ts'
import { ydfFromFolder } from './ydf-folder.ts'

type Said = number[] | number[][]
const HOME = new URL('../../test/ydf/', import.meta.url)
const EXPECTED: {
  readonly rows: Record<string, (number | string | boolean | null)[]>
  readonly models: Record<'binary' | 'multiclass' | 'regression', { classes: string[]; scores: Said }>
} = JSON.parse(readFileSync(new URL('expected.json', HOME), 'utf8'))

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const REVERSED: Task = { kind: 'binary', classes: ['yes', 'no'] }
const THREE: Task = { kind: 'multiclass', classes: ['low', 'middle', 'high'] }
const VALUE: Task = { kind: 'regression' }
const KINDS: Record<string, Column['kind']> = { city: 'categorical', member: 'boolean', paid: 'boolean' }
const INFINITE: Record<string, number> = { inf: Infinity, '-inf': -Infinity }

/** In another order than the model's own, with a column that it does not know. */
function rows(): Frame {
  const columns = Object.entries(EXPECTED.rows).map(([name, cells]): Column => {
    const missing = Uint8Array.from(cells, (cell) => Number(cell === null))
    const kind = KINDS[name] ?? 'numeric'
    if (kind === 'categorical') {
      const categories = [...new Set(cells.map(String))]
      return {
        name,
        kind,
        categories,
        missing,
        values: Int32Array.from(cells, (cell) => categories.indexOf(`${cell}`)),
      }
    }
    if (kind === 'boolean') return { name, kind, missing, values: Uint8Array.from(cells, Number) }
    const number = (cell: unknown) => (cell === null ? Number.NaN : (INFINITE[String(cell)] ?? Number(cell)))
    return { name, kind: 'numeric', missing, values: Float64Array.from(cells, number) }
  })
  const other: Column = { ...(columns[1] as Column), name: 'unknown to the model' }
  return frame([other, ...columns.reverse()])
}

const payloadOf = (name: string) => ydfFromFolder(new URL(name, HOME).pathname)

async function adopted(name: string, task: Task): Promise<Uint8Array> {
  const sample = rows()
  return adoptYdf({ payload: await payloadOf(name), task, features: schemaOf(sample) }, sample)
}

async function scoresOf(artifact: Uint8Array): Promise<number[]> {
  const scorer = await openScorer(artifact)
  const scores = await scorer.score(rows())
  scorer.close()
  return [...scores]
}

/** Largest difference row by row, so that one strange row cannot hide in a mean. */
function furthest(scores: readonly number[], expected: readonly number[]): number {
  expect(scores.length).toBe(expected.length)
  return Math.max(...scores.map((score, i) => Math.abs(score - (expected[i] as number))))
}

describe('a forest that Python trained says here what it says there', () => {
  const { binary, multiclass, regression } = EXPECTED.models
  test('of two classes, whichever counts as positive', async () => {
    const said = binary.scores as number[]
    expect(furthest(await scoresOf(await adopted('binary', BINARY)), said)).toBeLessThan(1e-6)
    const other = said.map((share) => 1 - share)
    expect(furthest(await scoresOf(await adopted('binary', REVERSED)), other)).toBeLessThan(1e-6)
  })
  test('of three classes, in an order of their own', async () => {
    const said = (multiclass.scores as number[][]).flatMap((shares) =>
      ['low', 'middle', 'high'].map((name) => shares[multiclass.classes.indexOf(name)] as number),
    )
    expect(multiclass.classes).not.toEqual(['low', 'middle', 'high'])
    expect(furthest(await scoresOf(await adopted('multiclass', THREE)), said)).toBeLessThan(1e-6)
  })
  test('of a value', async () => {
    expect(furthest(await scoresOf(await adopted('regression', VALUE)), regression.scores as number[])).toBeLessThan(
      1e-6,
    )
  })
})

test('only the features that it reads are in its artifact, under their own names; its bytes are always the same', async () => {
  const artifact = await adopted('binary', BINARY)
  const { header } = decodeArtifact(artifact)
  expect(header).toMatchObject({ learner: 'ydf', modelClasses: ['no', 'yes'], givenRows: null })
  expect(new Map(header.features.map(({ name, kind }) => [name, kind]))).toEqual(
    new Map(Object.keys(EXPECTED.rows).map((name) => [name, KINDS[name] ?? 'numeric'])),
  )
  expect(await adopted('binary', BINARY)).toEqual(artifact)
})

describe('a model that does not fit is refused with what is wrong', () => {
  const take = async (task: Task, change: (column: Column) => Column | null, modelClasses?: string[]) => {
    const columns = rows().columns.flatMap((column) => change(column) ?? [])
    const draft = { payload: await payloadOf('binary'), task, features: schemaOf(frame(columns)), modelClasses }
    return adoptYdf(draft, null)
  }
  const same = (column: Column) => column
  test.each([
    ['a class that the task lacks', THREE, same, undefined, "knows a class 'no'"],
    ['a value where classes are told apart', VALUE, same, undefined, 'the task is regression'],
    ['another order of classes', BINARY, same, ['yes', 'no'], 'no, yes; it was said to have yes, no'],
  ])('%s', async (_, task, change, classes, message) => {
    await expect(take(task, change, classes)).rejects.toMatchObject({ code: 'DATA_INVALID' })
    await expect(take(task, change, classes)).rejects.toThrow(message)
  })
  test('a feature that is not there', async () => {
    const without = take(BINARY, (column) => (column.name === 'city' ? null : column))
    await expect(without).rejects.toThrow("it needs the feature 'city'")
  })
  test('a number where it learned truth values', async () => {
    const values = new Float64Array(rows().rows)
    const numeric = take(BINARY, (column) =>
      column.name === 'member' ? { name: 'member', kind: 'numeric', values, missing: column.missing } : column,
    )
    await expect(numeric).rejects.toThrow("it learned 'member' as BOOLEAN; the data has it as numeric")
  })
  test('bytes that are no model', async () => {
    const draft = { payload: new Uint8Array([1, 2, 3]), task: BINARY, features: [] }
    await expect(adoptYdf(draft, null)).rejects.toMatchObject({ code: 'DATA_INVALID' })
  })
})
