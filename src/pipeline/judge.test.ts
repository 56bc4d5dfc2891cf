import { describe, expect, test } from 'vitest'
import { type FakeModel, pipelineWorld } from '../../test/support/pipeline-world.ts'
import { GateConfig } from '../gates/catalog.ts'
import { judge } from './judge.ts'

const AUDIT = GateConfig.parse({ gate: 'overlap-audit' })
const BLOCKS = GateConfig.parse({ gate: 'paired-blocks' })
const champion: FakeModel = { windows: [0, 1], wrongEvery: 5 }
const challenger: FakeModel = { windows: [2, 3, 4], wrongEvery: 20 }

function judged(world: ReturnType<typeof pipelineWorld>, gates: readonly GateConfig[], heldOut = [5, 6]) {
  return judge(world.ports, { task: world.task, scale: 1, champion, challenger, heldOut }, gates)
}

test('both versions are scored on the same windows in the same order, with the labels of just these', async () => {
  const world = pipelineWorld()
  await judged(world, [BLOCKS])
  const windowsOf = (model: FakeModel) => world.scored.filter(([scored]) => scored === model).map(([, w]) => w)
  expect(windowsOf(champion)).toEqual([5, 6])
  expect(windowsOf(challenger)).toEqual([5, 6])
  expect(world.labelsAsked).toEqual([5, 6])
})

test('every gate sees the same rows and answers in the order asked', async () => {
  const world = pipelineWorld()
  const verdicts = await judged(world, [BLOCKS, AUDIT, GateConfig.parse({ gate: 'convergence' })])
  expect(verdicts.map(({ gate, rows }) => [gate, rows])).toEqual([
    ['paired-blocks', 400],
    ['overlap-audit', 400],
    ['convergence', 400],
  ])
})

test('the comparison favours the version that is right more often', async () => {
  // Wrong on a fifth and on a twentieth of the rows: .15 loss a row is saved.
  const [verdict] = await judged(pipelineWorld(), [BLOCKS])
  expect(verdict).toMatchObject({ outcome: 'pass' })
  expect(verdict?.observed).toBeCloseTo(0.15, 6)
})

test('no gate, no verdict', async () => {
  expect(await judged(pipelineWorld(), [])).toEqual([])
})

describe('leakage', () => {
  test('rows that were really held out pass the audit', async () => {
    expect((await judged(pipelineWorld(), [AUDIT]))[0]).toMatchObject({ outcome: 'pass', observed: 0, rows: 400 })
  })

  test.each([
    ['challenger', 3],
    ['champion', 1],
  ] as const)(
    'one planted row that the %s learned from and is judged on fails the audit',
    async (who, trainingWindow) => {
      const leaked = 'customer-17'
      const world = pipelineWorld({
        rowId: (window, row) => {
          const isPlant = (window === trainingWindow && row === 7) || (window === 6 && row === 50)
          return isPlant ? leaked : `${window}/${row}`
        },
      })
      const [verdict] = await judged(world, [AUDIT])
      expect(verdict).toMatchObject({ outcome: 'fail', observed: 1 })
      expect(verdict?.because).toContain(`${leaked} (${who})`)
    },
  )

  test('a row that neither of them learned from may share its id with a row outside of all this', async () => {
    const world = pipelineWorld({ rowId: (window, row) => (window === 9 ? 5 * 200 + row : window * 200 + row) })
    expect((await judged(world, [AUDIT]))[0]).toMatchObject({ outcome: 'pass' })
  })

  test('rows of equal content under other ids are counted and reported, not failed', async () => {
    const world = pipelineWorld({
      content: (window, row) => (window === 5 && row < 3 ? 2 * 200 + row : window * 200 + row),
    })
    const [verdict] = await judged(world, [AUDIT])
    expect(verdict).toMatchObject({ outcome: 'pass', observed: 0 })
    expect(verdict?.because).toContain('rows of equal content under another id: 3')
  })

  test('equal content among the rows that only the champion learned from is not counted', async () => {
    const world = pipelineWorld({ content: (window, row) => (window === 5 ? row : window * 200 + row) })
    expect((await judged(world, [AUDIT]))[0]?.because).toContain('under another id: 0')
  })
})
