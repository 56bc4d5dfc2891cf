import { describe, expect, test } from 'vitest'
import { boolean, categorical, numeric } from '../../test/support/forests.ts'
import { artifactOf, expected, numbers, onnxFile, PAIR, rowsOf, scored } from '../../test/support/onnx.ts'
import { seededRng } from '../base/rng.ts'
import { frame, sliceRows } from '../data/frame.ts'
import type { Schema, Task } from '../data/schema.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { adoptOnnx, describeOnnx } from './adopt.ts'
import { openScorer } from './catalog.ts'

const THREE: Task = { kind: 'multiclass', classes: ['10', '0', '5'] }
const VALUE: Task = { kind: 'regression' }

function expectClose(scores: readonly number[], wanted: readonly number[]): void {
  expect(scores).toHaveLength(wanted.length)
  for (const [i, value] of wanted.entries()) expect(scores[i], `number ${i}`).toBeCloseTo(value, 5)
}

const pairs = (name: string) => expected(name).said as number[][]

describe('an ONNX model of one tensor', () => {
  test('says what scikit-learn says: P(classes[1]), whichever class the task calls positive', async () => {
    const rows = rowsOf(expected('forest-pair').rows)
    const said = pairs('forest-pair')
    expectClose(
      await scored('forest-pair', rows, { features: numbers(3) }),
      said.map((p) => p[1]!),
    )
    const turned: Task = { kind: 'binary', classes: ['yes', 'no'] }
    expectClose(
      await scored('forest-pair', rows, { features: numbers(3), task: turned }),
      said.map((p) => p[0]!),
    )
    expect(new Set(said.map((p) => p[1])).size).toBeGreaterThan(4)
  })

  test('gives one probability a class in the order of the task', async () => {
    const wanted = pairs('forest-three').flatMap(([zero, five, ten]) => [ten!, zero!, five!])
    const rows = rowsOf(expected('forest-three').rows)
    expectClose(await scored('forest-three', rows, { features: numbers(3), task: THREE }), wanted)
    const wider: Task = { kind: 'multiclass', classes: ['no', 'never', 'yes'] }
    const some = rowsOf(expected('forest-pair').rows)
    const padded = pairs('forest-pair').flatMap(([no, yes]) => [no!, 0, yes!])
    expectClose(await scored('forest-pair', some, { features: numbers(3), task: wider }), padded)
  })

  test('predicts values, and takes 64-bit numbers', async () => {
    const value = await scored('forest-value', rowsOf(expected('forest-value').rows), {
      features: numbers(3),
      task: VALUE,
    })
    expectClose(value, expected('forest-value').said as number[])
    const task: Task = { kind: 'binary', classes: ['false', 'true'] }
    const doubles = await scored('doubles', rowsOf(expected('doubles').rows), { features: numbers(3), task })
    expectClose(
      doubles,
      pairs('doubles').map((p) => p[1]!),
    )
  })

  test('reads features by their names, in any order, among others', async () => {
    const { rows } = expected('forest-pair')
    const { columns } = rowsOf(rows)
    const shuffled = frame([
      columns[2]!,
      categorical(
        'other',
        rows.map(() => 'a'),
      ),
      columns[0]!,
      columns[1]!,
    ])
    expect(await scored('forest-pair', shuffled, { features: numbers(3) })).toEqual(
      await scored('forest-pair', rowsOf(rows), { features: numbers(3) }),
    )
  })

  test.each(['sigmoid', 'one-by-one'])('of one probability a row is read as P(the second class): %s', async (name) => {
    const { rows, said } = expected(name)
    expectClose(await scored(name, rowsOf(rows)), said as number[])
    expectClose(
      await scored(name, rowsOf(rows), { modelClasses: ['yes', 'no'] }),
      (said as number[]).map((p) => 1 - p),
    )
  })

  test('scores rows alike alone, in slices and in a frame larger than a slice, and none at all', async () => {
    const rng = seededRng(2)
    const rows = rowsOf(Array.from({ length: 20_003 }, () => [rng() * 4 - 2, rng() * 4 - 2]))
    const all = await scored('sigmoid', rows)
    for (const [from, to] of [
      [9_990, 10_010],
      [19_995, 20_003],
      [7, 8],
      [7, 7],
    ] as const)
      expect(await scored('sigmoid', sliceRows(rows, from, to))).toEqual(all.slice(from, to))
  })
})

describe('an ONNX model with an input a column', () => {
  const features: Schema = [
    { name: 'city', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'member', kind: 'boolean' },
    { name: 'visits', kind: 'numeric' },
  ]
  const task: Task = { kind: 'binary', classes: ['stays', 'leaves'] }
  type Row = [number | null, number, string, boolean]
  const { rows } = expected<Row>('columns')
  const asked = (change: (row: Row) => [number | null, number | null, string | null, boolean | null]) => {
    const changed = rows.map(change)
    return frame([
      numeric(
        'age',
        changed.map((row) => row[0]),
      ),
      numeric(
        'visits',
        changed.map((row) => row[1]),
      ),
      categorical(
        'city',
        changed.map((row) => row[2]),
      ),
      boolean(
        'member',
        changed.map((row) => row[3]),
      ),
    ])
  }
  const said = () => pairs('columns').map((p) => p[0]!)

  test('says what scikit-learn says of numbers, texts and truth values, of missing ages and of a new city', async () => {
    expect(rows.some((row) => row[0] === null) && rows.some((row) => row[2] === 'Atlantis')).toBe(true)
    expectClose(
      await scored(
        'columns',
        asked((row) => row),
        { features, task },
      ),
      said(),
    )
  })

  test('takes a missing text for an empty one', async () => {
    const gaps = asked((row) => [row[0], row[1], row[2] === '' ? null : row[2], row[3]])
    expect(rows.some((row) => row[2] === '')).toBe(true)
    expectClose(await scored('columns', gaps, { features, task }), said())
  })

  test('cannot be told of a missing or broken whole number, nor of a missing truth value', async () => {
    const cases = [
      [
        asked((row) => [row[0], row === rows[4] ? null : row[1], row[2], row[3]]),
        /'visits' is missing in row 4.*int64/,
      ],
      [asked((row) => [row[0], row === rows[6] ? 1.5 : row[1], row[2], row[3]]), /'visits' is 1.5 in row 6.*whole/],
      [asked((row) => [row[0], row[1], row[2], row === rows[2] ? null : row[3]]), /'member' is missing in row 2.*bool/],
    ] as const
    for (const [given, message] of cases) {
      await expect(scored('columns', given, { features, task })).rejects.toMatchObject({
        code: 'DATA_INVALID',
        message: expect.stringMatching(message),
      })
    }
  })

  test('finds its features under other names when told so', async () => {
    const renamed = features.map((f) => (f.name === 'age' ? { ...f, name: 'years' } : f))
    const given = asked((row) => row)
    const years = frame(given.columns.map((c) => (c.name === 'age' ? { ...c, name: 'years' } : c)))
    const draft = { features: renamed, task }
    await expect(scored('columns', years, draft)).rejects.toThrow(
      /'age' takes a feature 'age'; there are: 'city', 'years'/,
    )
    expectClose(await scored('columns', years, { ...draft, runtime: { inputs: { age: 'years' } } }), said())
  })

  test('refuses features of kinds that its inputs cannot hold', async () => {
    const kinds = (name: string, kind: 'numeric' | 'categorical') =>
      features.map((f) => (f.name === name ? { name, kind } : f))
    for (const [name, kind] of [
      ['city', 'numeric'],
      ['age', 'categorical'],
      ['member', 'numeric'],
    ] as const) {
      const refused = openScorer(artifactOf('columns', { task, features: kinds(name, kind) }))
      await expect(refused).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT', message: expect.stringContaining(kind) })
    }
  })
})

describe('a model that somebody else trained', () => {
  test('is described by its inputs, outputs and maker', async () => {
    expect(await describeOnnx(onnxFile('columns'))).toMatchObject({
      producer: 'skl2onnx 1.20.0',
      classes: ['leaves', 'stays'],
      inputs: [
        { name: 'age', type: 'float32', shape: [null, 1] },
        { name: 'visits', type: 'int64', shape: [null, 1] },
        { name: 'city', type: 'string', shape: [null, 1] },
        { name: 'member', type: 'bool', shape: [null, 1] },
      ],
      outputs: [
        { name: 'label', type: 'string', shape: [null] },
        { name: 'probabilities', type: 'float32', shape: [null, 2] },
      ],
    })
    expect((await describeOnnx(onnxFile('zipmap'))).outputs[1]).toMatchObject({ type: 'map' })
    // A user's own file is input: nothing of ours is damaged.
    await expect(describeOnnx(onnxFile('outside'))).rejects.toMatchObject({ code: 'DATA_INVALID' })
    await expect(describeOnnx(new Uint8Array(5))).rejects.toMatchObject({ code: 'DATA_INVALID' })
  })

  test('is adopted only when it scores a sample', async () => {
    const draft = { bytes: onnxFile('logarithm'), task: PAIR, features: numbers(2), runtime: { output: 'p' } }
    await expect(adoptOnnx(draft, rowsOf([[1, -1]]))).rejects.toMatchObject({ code: 'SCORING_FAILED' })
    await expect(adoptOnnx(draft, rowsOf([[1]]))).rejects.toMatchObject({ code: 'DATA_INVALID' })
    const unfit = { ...draft, bytes: onnxFile('zipmap') }
    await expect(adoptOnnx(unfit, rowsOf([[1, 1]]))).rejects.toMatchObject({ code: 'DATA_INVALID' })
    const { header } = decodeArtifact(await adoptOnnx(draft, rowsOf([[1, 1]])))
    expect(header).toMatchObject({ learner: 'onnx', trainedRows: null, runtime: { output: 'p' } })
  })
})
