import { describe, expect, test } from 'vitest'
import type { ConceptWish } from '../../test/support/concept-world.ts'
import { DAY } from '../../test/support/live-wish.ts'
import { liveWorld } from '../../test/support/live-world.ts'
import { triggersOf } from '../../test/support/loop-life.ts'
import { observe } from '../backtest/observed.ts'
import { replay } from '../backtest/replay.ts'
import { DetectorConfig } from '../detectors/catalog.ts'
import type { LoopConfig } from '../loop/config.ts'
import type { DecisionRecord } from '../loop/record.ts'

const SEED = 7
const DETECTORS = ['avoidable-loss', 'psi', 'performance'].map((detector) => DetectorConfig.parse({ detector }))

/** The recorded stream has no clock; everything else is to be the same. */
const timeless = (decisions: readonly DecisionRecord[]) =>
  decisions.map(({ now: _now, ...rest }) => JSON.parse(JSON.stringify(rest)))

async function both(wish: ConceptWish, loop: Partial<LoopConfig>) {
  const delay = loop.labelDelayWindows ?? 0
  const live = liveWorld({
    ...wish,
    adopted: 'with its windows',
    loop,
    settings: {
      detectors: DETECTORS,
      labels: { delayMs: delay * DAY, share: null, absentAfterMs: null, absentMeans: null },
    },
  })
  const count = wish.concepts.length
  for (let window = 0; window < count; window++) live.predict(window)
  for (let window = 0; window < count; window++) live.label(window)
  await live.settle()
  const { concept } = live
  const state = live.life()
  const config = live.turns.length > 0 ? (await live.ports.settings('churn')).loop : null
  if (config === null || state.phase !== 'living') throw new Error('the life has not begun')
  const recorded = await replay(observe(concept.stream, SEED), concept.ports, {
    loop: config,
    detectors: DETECTORS,
    initial: concept.initial,
  })
  return { live: timeless(live.decisions), recorded: timeless(recorded.decisions), served: live.served }
}

const CHANGES = '00000001111111000000'

describe('live and a backtest decide the same on the same stream', () => {
  test.each([
    ['trains, promotes and returns to what it knows', {}],
    ['with labels two windows late', { labelDelayWindows: 2 }],
    ['without probation', { probationWindows: 0 }],
    [
      'by schedule, with a cooldown and a budget',
      {
        triggers: triggersOf({ trigger: 'schedule', everyWindows: 3 }, { trigger: 'psi-drift' }),
        cooldownWindows: 2,
        budget: { trainings: 2, perWindows: 10 },
      },
    ],
  ] as const)('%s', async (_name, loop) => {
    const { live, recorded } = await both({ concepts: CHANGES }, loop)
    expect(recorded.length).toBeGreaterThan(10)
    expect(live.slice(0, recorded.length)).toEqual(recorded)
    // A backtest leaves the last window undecided: nothing is left to serve.
    expect(live.length - recorded.length).toBeLessThanOrEqual(2)
  })

  test('and something does happen in that stream', async () => {
    const { live, served } = await both({ concepts: CHANGES }, {})
    expect(live.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['keep', 'retrain', 'promote']))
    expect(served.length).toBeGreaterThan(2)
  })

  test('also when the process dies after every step, and nothing that was read is at hand', async () => {
    const wish = {
      concepts: CHANGES.slice(0, 14),
      adopted: 'with its windows' as const,
      settings: { detectors: DETECTORS },
    }
    const [steady, dying] = [liveWorld(wish), liveWorld(wish)]
    for (const world of [steady, dying])
      for (const window of [...wish.concepts].keys()) {
        world.predict(window)
        world.label(window)
      }
    await steady.settle()
    while ((await dying.settle(1)) === 1) dying.restart()
    expect(dying.decisions).toEqual(steady.decisions)
    expect(dying.life()).toEqual(steady.life())
    expect(steady.decisions.length).toBeGreaterThan(5)
  })
})
