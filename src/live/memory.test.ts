import { expect, test } from 'vitest'
import type { WindowRows } from '../data/window-rows.ts'
import { memoryOf } from './memory.ts'
import type { ClosedWindow, LivePorts } from './ports.ts'
import type { ModelShape } from './shape.ts'

const LABELS = { delayMs: null, share: null, absentAfterMs: null, absentMeans: null }

/** A world of windows of one instant each, that counts which rows it was asked for. */
function world() {
  const asked: number[] = []
  const ports = {
    windows: async (_: string, numbers: readonly number[]) =>
      numbers.map(
        (number): ClosedWindow => ({
          number,
          start: number,
          end: number + 1,
          rows: 1,
          profile: null,
          maturedSeq: null,
          labelledRows: null,
        }),
      ),
    rows: async (_: string, { start }: { start: number }) => {
      asked.push(start)
      return { ids: [`p${start}`] } as unknown as WindowRows
    },
  } as unknown as LivePorts
  return { asked, memory: memoryOf(ports, 'm', {} as ModelShape, { seed: 1, labels: LABELS }) }
}

test('however many windows are asked for together, the rows of all of them are at hand', async () => {
  const { memory } = world()
  const numbers = Array.from({ length: 45 }, (_, number) => number)
  await memory.loadRows(numbers)
  expect(numbers.map((number) => memory.rows(number).ids[0])).toEqual(numbers.map((number) => `p${number}`))
})

test('rows that were asked for lately are read once, those of long ago again', async () => {
  const { memory, asked } = world()
  await memory.loadRows([0])
  for (let number = 1; number < 20; number++) await memory.loadRows([0, number])
  expect(asked).toHaveLength(20)
  await memory.loadRows([20])
  await memory.loadRows([0, 1])
  expect(asked.slice(20)).toEqual([20, 1])
})
