import { describe, expect, test } from 'vitest'
import { conceptWorld } from '../../test/support/concept-world.ts'
import { loopConfig, triggersOf } from '../../test/support/loop-life.ts'
import { matrixWorld } from '../../test/support/matrix-world.ts'
import { DetectorConfig } from '../detectors/catalog.ts'
import { observe } from './observed.ts'
import { defaultPolicies } from './policies.ts'
import type { BacktestPorts } from './ports.ts'
import { replay } from './replay.ts'

/**
 * Ports that know what time it is, by the window whose rows were inspected last, and throw when asked for what nobody
 * could know by then: labels that are still out, rows that have not come, and what a model says of rows it learned from.
 */
function guarded(ports: BacktestPorts, delay: number, warmupWindows: number): BacktestPorts {
  let closed = warmupWindows - 1
  const labelsKnown = (window: number) => window < warmupWindows || window <= closed - delay
  const insist = (isKnown: boolean, what: string) => {
    if (!isKnown) throw new Error(`${what} when window ${closed} had just closed, labels ${delay} windows late`)
  }
  return {
    train(plan, champion) {
      insist(labelsKnown(plan.toWindow), `trained on labels of window ${plan.toWindow}`)
      return ports.train(plan, champion)
    },
    scores(model, window) {
      insist(window <= closed, `scored window ${window}`)
      insist(window > model.trainedTo, `scored window ${window} with a model trained to ${model.trainedTo}`)
      return ports.scores(model, window)
    },
    inspectRows(window, champion, quarantined) {
      closed = window
      return ports.inspectRows(window, champion, quarantined)
    },
    inspectLabels(window, champion, quarantined) {
      insist(labelsKnown(window), `inspected labels of window ${window}`)
      return ports.inspectLabels(window, champion, quarantined)
    },
    labels(window) {
      insist(labelsKnown(window), `read labels of window ${window}`)
      return ports.labels(window)
    },
  }
}

const ALL_DETECTORS = ['avoidable-loss', 'performance', 'change-point', 'psi', 'ks'].map((detector) =>
  DetectorConfig.parse({ detector }),
)

describe.each([0, 1, 3])('with labels %i windows late', (delay) => {
  test('no detector, trigger, probation or training reads what is not known yet', async () => {
    const world = matrixWorld({ windows: 20, warmupWindows: 4, rows: 60, wrong: (i, j) => (7 * i + 11 * j) % 31 })
    const loop = loopConfig({
      triggers: triggersOf({ trigger: 'avoidable-loss' }, { trigger: 'schedule', everyWindows: 3 }),
      labelDelayWindows: delay,
      probationWindows: 2,
      cost: 0,
    })
    const request = { loop, detectors: ALL_DETECTORS, initial: world.initial }
    const { decisions } = await replay(observe(world.stream, 7), guarded(world.ports, delay, 4), request)
    expect(decisions.some(({ kind }) => kind === 'retrain')).toBe(true)
  })

  test('every default policy keeps to it through a change of concept', async () => {
    const world = conceptWorld({ concepts: '00000000111111111100000000', rows: 150 })
    const ports = guarded(world.ports, delay, world.stream.warmupWindows)
    for (const policy of defaultPolicies()) {
      const loop = { ...policy.loop, cost: 0.1, labelDelayWindows: delay }
      const request = { loop, detectors: policy.detectors, initial: world.initial }
      await expect(replay(observe(world.stream, 7), ports, request)).resolves.toBeDefined()
    }
  })

  test('what happens later changes no decision that was made before', async () => {
    const concepts = '00000000111111111100000000'
    const turn = 20
    // Other labels from window 20 on, other rows from the window on whose close makes the labels of window 20 known.
    const other = conceptWorld({ concepts, rows: 150, labelsDifferFrom: turn, rowsDifferFrom: turn + delay })
    const decidedBefore = async (world: typeof other) => {
      const policy = defaultPolicies().find(({ id }) => id === 'avoidable-loss')
      if (policy === undefined) throw new Error('there is no such policy')
      const loop = { ...policy.loop, cost: 0.1, labelDelayWindows: delay }
      const request = { loop, detectors: [...policy.detectors, ...ALL_DETECTORS.slice(1)], initial: world.initial }
      const { decisions } = await replay(observe(world.stream, 7), world.ports, request)
      return {
        before: decisions.filter(({ window }) => window < turn),
        after: decisions.filter((d) => d.window >= turn),
      }
    }
    const one = await decidedBefore(conceptWorld({ concepts, rows: 150 }))
    const two = await decidedBefore(other)
    expect(two.before).toEqual(one.before)
    expect(one.before.some(({ kind }) => kind === 'retrain')).toBe(true)
    expect(two.after).not.toEqual(one.after)
  })
})

test('the guard throws at each of these, when asked', () => {
  const world = matrixWorld({ windows: 10, warmupWindows: 4, wrong: () => 1 })
  const ports = guarded(world.ports, 1, 4)
  ports.inspectRows(6, world.initial, [])
  expect(() => ports.labels(6)).toThrow('read labels of window 6')
  expect(() => ports.inspectLabels(6, world.initial, [])).toThrow('inspected labels')
  expect(() => ports.scores(world.initial, 7)).toThrow('scored window 7')
  expect(() => ports.scores(world.rolling(6), 6)).toThrow('trained to 6')
  expect(ports.labels(5)).toHaveLength(10)
})
