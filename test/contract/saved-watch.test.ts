import { describe, expect, test } from 'vitest'
import { type DetectorConfig, detectors } from '../../src/detectors/catalog.ts'
import { readSerialised, serialised } from '../../src/store/loop/serialised.ts'
import { startWatch, type WatchState, watchWindow } from '../../src/watch/watch.ts'
import { DETECTOR_TRIALS } from './detector-trials.ts'
import { startLife } from './worlds.ts'

const WINDOWS = 4

/** What the detectors say of a life, and what they remember: saved and read back before every look, or never. */
function lived(config: DetectorConfig, keep: (state: WatchState) => WatchState) {
  const { kinds, rows, shift } = DETECTOR_TRIALS[config.detector]
  const life = startLife(kinds[0] ?? 'binary', 3, 600)
  let state = startWatch(1, life.version, [config])
  const evidence = []
  for (let window = 0; window < WINDOWS; window++) {
    const view = life.view(window, Math.min(rows, 400), window === WINDOWS - 1 ? shift : 'none')
    const unlabelled = { ...view, labels: new Float64Array(view.labels.length).fill(Number.NaN) }
    for (const [seen, reads] of [
      [unlabelled, 'features'],
      [view, 'labels'],
    ] as const) {
      const told = watchWindow(keep(state), life.version, seen, reads)
      state = told.state
      evidence.push(...told.evidence)
    }
  }
  return { evidence, state }
}

describe('what a detector remembers survives the database', () => {
  test.each(detectors.ids)('%s', (detector) => {
    const config = detectors.get(detector).config.parse({ detector }) as DetectorConfig
    const never = lived(config, (state) => state)
    const always = lived(config, (state) => {
      const bytes = serialised({ policy: 1, state })
      return readSerialised<{ state: WatchState }>(new Uint8Array(bytes), 'it').state
    })
    expect(never.evidence.length).toBeGreaterThan(0)
    expect(always).toEqual(never)
  })
})

test('bytes of another layout, and bytes that are none of ours, are refused', () => {
  expect(() => readSerialised(new Uint8Array([1, 2, 3]), 'the memory')).toThrow(/the memory cannot be read back/)
})
