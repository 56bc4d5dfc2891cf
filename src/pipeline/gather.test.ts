import { describe, expect, test } from 'vitest'
import { type FakeModel, pipelineWorld } from '../../test/support/pipeline-world.ts'
import { frame } from '../data/frame.ts'
import { GateConfig } from '../gates/catalog.ts'
import { NOTHING_GATHERED } from '../gates/gate.ts'
import { gather } from './gather.ts'
import { judge } from './judge.ts'
import type { GateLookups } from './ports.ts'

const champion: FakeModel = { windows: [0, 1], wrongEvery: 5 }
const challenger: FakeModel = { windows: [2, 3, 4], wrongEvery: 20 }
const FROZEN = GateConfig.parse({ gate: 'must-pass', rows: [{ features: {}, expect: 'yes' }] })

/** A world that answers everything, and keeps a list of what it was asked. */
function world() {
  const asked: string[] = []
  const column = (name: string) =>
    ({ kind: 'numeric', name, values: new Float64Array(400), missing: new Uint8Array(400) }) as const
  const lookups: GateLookups<FakeModel> = {
    features(windows) {
      asked.push(`features ${windows}`)
      return frame([column('a'), column('b')])
    },
    facts: (model) => ({ artifactBytes: model === champion ? 100 : 200, trainedRows: 550 }),
    latencies(model) {
      asked.push(`latencies of the ${model === champion ? 'champion' : 'challenger'}`)
      return null
    },
    async scoresWithout(_, windows, features) {
      asked.push(`${windows} without ${features}`)
      return features.map((_, at) => new Float32Array(400).fill(at / 10))
    },
    async mustPass(_, gate) {
      asked.push(`frozen rows of ${gate.gate}`)
      return { expected: Float64Array.of(1), challenger: Float32Array.of(gate === FROZEN ? 0.9 : 0.1) }
    },
  }
  const made = pipelineWorld({ lookups })
  const trial = { task: made.task, scale: 1, champion, challenger, heldOut: [5, 6] }
  const of = (options: Parameters<typeof GateConfig.parse>[0]) => gather(made.ports, trial, GateConfig.parse(options))
  return { ...made, asked, trial, of }
}

describe('what is gathered for a gate', () => {
  test('is nothing where it needs nothing', async () => {
    const { asked, of } = world()
    expect(await of({ gate: 'paired-blocks' })).toEqual(NOTHING_GATHERED)
    expect(asked).toEqual([])
  })

  test('is nothing where the world can tell nothing', async () => {
    const { ports, task } = pipelineWorld()
    const trial = { task, scale: 1, champion, challenger, heldOut: [5, 6] }
    expect(await gather(ports, trial, GateConfig.parse({ gate: 'slices' }))).toEqual(NOTHING_GATHERED)
  })

  test('is only what it needs', async () => {
    const { asked, of } = world()
    expect(await of({ gate: 'artifact-size' })).toEqual({
      ...NOTHING_GATHERED,
      artifactBytes: { champion: 100, challenger: 200 },
    })
    const { features, ...rest } = await of({ gate: 'slices' })
    expect(features?.rows).toBe(400)
    expect(rest).toEqual({ ...NOTHING_GATHERED, features: undefined })
    await of({ gate: 'latency' })
    expect(asked).toEqual(['features 5,6', 'latencies of the challenger'])
  })

  test('counts what the challenger learned from: windows, labelled rows by class, and no more than were drawn', async () => {
    const { trainingCounts } = await world().of({ gate: 'minimum-data' })
    expect(trainingCounts).toEqual({ windows: 3, rows: 550, rowsPerClass: [300, 300] })
  })

  test('takes away the features that the gate names, or all of them, and none that is not there', async () => {
    const { asked, of } = world()
    const { missingProbe } = await of({ gate: 'missing-robustness' })
    expect(missingProbe?.map(({ feature, scores }) => [feature, scores[0]])).toEqual([
      ['a', 0],
      ['b', Math.fround(0.1)],
    ])
    await of({ gate: 'missing-robustness', features: ['b', 'z'] })
    expect(asked.filter((one) => one.includes('without'))).toEqual(['5,6 without a,b', '5,6 without b'])
  })

  test('rescores nothing where nothing was held out', async () => {
    const { asked, ports, trial } = world()
    const config = GateConfig.parse({ gate: 'missing-robustness' })
    expect((await gather(ports, { ...trial, heldOut: [] }, config)).missingProbe).toBeNull()
    expect(asked.filter((one) => one.includes('without'))).toEqual([])
  })
})

test('each of two gates of a kind is judged on the frozen rows that it names itself', async () => {
  const { ports, trial } = world()
  const other = GateConfig.parse({ gate: 'must-pass', file: 'other.csv' })
  const verdicts = await judge(ports, trial, [other, FROZEN])
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(['fail', 'pass'])
})
