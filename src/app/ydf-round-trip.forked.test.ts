import { describe, expect, test } from 'vitest'
import { seededRng } from '../base/rng.ts'
import { type Column, type Frame, frame, sliceRows } from '../data/frame.ts'
import { predictionAt, type Scores } from '../data/labels.ts'
import { scoresPerRow, type Task } from '../data/schema.ts'
import { decodeArtifact, encodeArtifact } from '../models/artifact.ts'
import { loadYdf } from '../runtimes/ydf.ts'
import { type TrainerId, trainers } from '../trainers/catalog.ts'

const ROWS = 1200

function numeric(name: string, values: readonly (number | null)[]): Column {
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0))
  return { kind: 'numeric', name, values: Float64Array.from(values, (value) => value ?? Number.NaN), missing }
}

function boolean(name: string, values: readonly (boolean | null)[]): Column {
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0))
  return { kind: 'boolean', name, values: Uint8Array.from(values, (value) => (value ? 1 : 0)), missing }
}

/** `categories` fixes the codes; by default they are in order of first sight, as a file reader gives them. */
function categorical(name: string, texts: readonly (string | null)[], categories?: readonly string[]): Column {
  const known = categories ?? [...new Set(texts.filter((text) => text !== null))]
  const values = Int32Array.from(texts, (text) => (text === null ? -1 : known.indexOf(text)))
  return {
    kind: 'categorical',
    name,
    values,
    missing: Uint8Array.from(values, (v) => (v < 0 ? 1 : 0)),
    categories: known,
  }
}

function rows<T>(count: number, value: (row: number) => T): T[] {
  return Array.from({ length: count }, (_, row) => value(row))
}

async function learned(id: TrainerId, task: Task, features: Frame, labels: readonly number[]) {
  const artifact = await trainers.get(id).fit({ task, features, labels: Float64Array.from(labels), seed: 1 }, {})
  return { artifact, scorer: await loadYdf(artifact) }
}

function accuracy(task: Task, scores: Scores, labels: readonly number[]): number {
  return labels.filter((label, row) => predictionAt(task, scores, row) === label).length / labels.length
}

describe.each([...trainers.ids])('what %s learned', (id) => {
  test.each([0.15, 0.85])('gives P(classes[1]) when %d of the rows are positive', async (share) => {
    const rng = seededRng(3)
    const x = rows(ROWS, () => rng())
    const labels = x.map((value) => (value < share ? 1 : 0))
    const task: Task = { kind: 'binary', classes: ['stays', 'leaves'] }
    const features = frame([numeric('x', x)])
    const { artifact, scorer } = await learned(id, task, features, labels)
    expect(decodeArtifact(artifact).header.modelClasses[0]).toBe(share < 0.5 ? 'stays' : 'leaves')
    expect(accuracy(task, scorer.score(features), labels)).toBeGreaterThan(0.97)
    const [low, high] = scorer.score(frame([numeric('x', [0.01, 0.99])]))
    expect(low).toBeGreaterThan(0.9)
    expect(high).toBeLessThan(0.1)
    scorer.close()
  })

  test('gives one probability a class in the order of the task, 0 for a class it never saw', async () => {
    const rng = seededRng(4)
    const task: Task = { kind: 'multiclass', classes: ['', 'rare', '__proto__', 'never seen', '42'] }
    const codes = [0, 2, 2, 4, 4, 4, 1]
    const labels = rows(ROWS, (row) => codes[row % 7]!)
    const features = frame([
      numeric(
        'x',
        labels.map((code) => code + rng() * 0.8),
      ),
    ])
    const { scorer } = await learned(id, task, features, labels)
    const scores = scorer.score(features)
    expect(scores).toHaveLength(ROWS * 5)
    expect(accuracy(task, scores, labels)).toBeGreaterThan(0.97)
    for (let row = 0; row < ROWS; row++) {
      const own = scores.subarray(row * 5, row * 5 + 5)
      expect(own[3]).toBe(0)
      expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4)
    }
    scorer.close()
  })

  test('keeps the layout of five classes when only two were in the rows', async () => {
    const task: Task = { kind: 'multiclass', classes: ['a', 'b', 'c', 'd', 'e'] }
    const labels = rows(300, (row) => (row % 3 === 0 ? 1 : 4))
    const features = frame([numeric('x', labels)])
    const { scorer } = await learned(id, task, features, labels)
    const scores = scorer.score(features)
    expect(scores).toHaveLength(1500)
    expect(accuracy(task, scores, labels)).toBe(1)
    expect([...scores.subarray(0, 5)].filter((p) => p === 0)).toHaveLength(3)
    scorer.close()
  })

  test('predicts values', async () => {
    const rng = seededRng(5)
    const x = rows(ROWS, () => rng() * 10)
    const features = frame([numeric('x', x)])
    const { scorer } = await learned(
      id,
      { kind: 'regression' },
      features,
      x.map((value) => 3 * value - 5),
    )
    const scores = scorer.score(features)
    const error = x.reduce((sum, value, row) => sum + Math.abs(scores[row]! - (3 * value - 5)), 0) / ROWS
    expect(error).toBeLessThan(0.3)
    scorer.close()
  })

  test.each(['numeric', 'boolean', 'categorical'] as const)(
    'reads a missing %s in scoring as in training',
    async (kind) => {
      const rng = seededRng(6)
      const isMissing = rows(ROWS, () => rng() < 0.25)
      const column = (missing: readonly boolean[]): Column => {
        if (kind === 'numeric')
          return numeric(
            'x',
            missing.map((gap) => (gap ? null : rng())),
          )
        if (kind === 'boolean')
          return boolean(
            'x',
            missing.map((gap) => (gap ? null : rng() < 0.5)),
          )
        return categorical(
          'x',
          missing.map((gap) => (gap ? null : ['m', '', 'b'][Math.floor(rng() * 3)]!)),
        )
      }
      const noise = (count: number) =>
        numeric(
          'noise',
          rows(count, () => rng()),
        )
      const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
      const labels = isMissing.map((gap) => (rng() < (gap ? 0.95 : 0.05) ? 1 : 0))
      const { scorer } = await learned(id, task, frame([column(isMissing), noise(ROWS)]), labels)
      const fresh = rows(400, (row) => row % 2 === 0)
      const scores = scorer.score(frame([column(fresh), noise(400)]))
      const wrong = fresh.filter((gap, row) => scores[row]! > 0.5 !== gap).length
      expect(wrong / 400).toBeLessThan(0.05)
      scorer.close()
    },
  )

  test('knows from a column with one value and gaps where the gaps are', async () => {
    const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
    const flag = rows(300, (row) => (row % 3 === 0 ? null : 7))
    const { scorer } = await learned(
      id,
      task,
      frame([numeric('flag', flag)]),
      flag.map((f) => (f === null ? 1 : 0)),
    )
    const scores = scorer.score(frame([numeric('flag', [null, 7, 8, null])]))
    expect([...scores].map((p) => p > 0.5)).toEqual([true, false, false, true])
    scorer.close()
  })

  test('maps categories by their text, and survives new ones', async () => {
    const texts = ['__proto__', 'constructor', '', '<OOD>', 'm', 'Zürich\u0000"\n', '17']
    const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
    const positive = new Set(['__proto__', '', 'Zürich\u0000"\n'])
    const given = rows(700, (row) => texts[row % texts.length]!)
    const { scorer } = await learned(
      id,
      task,
      frame([categorical('c', given)]),
      given.map((t) => (positive.has(t) ? 1 : 0)),
    )
    const asked = [...texts].reverse()
    const recoded = categorical('c', asked, ['new', ...texts, 'hasOwnProperty'])
    const scores = scorer.score(frame([recoded]))
    expect(asked.filter((_, row) => scores[row]! > 0.5)).toEqual(asked.filter((text) => positive.has(text)))
    const strange = scorer.score(frame([categorical('c', ['new', null, 'hasOwnProperty', '\ud800'])]))
    expect([...strange].every((p) => p >= 0 && p <= 1)).toBe(true)
    scorer.close()
  })

  test('leaves constant and empty columns out, and still asks for them', async () => {
    const x = rows(200, (row) => row % 2)
    const empty = rows(200, () => null)
    const features = frame([
      numeric('empty', empty),
      categorical(
        'one',
        rows(200, () => 'a'),
      ),
      numeric('x', x),
    ])
    const { scorer } = await learned(id, { kind: 'binary', classes: ['no', 'yes'] }, features, x)
    expect(scorer.features.map((feature) => feature.name)).toEqual(['empty', 'one', 'x'])
    const other = frame([numeric('x', [0, 1]), categorical('one', ['b', null]), numeric('empty', [3, 4])])
    expect([...scorer.score(other)].map((p) => p > 0.5)).toEqual([false, true])
    scorer.close()
  })

  test('scores rows alike alone, in slices and in a frame larger than a slice', async () => {
    const rng = seededRng(8)
    const count = 50_003
    const features = frame([
      numeric(
        'x',
        rows(count, () => rng()),
      ),
      boolean(
        'b',
        rows(count, () => rng() < 0.5),
      ),
    ])
    const x = features.columns[0] as Column & { kind: 'numeric' }
    const labels = rows(500, (row) => (x.values[row]! + rng() * 0.3 > 0.6 ? 1 : 0))
    const { scorer } = await learned(
      id,
      { kind: 'binary', classes: ['no', 'yes'] },
      sliceRows(features, 0, 500),
      labels,
    )
    const all = scorer.score(features)
    expect(scorer.score(sliceRows(features, 49_990, count))).toEqual(all.slice(49_990))
    expect(scorer.score(sliceRows(features, 7, 8))).toEqual(all.slice(7, 8))
    expect(scorer.score(sliceRows(features, 7, 7))).toHaveLength(0)
    scorer.close()
  })

  test('takes times, infinities and numbers of any size', async () => {
    const day = 86_400_000
    const at = rows(400, (row) => 1.7e12 + row * day)
    const time: Column = { kind: 'time', name: 't', values: Float64Array.from(at), missing: new Uint8Array(400) }
    const wild = rows(400, (row) => [Number.POSITIVE_INFINITY, 1e300, -1e300, 3e38, 0][row % 5]!)
    const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
    const features = frame([time, numeric('wild', wild)])
    const labels = rows(400, (row) => (row < 200 ? 0 : 1))
    const { scorer } = await learned(id, task, features, labels)
    expect(accuracy(task, scorer.score(features), labels)).toBeGreaterThan(0.95)
    scorer.close()
  })

  test('stays sound on ten rows and on noise', async () => {
    const rng = seededRng(9)
    const trainer = trainers.get(id)
    for (let round = 0; round < 12; round++) {
      const task: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }
      const features = frame([
        numeric(
          'x',
          rows(10, () => (rng() < 0.3 ? null : rng())),
        ),
        boolean(
          'b',
          rows(10, () => rng() < 0.5),
        ),
      ])
      const labels = Float64Array.from(rows(10, (row) => (row % 2) + (row === 7 ? 1 : 0)))
      const scorer = await loadYdf(await trainer.fit({ task, features, labels, seed: 1 }, { minRows: 2 }))
      const scores = scorer.score(features)
      expect(scores).toHaveLength(10 * scoresPerRow(task))
      expect(scores.every((p) => p >= 0 && p <= 1)).toBe(true)
      scorer.close()
    }
  })
})

describe('a loaded model', () => {
  const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
  const x = rows(100, (row) => row % 2)
  const features = frame([
    numeric('x', x),
    categorical(
      'c',
      rows(100, (row) => `v${row % 3}`),
    ),
  ])

  test('refuses data without one of its features, or with another kind', async () => {
    const { scorer } = await learned('ydf-gradient-boosting', task, features, x)
    const c = features.columns[1] as Column
    expect(() => scorer.score(frame([c]))).toThrow(/needs the feature 'x'/)
    expect(() =>
      scorer.score(
        frame([
          categorical(
            'x',
            rows(100, () => 'a'),
          ),
          c,
        ]),
      ),
    ).toThrow(/'x' as numeric.*as categorical/)
    scorer.close()
    scorer.close()
    expect(() => scorer.score(features)).toThrow(/closed/)
  })

  test('refuses corrupt bytes, and a payload that is no model, and works on', async () => {
    const { artifact, scorer } = await learned('ydf-gradient-boosting', task, features, x)
    const flipped = Uint8Array.from(artifact)
    flipped[artifact.length - 500]! ^= 1
    await expect(loadYdf(flipped)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
    await expect(loadYdf(artifact.subarray(0, 900))).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
    const { header, payload } = decodeArtifact(artifact)
    await expect(loadYdf(encodeArtifact(header, payload.slice(0, 700)))).rejects.toMatchObject({
      code: 'ARTIFACT_CORRUPT',
    })
    await expect(loadYdf(encodeArtifact({ ...header, features: [] }, payload))).rejects.toMatchObject({
      code: 'ARTIFACT_CORRUPT',
      message: expect.stringContaining("asks for an input 'f0'"),
    })
    const again = await loadYdf(artifact)
    expect(again.score(features)).toEqual(scorer.score(features))
  })
})
