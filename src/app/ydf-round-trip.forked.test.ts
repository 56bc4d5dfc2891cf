import { describe, expect, test } from 'vitest'
import { accuracy, boolean, categorical, learned, numeric, rows } from '../../test/support/forests.ts'
import { seededRng } from '../base/rng.ts'
import { type Column, frame, sliceRows } from '../data/frame.ts'
import { scoresPerRow, type Task } from '../data/schema.ts'
import { decodeArtifact, encodeArtifact } from '../models/artifact.ts'
import { loadYdf } from '../runtimes/ydf.ts'
import { builtInTrainers } from '../trainers/catalog.ts'

const ROWS = 1200

describe.each([...builtInTrainers.ids])('what %s learned', (id) => {
  test.each([0.15, 0.85])('gives P(classes[1]) when %d of the rows are positive', async (share) => {
    const rng = seededRng(3)
    const x = rows(ROWS, () => rng())
    const labels = x.map((value) => (value < share ? 1 : 0))
    const task: Task = { kind: 'binary', classes: ['stays', 'leaves'] }
    const features = frame([numeric('x', x)])
    const { artifact, scorer } = await learned(id, task, features, labels)
    expect(decodeArtifact(artifact).header.modelClasses[0]).toBe(share < 0.5 ? 'stays' : 'leaves')
    expect(accuracy(task, await scorer.score(features), labels)).toBeGreaterThan(0.97)
    const [low, high] = await scorer.score(frame([numeric('x', [0.01, 0.99])]))
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
    const scores = await scorer.score(features)
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
    const scores = await scorer.score(features)
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
    const scores = await scorer.score(features)
    const error = x.reduce((sum, value, row) => sum + Math.abs(scores[row]! - (3 * value - 5)), 0) / ROWS
    expect(error).toBeLessThan(0.3)
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
    const all = await scorer.score(features)
    expect(await scorer.score(sliceRows(features, 49_990, count))).toEqual(all.slice(49_990))
    expect(await scorer.score(sliceRows(features, 7, 8))).toEqual(all.slice(7, 8))
    expect(await scorer.score(sliceRows(features, 7, 7))).toHaveLength(0)
    scorer.close()
  })

  test('stays sound on ten rows and on noise', async () => {
    const rng = seededRng(9)
    const trainer = builtInTrainers.get(id)
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
      const scores = await scorer.score(features)
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
    await expect(scorer.score(frame([c]))).rejects.toThrow(/needs the feature 'x'/)
    await expect(
      scorer.score(
        frame([
          categorical(
            'x',
            rows(100, () => 'a'),
          ),
          c,
        ]),
      ),
    ).rejects.toThrow(/'x' as numeric.*as categorical/)
    scorer.close()
    scorer.close()
    await expect(scorer.score(features)).rejects.toThrow(/closed/)
  })

  test('scores more rows than fit one slice as it scores them alone', async () => {
    const { scorer } = await learned('ydf-gradient-boosting', task, features, x)
    const rng = seededRng(8)
    const numbers = rows(100_003, () => rng())
    const words = rows(100_003, (row) => `v${row % 7}`)
    const many = frame([numeric('x', numbers), categorical('c', words)])
    const scores = await scorer.score(many)
    for (const [from, to] of [
      [49_990, 50_010],
      [99_990, 100_003],
    ] as const)
      expect([...scores.subarray(from, to)]).toEqual([...(await scorer.score(sliceRows(many, from, to)))])
    scorer.close()
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
    expect(await again.score(features)).toEqual(await scorer.score(features))
  })
})
