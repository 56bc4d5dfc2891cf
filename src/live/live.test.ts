import { describe, expect, test } from 'vitest'
import { DAY, type LiveWish, T0 } from '../../test/support/live-wish.ts'
import { liveWorld } from '../../test/support/live-world.ts'
import { RuleConfig } from '../data/contract/catalog.ts'
import type { LoopState } from '../loop/state.ts'

const FLAT = '0000000000'
const ADA = { actor: 'ada', reason: 'because I looked' }
const DELAYED = { delayMs: DAY, share: null, absentAfterMs: null, absentMeans: null }

/** A world whose windows have come in, labels and all. */
function fed(wish: Partial<LiveWish> = {}) {
  const concepts = wish.concepts ?? FLAT
  const world = liveWorld({ ...wish, concepts })
  for (const window of [...concepts].keys()) {
    world.predict(window)
    world.label(window)
  }
  return world
}

function stateOf(world: ReturnType<typeof liveWorld>): LoopState {
  const life = world.life()
  if (life.phase !== 'living') throw new Error('the life has not begun')
  return life.state
}

describe('gathering', () => {
  test('piles up windows, trains on them by itself, and lives from there: later windows are told of again', async () => {
    const world = fed()
    await world.settle()
    expect(world.plans[0]).toMatchObject({ data: { strategy: 'full' }, toWindow: 3, holdOutWindows: 1 })
    expect(world.served[0]).toEqual({ version: 1, reason: 'first' })
    const closed = world.observations.filter(({ kind }) => kind === 'window-closed')
    expect(closed.map((seen) => 'window' in seen && seen.window)).toEqual([4, 5, 6, 7, 8])
    expect(world.decisions.length).toBeGreaterThanOrEqual(4)
    expect(new Set(world.decisions.map(({ kind }) => kind))).toEqual(new Set(['undecided', 'keep']))
    expect(world.turns.filter(({ observation }) => observation?.kind === 'began')).toHaveLength(1)
  })

  test('waits for a person where the mode lets nothing start by itself, and answers other words', async () => {
    const world = fed({ loop: { mode: 'advise' } })
    await world.settle()
    expect(world.life().phase).toBe('gathering')
    const approve = world.give({ kind: 'command', command: 'approve', ...ADA })
    const retrain = world.give({ kind: 'command', command: 'retrain', ...ADA })
    await world.settle()
    expect(world.answers.get(approve)).toBe('no version answers yet, so there is nothing to decide')
    expect(world.answers.get(retrain)).toMatch(/^the first training has begun, on \d+ windows$/)
    expect(world.life().phase).toBe('living')
  })

  test('that was given nothing to learn from says so, and starts nothing', async () => {
    const world = liveWorld({ concepts: FLAT })
    world.predict(0)
    const retrain = world.give({ kind: 'command', command: 'retrain', ...ADA })
    await world.settle()
    expect(world.answers.get(retrain)).toMatch(/no window is label-complete yet/)
    expect(world.plans).toEqual([])
  })

  test('a first training that failed is tried again with what came since, not with the same', async () => {
    const world = liveWorld({ concepts: FLAT, training: () => ({ kind: 'failed', why: 'the loss is NaN' }) })
    for (const window of [0, 1, 2, 3, 4]) {
      world.predict(window)
      world.label(window)
    }
    await world.settle()
    expect(world.plans.map(({ toWindow }) => toWindow)).toEqual([3])
    world.predict(5)
    await world.settle()
    expect(world.plans.map(({ toWindow }) => toWindow)).toEqual([3, 4])
    expect(world.life().phase).toBe('gathering')
  })
})

describe('an adopted version', () => {
  test.each(['with its windows', 'without'] as const)(
    '%s begins its life when the warm-up is complete',
    async (adopted) => {
      const world = liveWorld({ concepts: FLAT, adopted })
      for (const window of [0, 1, 2, 3]) {
        world.predict(window)
        world.label(window)
      }
      await world.settle()
      expect(world.life().phase).toBe('gathering')
      world.predict(4, 5)
      world.label(4)
      await world.settle()
      expect(world.plans).toEqual([])
      expect(stateOf(world)).toMatchObject({ live: { version: 1 }, window: 4 })
      expect([0, 1, 2, 3].every((window) => world.windows.get(window)?.profile !== null)).toBe(true)
    },
  )
})

describe('labels', () => {
  test('that come late are waited for, and later ones change no closed decision', async () => {
    const world = liveWorld({ concepts: FLAT, adopted: 'with its windows', settings: { labels: DELAYED } })
    for (const window of [0, 1, 2, 3]) world.label(window)
    world.predict(0, 1, 2, 3, 4, 5)
    for (const window of [0, 1, 2, 3]) world.label(window)
    world.label(4, 0.5)
    await world.settle()
    expect([world.windows.get(4)?.rows, world.windows.get(4)?.maturedSeq]).toEqual([300, null])
    world.predict(6)
    await world.settle()
    expect(world.windows.get(4)).toMatchObject({ labelledRows: 150 })
    const before = JSON.stringify(world.decisions)
    world.label(4)
    world.predict(7)
    await world.settle()
    expect(world.windows.get(4)).toMatchObject({ labelledRows: 150 })
    expect(JSON.stringify(world.decisions).startsWith(before.slice(0, -1))).toBe(true)
  })

  test('mature a window as soon as enough of its rows have one', async () => {
    const labels = { delayMs: null, share: 0.8, absentAfterMs: null, absentMeans: null }
    const world = liveWorld({ concepts: FLAT, adopted: 'with its windows', settings: { labels } })
    world.predict(0, 1, 2, 3, 4, 5)
    for (const window of [0, 1, 2, 3]) world.label(window)
    world.label(4, 0.79)
    await world.settle()
    expect(stateOf(world).window).toBe(3)
    world.label(4, 0.8)
    await world.settle()
    expect(stateOf(world).window).toBe(4)
    expect(world.windows.get(4)?.labelledRows).toBe(240)
  })

  test('that never come count as what absence means, once the time for them is over', async () => {
    const labels = { delayMs: null, share: null, absentAfterMs: DAY, absentMeans: 'no' }
    const world = liveWorld({ concepts: FLAT, adopted: 'with its windows', settings: { labels } })
    world.predict(...[...FLAT].keys())
    for (const window of [0, 1, 2, 3, 4]) world.label(window, 0.5)
    await world.settle()
    expect(world.windows.get(4)?.labelledRows).toBe(300)
  })
})

describe('event time', () => {
  test('closes a window only once something newer came, less the lateness that is allowed', async () => {
    const world = liveWorld({ concepts: FLAT, adopted: 'with its windows', settings: { latenessMs: DAY } })
    for (const window of [0, 1, 2, 3]) {
      world.predict(window)
      world.label(window)
    }
    await world.settle()
    expect([...world.windows.keys()]).toEqual([0, 1])
    world.predict(4, 5)
    await world.settle()
    expect([...world.windows.keys()]).toEqual([0, 1, 2, 3])
  })

  test('goes on with the clock after a silence as long as a window', async () => {
    const world = liveWorld({ concepts: FLAT, adopted: 'with its windows' })
    world.clock = T0 + 10 * DAY
    world.predict(0)
    await world.settle()
    expect(world.windows.size).toBe(0)
    world.clock += DAY + DAY / 2
    await world.settle()
    expect([...world.windows.keys()]).toEqual([0])
  })

  test('leaves out stretches in which nothing was predicted', async () => {
    const world = liveWorld({ concepts: FLAT, adopted: 'with its windows' })
    for (const window of [0, 1, 5, 6]) {
      world.predict(window)
      world.label(window)
    }
    world.predict(7)
    await world.settle()
    expect([...world.windows.values()].map(({ number, start }) => [number, (start - T0) / DAY])).toEqual([
      [0, 0],
      [1, 1],
      [2, 5],
      [3, 6],
    ])
  })
})

describe('one turn', () => {
  test('that somebody else was quicker with is worked out anew, and kept once', async () => {
    const wish = { concepts: '000000111111', adopted: 'with its windows' } as const
    const [steady, racing] = [fed(wish), fed(wish)]
    await steady.settle()
    for (;;) {
      racing.lose = 1
      await racing.settle(1)
      racing.lose = 0
      if ((await racing.settle(1)) === 0) break
    }
    expect(racing.decisions).toEqual(steady.decisions)
    expect(racing.turns.length).toBe(steady.turns.length)
  })

  test('without anything new is none', async () => {
    const world = fed({ adopted: 'with its windows' })
    await world.settle()
    const { revision } = world.life()
    expect(await world.settle()).toBe(0)
    expect(world.life().revision).toBe(revision)
  })
})

describe('a retired version', () => {
  const recurring = { concepts: '000000111111111000000000', loop: { probationWindows: 0 } } as const
  const reused = (world: ReturnType<typeof liveWorld>) =>
    world.observations.flatMap((seen) =>
      seen.kind === 'compared' && seen.purpose === 'reuse' ? [seen.comparisons.map(({ version }) => version)] : [],
    )

  test('is tried before a training, and comes back when the world does', async () => {
    const world = fed({ ...recurring, adopted: 'with its windows' })
    await world.settle()
    expect(reused(world).flat()).toContain(1)
    expect(world.served.map(({ reason }) => reason)).toContain('reinstated')
  })

  test('is not asked any more when its artifact was collected, and a training takes its place', async () => {
    const world = fed({ ...recurring, adopted: 'with its windows', collected: [1] })
    await world.settle()
    expect(reused(world).length).toBeGreaterThan(0)
    expect(reused(world).flat()).not.toContain(1)
    expect(world.served.map(({ reason }) => reason)).not.toContain('reinstated')
    expect(world.served.length).toBeGreaterThan(1)
  })
})

describe("a person's word", () => {
  test('is heard, and answered with what it led to', async () => {
    const world = fed({ adopted: 'with its windows' })
    await world.settle()
    const id = world.give({ kind: 'command', command: 'retrain', ...ADA })
    await world.settle()
    expect(world.answers.get(id)).toMatch(/^decision \d+: retrain: ada asks for it: because I looked$/)
    expect(world.served.at(-1)).toEqual({ version: 2, reason: 'promoted' })
  })

  test('that changes nothing is refused, and the loop is told nothing', async () => {
    const world = fed({ adopted: 'with its windows' })
    await world.settle()
    const heard = world.observations.length
    const origin = { rows: null, toWindow: 3, cutOffAt: null, trainer: null }
    const ids = [
      world.give({ kind: 'command', command: 'approve', ...ADA }),
      world.give({ kind: 'command', command: 'close-breaker', ...ADA }),
      world.give({ kind: 'command', command: 'promote', version: 1, origin, ...ADA }),
    ]
    await world.settle()
    expect(ids.map((id) => world.answers.get(id))).toEqual([
      'nothing waits for an answer',
      'the breaker is closed already',
      'version 1 is live already',
    ])
    expect(world.observations.length).toBe(heard)
  })

  test('waits while versions are being held against each other, for it may change which is live', async () => {
    const world = fed({ concepts: '000000111111', adopted: 'with its windows' })
    while (world.life().phase === 'gathering' || stateOf(world).pending === null)
      if ((await world.settle(1)) === 0) throw new Error('nothing was ever compared')
    const origin = { rows: null, toWindow: 3, cutOffAt: null, trainer: null }
    const pending = stateOf(world).pending
    const id = world.give({ kind: 'command', command: 'roll-back', version: 1, origin, ...ADA })
    await world.settle(1)
    expect(world.observations.at(-1)).toMatchObject({ kind: 'compared', window: pending?.window })
    expect(world.answers.has(id)).toBe(false)
    await world.settle(1)
    expect(world.answers.get(id)).toMatch(/roll-back/)
    expect(world.served.at(-1)).toEqual({ version: 1, reason: 'rolled-back' })
  })
})

test('a window that breaks the contract teaches nobody: it is in no plan, and no evidence comes of it', async () => {
  const rule = RuleConfig.parse({ rule: 'value-range', columns: { x: { min: -0.5, max: 0.5 } } })
  const world = fed({ adopted: 'with its windows', settings: { contract: [rule] } })
  await world.settle()
  const [first] = world.observations.filter(({ kind }) => kind === 'window-closed')
  expect(first).toMatchObject({ breaches: [{ by: 'value-range' }] })
  expect(stateOf(world).quarantined).toContain(4)
  const matured = world.observations.filter(({ kind }) => kind === 'labels-matured')
  expect(matured.every((seen) => 'evidence' in seen && seen.evidence.length === 0)).toBe(true)
})
