import { describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { seededRng } from '../base/rng.ts'
import { type CategoricalColumn, type Frame, frame, type NumericColumn } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { artifactDigest, decodeArtifact } from '../models/artifact.ts'
import { builtInTrainers } from './catalog.ts'
import type { TrainingInput } from './trainer.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const REGRESSION: Task = { kind: 'regression' }

function numeric(name: string, rows: number, value: (row: number) => number): NumericColumn {
  const values = Float64Array.from({ length: rows }, (_, row) => value(row))
  return { kind: 'numeric', name, values, missing: Uint8Array.from(values, (v) => (Number.isNaN(v) ? 1 : 0)) }
}

function categorical(name: string, rows: number, text: (row: number) => string): CategoricalColumn {
  const texts = Array.from({ length: rows }, (_, row) => text(row))
  const categories = [...new Set(texts)]
  const values = Int32Array.from(texts, (one) => categories.indexOf(one))
  return { kind: 'categorical', name, values, missing: new Uint8Array(rows), categories }
}

function noise(rows: number, seed = 1): Frame {
  const rng = seededRng(seed)
  return frame([numeric('a', rows, rng), numeric('b', rows, rng)])
}

function input(task: Task, features: Frame, label: (row: number) => number, seed = 1): TrainingInput {
  return { task, features, labels: Float64Array.from({ length: features.rows }, (_, row) => label(row)), seed }
}

async function fault(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Fault)
  return error as Fault
}

describe.each(builtInTrainers.all.map((trainer) => [trainer.id, trainer] as const))('trainer %s', (id, trainer) => {
  test('trains with its defaults and signs the artifact with its own name', async () => {
    const { header } = decodeArtifact(
      await trainer.fit(
        input(BINARY, noise(60), (row) => row % 2),
        {},
      ),
    )
    expect(header).toMatchObject({ learner: id, task: BINARY, givenRows: 60, trainedRows: 60 })
    expect(header.features).toEqual([
      { name: 'a', kind: 'numeric' },
      { name: 'b', kind: 'numeric' },
    ])
  })

  test('refuses unknown options and values out of bounds', async () => {
    for (const options of [
      { trees: 5 },
      { minRows: 1 },
      { maxRows: 10 },
      { maxRows: 1e12 },
      { trainer: 'x' },
      null,
      'x',
    ]) {
      const { code } = await fault(
        trainer.fit(
          input(BINARY, noise(60), (row) => row % 2),
          options,
        ),
      )
      expect(code, JSON.stringify(options)).toBe('CONFIG_INVALID')
    }
  })

  test('says why nothing can be learned', async () => {
    const constant = frame([numeric('a', 60, () => 7), numeric('b', 60, () => Number.NaN)])
    const cases: [TrainingInput, RegExp][] = [
      [input(BINARY, noise(29), (row) => row % 2), /29 labelled rows are too few.*30/],
      [input(BINARY, noise(60), () => 1), /all 60 rows belong to one class, 'yes'/],
      [input(REGRESSION, noise(60), () => 4), /all 60 rows have the same label, 4/],
      [input(REGRESSION, noise(60), (row) => (row === 3 ? 1e300 : row)), /label of a row is 1e\+300/],
      [input(BINARY, constant, (row) => row % 2), /none of the 2 features has two different values/],
      [input(BINARY, frame([]), () => 1), /no feature/],
    ]
    for (const [given, message] of cases) {
      const { code, message: said } = await fault(trainer.fit(given, {}))
      expect(code, said).toBe('TRAINING_FAILED')
      expect(said).toMatch(message)
    }
  })

  test('trains again after a failure', async () => {
    await fault(
      trainer.fit(
        input(BINARY, noise(60), () => 1),
        {},
      ),
    )
    expect(
      await trainer.fit(
        input(BINARY, noise(60), (row) => row % 2),
        {},
      ),
    ).toBeInstanceOf(Uint8Array)
  })

  test('learns from a sample above maxRows, drawn by the seed, and says so', async () => {
    const features = noise(400)
    const drawn = (seed: number) =>
      trainer.fit(
        input(BINARY, features, (row) => row % 2, seed),
        { maxRows: 100 },
      )
    const [one, same, other] = [await drawn(1), await drawn(1), await drawn(2)]
    expect(decodeArtifact(one).header).toMatchObject({ givenRows: 400, trainedRows: 100 })
    expect(artifactDigest(same)).toBe(artifactDigest(one))
    expect(artifactDigest(other)).not.toBe(artifactDigest(one))
  })

  test('gives the same bytes for the same rows, and leaves its input alone', async () => {
    const features = frame([...noise(300).columns, categorical('c', 300, (row) => `text ${row % 12}`)])
    const given = input(REGRESSION, features, (row) => (row * 37) % 11)
    const copy = structuredClone(given)
    const ids = new Set([artifactDigest(await trainer.fit(given, {}))])
    await new Promise((resolve) => setTimeout(resolve, 1100)) // the learner writes its clock, in seconds
    for (let again = 0; again < 3; again++) ids.add(artifactDigest(await trainer.fit(given, {})))
    expect(ids.size).toBe(1)
    expect(given).toEqual(copy)
  })

  test('every option is described with a unit and bounded', () => {
    for (const [name, option] of Object.entries(trainer.config.shape)) {
      if (name === 'trainer') continue
      expect(option.description, name).toMatch(/\. Rows\.$/)
    }
  })
})

test('a trainer leaves no handlers behind and prints nothing', async () => {
  const listeners = () => process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')
  const before = listeners()
  await builtInTrainers.get('ydf-gradient-boosting').fit(
    input(BINARY, noise(60), (row) => row % 2),
    {},
  )
  expect(listeners()).toBe(before)
})
