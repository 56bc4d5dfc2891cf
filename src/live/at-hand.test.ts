import { expect, test } from 'vitest'
import { liveWorld } from '../../test/support/live-world.ts'
import { advance, type Shelf } from './advance.ts'
import { type AtHand, atHand } from './at-hand.ts'

/** A world whose windows have come in, labels and all. */
function fed() {
  const concepts = '0000011111'
  const world = liveWorld({ concepts, rows: 100 })
  for (const window of [...concepts].keys()) {
    world.predict(window)
    world.label(window)
  }
  return world
}

test('a hand is worn after many windows, counted from its own first', async () => {
  const world = fed()
  await world.settle()
  const [settings, shape] = [await world.ports.settings('churn'), await world.ports.shape('churn')]
  if (shape === null) throw new Error('the life has not begun')
  const hand = atHand(world.ports, 'churn', { settings, shape })
  expect(hand.isWorn()).toBe(false)
  for (const [windows, isWorn] of [
    [1000, false],
    [1499, false],
    [1500, true],
  ] as const) {
    hand.sees(windows)
    expect(hand.isWorn()).toBe(isWorn)
  }
})

test('a worn hand is laid aside, and a new one decides the same', async () => {
  const [kept, worn] = [fed(), fed()]
  await kept.settle()
  let newest: AtHand | undefined
  let made = 0
  const shelf: Shelf = {
    get: () => (newest === undefined ? undefined : { ...newest, isWorn: () => true }),
    set(_model, hand) {
      made++
      newest = hand
    },
    forget: () => {},
  }
  while (await advance(worn.ports, shelf, 'churn', worn.clock));
  expect(made).toBeGreaterThan(5)
  expect(worn.decisions).toEqual(kept.decisions)
  expect(worn.life()).toEqual(kept.life())
})
