import { describe, expect, test } from 'vitest'
import { recordedRows } from '../../test/support/recorded-rows.ts'
import type { ModelRef } from '../backtest/ports.ts'
import { Fault } from '../base/fault.ts'
import { trainRolling } from './rolling-models.ts'
import type { TrainedModels } from './trained-models.ts'

const STREAM = {
  ...recordedRows(
    Array.from({ length: 8 }, () => 2),
    undefined,
    3,
  ),
  rollingWindows: 4,
}

/** Models that fail where `fails` says so, by their newest window. */
function models(fails: (newest: number) => Error | undefined = () => undefined): TrainedModels {
  return {
    async fit(windows): Promise<ModelRef> {
      const trainedTo = windows.at(-1) as number
      const error = fails(trainedTo)
      if (error !== undefined) throw error
      return { key: windows.join(), windows, trainedTo }
    },
    scores: () => new Float32Array(),
  }
}

describe('the rolling models of a replay', () => {
  test('end with each window from the last of the warm-up to the last but one, and reach back the rolling span', async () => {
    const rolling = await trainRolling(STREAM, models(), () => {})
    expect(Array.from(rolling, (model) => model?.windows)).toEqual([
      undefined,
      undefined,
      [0, 1, 2],
      [0, 1, 2, 3],
      [1, 2, 3, 4],
      [2, 3, 4, 5],
      [3, 4, 5, 6],
    ])
  })

  test('are missing where nothing could be learned', async () => {
    const oneClass = (newest: number) => (newest === 4 ? new Fault('TRAINING_FAILED', 'one class') : undefined)
    const told: string[] = []
    const rolling = await trainRolling(
      STREAM,
      models(oneClass),
      () => {},
      ({ message }) => told.push(message),
    )
    expect(told).toEqual(['one class'])
    expect(rolling[4]).toBeNull()
    expect(rolling.filter((model) => model === null)).toHaveLength(1)
  })

  test.each([new Fault('SCORING_FAILED', 'no number'), new Error('the worker died')])(
    'are not to be had at all when something else breaks: %s',
    async (error) => {
      await expect(
        trainRolling(
          STREAM,
          models(() => error),
          () => {},
        ),
      ).rejects.toBe(error)
    },
  )

  test('tell how far they are', async () => {
    const told: (readonly [string, number, number])[] = []
    await trainRolling(STREAM, models(), (...one) => told.push(one))
    expect(told).toEqual(Array.from({ length: 6 }, (_, done) => ['training models', done, 5]))
  })
})
