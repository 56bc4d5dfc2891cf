import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/app/config/load.ts'
import { type Frame, frame } from '../../src/data/frame.ts'
import type { Schema, Task } from '../../src/data/schema.ts'
import { adoptOnnx, describeOnnx } from '../../src/runtimes/adopt.ts'
import { openScorer } from '../../src/runtimes/catalog.ts'
import { readTable } from '../../src/store/files/read-table.ts'
import { boolean, categorical, numeric } from '../support/forests.ts'
import { runPython } from '../support/python.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/sklearn-random-forest/', import.meta.url))
const TASK: Task = { kind: 'binary', classes: ['no', 'yes'] }
const FEATURES: Schema = [
  { name: 'tenure_months', kind: 'numeric' },
  { name: 'monthly_bill', kind: 'numeric' },
  { name: 'support_calls', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
  { name: 'contract', kind: 'categorical' },
  { name: 'autopay', kind: 'boolean' },
]
/** Beyond this, two answers are not the same; a forest on 32-bit numbers may turn the other way at a threshold. */
const SAME = 1e-5
const SHARE_SAME = 0.99

type Features = Record<string, number | string | boolean | null>
interface Prediction {
  readonly id: string
  readonly features: Features
  readonly score?: number
}

let folder = ''
const at = (...parts: string[]) => join(folder, ...parts)
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keepfit-sklearn-'))
  execFileSync(process.execPath, [join(EXAMPLE, 'make-data.mjs'), at('data')])
  await train('--data', at('data', 'sample.csv'), '--label', 'churned', '--out', at('model'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** -B: the example's folder stays as it is. */
const train = (...args: string[]) => runPython(['-B', join(EXAMPLE, 'train.py'), ...args])

/** What scikit-learn itself says of the events, by the example's service. */
async function scoredByPython(events: readonly Prediction[]): Promise<number[]> {
  writeFileSync(at('asked.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  const files = ['--model', at('model', 'model.joblib'), '--events', at('asked.ndjson'), '--out', at('said.ndjson')]
  await runPython(['-B', join(EXAMPLE, 'score.py'), ...files])
  return linesOf(at('said.ndjson')).map((line) => (JSON.parse(line) as Required<Prediction>).score)
}

function frameOf(rows: readonly Features[]): Frame {
  return frame(
    FEATURES.map(({ name, kind }) => {
      const values = rows.map((row) => row[name] ?? null)
      if (kind === 'categorical') return categorical(name, values as (string | null)[])
      if (kind === 'boolean') return boolean(name, values as (boolean | null)[])
      return numeric(name, values as (number | null)[])
    }),
  )
}

async function scoredHere(rows: readonly Features[], model = 'model'): Promise<number[]> {
  const bytes = new Uint8Array(readFileSync(at(model, 'model.onnx')))
  const artifact = await adoptOnnx({ bytes, task: TASK, features: FEATURES }, frameOf(rows))
  const scorer = await openScorer(artifact)
  const scores = await scorer.score(frameOf(rows))
  scorer.close()
  return [...scores]
}

function predictions(): Prediction[] {
  return linesOf(at('data', 'predictions.ndjson')).map((line) => JSON.parse(line) as Prediction)
}

/** Asks both sides about all blocks at once: Python takes its time to start. */
async function expectSame(blocks: readonly (readonly Prediction[])[]): Promise<number[][]> {
  const events = blocks.flat()
  const [python, here] = [await scoredByPython(events), await scoredHere(events.map(({ features }) => features))]
  expect(here).toHaveLength(python.length)
  let from = 0
  return blocks.map(({ length }, block) => {
    const rows = Array.from({ length }, (_, i) => from + i)
    from += length
    const same = rows.filter((row) => Math.abs((here[row] ?? 0) - (python[row] ?? Number.NaN)) <= SAME).length
    expect(same / length, `block ${block}`).toBeGreaterThanOrEqual(SHARE_SAME)
    return rows.map((row) => here[row] ?? Number.NaN)
  })
}

describe('a random forest of scikit-learn, exported to ONNX', () => {
  test('says what it says in Python, of 12,000 rows', async () => {
    const [scores] = await expectSame([predictions()])
    expect(scores).toHaveLength(12_000)
    expect(new Set(scores?.map((score) => score.toFixed(2))).size).toBeGreaterThan(80)
  })

  test('says the same of missing values and of words that it never saw', async () => {
    const some = predictions().slice(0, 300)
    const changed = (name: string, value: string | null) =>
      some.map((event) => ({ ...event, features: { ...event.features, [name]: value } }))
    const gaps = FEATURES.map(({ name }) => changed(name, null))
    const strange = ['plan', 'contract'].map((name) => changed(name, 'never heard of'))
    const [before, ...after] = await expectSame([some, ...gaps, ...strange, changed('contract', '')])
    const [, , calls, , contract, , , , empty] = after
    expect(calls, 'missing calls matter').not.toEqual(before)
    expect(contract, 'a missing contract matters').not.toEqual(before)
    expect(contract, 'a missing text is an empty one').toEqual(empty)
  })

  test('names its inputs as the columns are called, and its classes', async () => {
    const description = await describeOnnx(new Uint8Array(readFileSync(at('model', 'model.onnx'))))
    expect(description.classes).toEqual(['no', 'yes'])
    expect(description.inputs.map(({ name }) => name).sort()).toEqual(FEATURES.map(({ name }) => name).sort())
    expect(JSON.parse(readFileSync(at('model', 'metrics.json'), 'utf8'))).toMatchObject({ rows: 2400 })
  })
})

describe('the example', () => {
  test('holds up before the change, falls below 0.85 after it, and is good again once trained on four weeks of it', async () => {
    const events = predictions()
    const labels = new Map(
      linesOf(at('data', 'labels.ndjson')).map((line): [string, string] => {
        const { predictionId, label } = JSON.parse(line) as { predictionId: string; label: string }
        return [predictionId, label]
      }),
    )
    const accuracy = (scores: readonly number[], from: number, to: number) => {
      const right = events.map(({ id }, row) => (scores[row] ?? 0) > 0.5 === (labels.get(id) === 'yes')).slice(from, to)
      return right.filter(Boolean).length / right.length
    }
    const rows = events.map(({ features }) => features)
    const first = await scoredHere(rows)
    // Ten weeks of 500 before the change, fourteen after it. The README names these figures.
    expect(accuracy(first, 0, 5000)).toBeCloseTo(0.95, 2)
    expect(accuracy(first, 5000, 12_000)).toBeCloseTo(0.73, 2)

    const names = FEATURES.map(({ name }) => name)
    const lines = events
      .slice(5000, 7000)
      .map(({ id, features }) => [...names.map((name) => features[name] ?? ''), labels.get(id)].join(','))
    writeFileSync(at('recent.csv'), [[...names, 'churned'].join(','), ...lines].join('\n'))
    await train('--data', at('recent.csv'), '--label', 'churned', '--out', at('second'))
    const second = await scoredHere(rows, 'second')
    expect(accuracy(second, 7000, 12_000)).toBeCloseTo(0.91, 2)
  })

  test('trains only when it is below its threshold, as its script did before', async () => {
    const said = await train('--data', at('data', 'sample.csv'), '--label', 'churned', '--out', at('model'))
    expect(said).toContain('nothing to do')
  })

  test('has a configuration that is valid, of a sample that is read as the model wants it', async () => {
    const { models } = await loadConfig(join(EXAMPLE, 'threshold.yaml'))
    const settings = models.get('threshold')
    expect(settings?.trainer).toMatchObject({ trainer: 'command' })
    expect(settings?.triggers).toMatchObject([{ trigger: 'performance-floor', metric: 'accuracy', floor: 0.85 }])
    const { frame: table } = await readTable(at('data', 'sample.csv'))
    const kinds = Object.fromEntries(table.columns.map(({ name, kind }) => [name, kind]))
    for (const { name, kind } of FEATURES) expect(kinds[name], name).toBe(kind)
  })

  test('needs the versions that it is tested with', () => {
    const pinned = (path: string) =>
      new Map(
        linesOf(path).flatMap((line): [string, string][] => {
          const [, name, version] = /^([\w-]+)==([\w.]+)/.exec(line) ?? []
          return name === undefined || version === undefined ? [] : [[name, version]]
        }),
      )
    const tested = pinned(join(EXAMPLE, '../../test/python/requirements.txt'))
    const example = pinned(join(EXAMPLE, 'requirements.txt'))
    expect(example.size).toBeGreaterThan(4)
    for (const [name, version] of example) expect(tested.get(name), name).toBe(version)
    for (const [name, version] of pinned(join(EXAMPLE, '../../test/golden/requirements.txt')))
      expect(tested.get(name) ?? version, name).toBe(version)
  })
})
