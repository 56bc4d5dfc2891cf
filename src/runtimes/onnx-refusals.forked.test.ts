import { describe, expect, test } from 'vitest'
import { artifactOf, expected, numbers, onnxFile, PAIR, rowsOf, scored } from '../../test/support/onnx.ts'
import { seededRng } from '../base/rng.ts'
import type { Task } from '../data/schema.ts'
import { decodeArtifact, encodeArtifact } from '../models/artifact.ts'
import type { OnnxDraft } from '../models/onnx-artifact.ts'
import { openScorer } from './catalog.ts'

const VALUE: Task = { kind: 'regression' }

describe('an ONNX model that cannot be used', () => {
  test.each([
    ['zipmap', { features: numbers(3) }, /zipmap": False/],
    ['forest-pair', { features: numbers(2) }, /takes 3 features; the artifact names 2/],
    ['forest-pair', { features: [...numbers(2), { name: 'c', kind: 'categorical' }] }, /no categorical feature; 'c'/],
    ['two-outputs', {}, /'a', 'b'; say which/],
    ['two-outputs', { runtime: { output: 'c' } }, /no output 'c'; there are: 'a', 'b'/],
    ['future', {}, /operator set 900 of ai\.onnx; this version reads up to \d+/],
  ] as const)('%s is refused in words', async (name, draft, message) => {
    const artifact = artifactOf(name, draft as Partial<OnnxDraft>)
    await expect(openScorer(artifact)).rejects.toMatchObject({
      code: 'ARTIFACT_CORRUPT',
      message: expect.stringMatching(message),
    })
  })

  test('is refused when its weights are elsewhere, though its artifact is whole', async () => {
    const { header } = decodeArtifact(artifactOf('sigmoid'))
    for (const name of ['outside', 'outside-branch']) {
      const refused = openScorer(encodeArtifact(header, onnxFile(name)))
      await expect(refused).rejects.toMatchObject({
        code: 'ARTIFACT_CORRUPT',
        message: expect.stringMatching(/another file/),
      })
    }
  })

  test('is refused when its artifact says other classes than its file', async () => {
    const { header, payload } = decodeArtifact(artifactOf('forest-pair', { features: numbers(3) }))
    const turned = encodeArtifact({ ...header, modelClasses: ['yes', 'no'] }, payload)
    await expect(openScorer(turned)).rejects.toMatchObject({
      code: 'ARTIFACT_CORRUPT',
      message: expect.stringMatching(/names its classes no, yes, in this order; its artifact says yes, no/),
    })
  })

  test('with broken bytes is refused or scores numbers, and never ends the process', async () => {
    const artifact = artifactOf('forest-pair', { features: numbers(3) })
    const flipped = Uint8Array.from(artifact)
    flipped[artifact.length - 9]! ^= 4
    await expect(openScorer(flipped)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
    const { header, payload } = decodeArtifact(artifact)
    await expect(openScorer(encodeArtifact(header, payload.slice(0, 900)))).rejects.toMatchObject({
      code: 'ARTIFACT_CORRUPT',
    })
    const rng = seededRng(5)
    const rows = rowsOf(expected('forest-pair').rows)
    const outcomes = new Set<string>()
    for (let round = 0; round < 200; round++) {
      const broken = Uint8Array.from(payload)
      for (let i = 0; i < 2; i++) broken[Math.floor(rng() * broken.length)] = Math.floor(rng() * 256)
      const outcome = await openScorer(encodeArtifact(header, broken))
        .then(async (scorer) => {
          const scores = await scorer.score(rows).finally(() => scorer.close())
          return scores.every((p) => p >= 0 && p <= 1) ? 'scored' : 'nonsense'
        })
        .catch((error: { code?: string }) => error.code ?? String(error))
      outcomes.add(outcome)
    }
    expect([...outcomes].sort()).toEqual(['ARTIFACT_CORRUPT', 'SCORING_FAILED', 'scored'])
  })

  test('fails to score where it gives NaN, no probability, or too few numbers', async () => {
    const cases = [
      [
        'logarithm',
        [
          [0.5, 1],
          [-1, 1],
        ],
        PAIR,
        /gave -0\.69\d+ for row 0; probabilities must be in \[0, 1\]/,
      ],
      [
        'logarithm',
        [
          [1, 1],
          [1, -1],
        ],
        PAIR,
        /gave NaN for row 1/,
      ],
      [
        'logarithm',
        [
          [1, 1],
          [1, 0],
        ],
        VALUE,
        /gave 4 numbers for 2 rows; it must give one number a row/,
      ],
      [
        'total',
        [
          [1, 1],
          [1, 0],
        ],
        PAIR,
        /gave 1 numbers for 2 rows; it must give one number a class \('no', 'yes'\)/,
      ],
    ] as const
    for (const [name, rows, task, message] of cases) {
      await expect(scored(name, rowsOf(rows), { task })).rejects.toMatchObject({
        code: 'SCORING_FAILED',
        message: expect.stringMatching(message),
      })
    }
    const infinite = rowsOf([[0], [1]])
    await expect(scored('logarithm', infinite, { task: VALUE, features: numbers(1) })).rejects.toThrow(
      /takes 2 features/,
    )
  })

  test('needs its features, and is not asked after it was closed', async () => {
    const scorer = await openScorer(artifactOf('sigmoid'))
    await expect(scorer.score(rowsOf([[1]]))).rejects.toMatchObject({ code: 'DATA_INVALID' })
    scorer.close()
    scorer.close()
    await expect(scorer.score(rowsOf([[1, 2]]))).rejects.toThrow(/closed/)
  })
})
