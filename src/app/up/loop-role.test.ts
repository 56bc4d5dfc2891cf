import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { LivePorts } from '../../live/ports.ts'
import { type LoopRole, startLoopRole } from './loop-role.ts'

let role: LoopRole | undefined
afterEach(() => role?.stop())

const model = (name: string, more: { isTroubled?: boolean } = {}) => ({
  model: name,
  newestSeq: 1,
  isUrgent: false,
  isTroubled: false,
  ...more,
})

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i++) await sleep(5)
  expect(holds()).toBe(true)
}

/** A model that gathers: each step answers a word, and there are as many words as it is given. */
function gathering(words: (model: string) => boolean): LivePorts {
  const nothing = async () => null
  return {
    settings: async () => ({ warmupWindows: 4, policy: 1, loop: { mode: 'advise' } }),
    life: async () => ({
      phase: 'gathering',
      revision: 1,
      cursor: { nextWindow: 0, nextMatured: 0, nextObservation: 1, closedTo: null },
    }),
    endedRun: nothing,
    adopted: nothing,
    runsSoFar: async () => ({ isActive: false, made: 0, lastToWindow: null }),
    waitingCommand: async (name: string) =>
      words(name) ? { id: 1, body: { kind: 'command', command: 'approve' } } : null,
    stream: async () => ({ firstTime: null, newestTime: null, lastReceivedAt: null, newestSeq: 0 }),
    windows: async () => [],
    // As a database would: the world goes on meanwhile.
    commit: () => sleep(0, true),
  } as unknown as LivePorts
}

test('a model that cannot be moved on is written down each time, holds up no other, and is cleared once it goes on', async () => {
  const book: string[] = []
  const steps: string[] = []
  const errors: unknown[] = []
  let isBroken = true
  let now = 0
  let isDone = false
  const ports = gathering((name) => {
    if (name === 'bad' && isBroken) throw new Error('its rows cannot be read')
    const isFirst = name === 'good' && !isDone
    if (isFirst) isDone = true
    return isFirst
  })
  role = startLoopRole({
    ports,
    clock: { now: () => now },
    models: async () => [model('bad'), model('good')],
    troubles: {
      note: async (name, why) => void book.push(`${name}: ${why}`),
      clear: async (name) => void book.push(`${name} goes on`),
    },
    onTrouble: (_model, error) => errors.push(error),
    onStep: (name) => steps.push(name),
    sweepMs: 2,
  })
  await until(() => steps.length === 1)
  await sleep(30)
  expect(book).toEqual(['bad: its rows cannot be read'])
  now += 500
  await until(() => book.length === 2)
  isBroken = false
  now += 60_000
  await until(() => book.length === 3)
  await sleep(30)
  expect(book.slice(1)).toEqual(['bad: its rows cannot be read', 'bad goes on'])
  expect([errors.length, steps]).toEqual([2, ['good']])
})

test('what another process wrote down of a model is cleared when it can be moved on here', async () => {
  const cleared: string[] = []
  let isTroubled = true
  role = startLoopRole({
    ports: gathering(() => false),
    clock: { now: () => 0 },
    models: async () => [model('left', { isTroubled }), model('well')],
    troubles: {
      note: async () => {},
      async clear(name) {
        cleared.push(name)
        // As when the database went away.
        if (cleared.length === 1) throw new Error('away')
        isTroubled = false
      },
    },
    onTrouble: () => {},
    sweepMs: 2,
  })
  await until(() => cleared.length === 2)
  await sleep(30)
  expect(cleared).toEqual(['left', 'left'])
})

test('a model with much to catch up with lets the others have their turn', async () => {
  const steps: string[] = []
  role = startLoopRole({
    ports: gathering((name) => name === 'long' || !steps.includes('short')),
    clock: { now: () => 0 },
    models: async () => [model('long'), model('short')],
    troubles: { note: async () => {}, clear: async () => {} },
    onTrouble: () => {},
    onStep: (name) => steps.push(name),
    sweepMs: 2,
  })
  await until(() => steps.includes('short'))
  expect(steps.indexOf('short')).toBeLessThan(200)
  const before = steps.length
  await until(() => steps.length > before + 100)
})

test('a model that cannot be moved on is left alone twice as long after each try, up to a minute, until it goes on', async () => {
  let now = 0
  const tries: number[] = []
  let isBroken = true
  let cleared = 0
  role = startLoopRole({
    ports: gathering(() => {
      if (isBroken) throw new Error('its rows cannot be read')
      return false
    }),
    clock: { now: () => now },
    models: async () => [model('bad')],
    troubles: { note: async () => undefined, clear: async () => void cleared++ },
    onTrouble: () => {
      tries.push(now)
    },
    sweepMs: 1,
  })
  for (let count = 1; count <= 9; count++) {
    await until(() => tries.length === count)
    const pauseMs = Math.min(60_000, 500 * 2 ** (count - 1))
    now += pauseMs - 1
    await sleep(15)
    expect(tries).toHaveLength(count)
    now += 1
  }
  isBroken = false
  await until(() => cleared === 1)
  isBroken = true
  role.wake('bad')
  await until(() => tries.length === 10)
  now += 499
  await sleep(15)
  expect(tries).toHaveLength(10)
  now += 1
  await until(() => tries.length === 11)
})

test('a clock that steps back makes no pause longer, neither of a model in trouble nor between two patrols', async () => {
  let now = 1_000_000
  const tried: string[] = []
  let isBroken = true
  role = startLoopRole({
    ports: gathering((name) => {
      tried.push(name)
      if (name === 'bad' && isBroken) throw new Error('its rows cannot be read')
      return false
    }),
    clock: { now: () => now },
    models: async () => [model('bad'), model('good')],
    troubles: { note: async () => undefined, clear: async () => undefined },
    onTrouble: () => {},
    sweepMs: 1,
  })
  const times = (name: string) => tried.filter((one) => one === name).length
  await until(() => times('bad') === 1 && times('good') === 1)
  isBroken = false
  now -= 600_000
  await until(() => times('bad') === 2 && times('good') === 2)
})

test('slow steps are not taken many in a row, and who has something half done has the first turn', async () => {
  const steps: string[] = []
  let now = 0
  const ports = gathering(() => true)
  role = startLoopRole({
    ports: { ...ports, commit: () => sleep(0, true) },
    clock: { now: () => now },
    models: async () => [model('long'), { ...model('half'), isUrgent: true }],
    troubles: { note: async () => undefined, clear: async () => undefined },
    onTrouble: () => {},
    onStep(name) {
      steps.push(name)
      now += 200
    },
    sweepMs: 2,
  })
  await until(() => steps.length > 12)
  expect(steps.slice(0, 12)).toEqual(['half', 'half', 'half', 'long', 'long', 'long', ...steps.slice(0, 6)])
})
