import { describe, expect, test } from 'vitest'
import { startLife } from '../../test/contract/worlds.ts'
import { deepFreeze } from '../../test/support/loop-life.ts'
import { DetectorConfig } from '../detectors/catalog.ts'
import { startWatch, watchWindow } from './watch.ts'

const CONFIGS = ['psi', 'performance', 'avoidable-loss'].map((detector) => DetectorConfig.parse({ detector }))
const life = startLife('binary', 3, 400)
const window = (index: number, shift: 'none' | 'concept' = 'none') => life.view(index, 300, shift)
const detectorsIn = (evidence: readonly { detector: string }[]) => [
  ...new Set(evidence.map(({ detector }) => detector)),
]

describe('one window', () => {
  test('is read by the detectors of features when it closes, and by those of labels when they have matured', () => {
    const watch = startWatch(1, life.version, CONFIGS)
    const closed = watchWindow(watch, life.version, window(0), 'features')
    expect(detectorsIn(closed.evidence)).toEqual(['psi'])
    const matured = watchWindow(closed.state, life.version, window(0), 'labels')
    expect(detectorsIn(matured.evidence)).toEqual(['performance', 'avoidable-loss'])
  })

  test('moves the state of those that read it, and of no other', () => {
    const watch = startWatch(1, life.version, CONFIGS)
    const closed = watchWindow(watch, life.version, window(0), 'features').state
    expect(closed.running.slice(1)).toEqual(watch.running.slice(1))
    const matured = watchWindow(watch, life.version, window(0), 'labels').state
    expect(matured.running[0]).toBe(watch.running[0])
    expect(matured.running[2]?.state).not.toEqual(watch.running[2]?.state)
    expect(matured.version).toBe(1)
  })

  test('without detectors says nothing', () => {
    expect(watchWindow(startWatch(1, life.version, []), life.version, window(0), 'labels').evidence).toEqual([])
  })

  test('gives the same evidence twice, and leaves the state it was given as it was', () => {
    const plain = CONFIGS.slice(0, 2)
    let watch = deepFreeze(startWatch(1, life.version, plain))
    watch = deepFreeze(watchWindow(watch, life.version, window(0), 'labels').state)
    const once = watchWindow(watch, life.version, window(1), 'labels')
    expect(watchWindow(watch, life.version, window(1), 'labels')).toEqual(once)
  })
})

describe('a version that comes back', () => {
  const gapAt = (past: Parameters<typeof startWatch>[3]) => {
    let watch = startWatch(2, life.version, CONFIGS, past)
    watch = watchWindow(watch, life.version, window(9), 'labels').state
    const { evidence } = watchWindow(watch, life.version, window(10, 'concept'), 'labels')
    const seen = evidence.find(({ detector }) => detector === 'avoidable-loss')
    return seen?.kind === 'estimate' ? seen.value : Number.NaN
  }

  test('remembers the windows it is shown: a concept that they had is known when it comes back', () => {
    const met = [5, 6, 7, 8].map((index) => window(index, 'concept'))
    expect(gapAt(met)).toBeGreaterThan(gapAt([]) + 0.02)
  })

  test('is not told of them as evidence: its first live window still only fills', () => {
    const watch = startWatch(2, life.version, CONFIGS, [window(7), window(8)])
    const { evidence } = watchWindow(watch, life.version, window(9), 'labels')
    expect(evidence.filter(({ detector }) => detector === 'avoidable-loss')).toMatchObject([{ kind: 'insufficient' }])
    expect(evidence.find(({ detector }) => detector === 'performance')).not.toHaveProperty('baseline')
  })
})
