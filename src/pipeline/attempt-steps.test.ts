import { describe, expect, test, vi } from 'vitest'
import { BrokenInvariant } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import { type Attempt, stopped } from './attempt.ts'
import { attemptSteps, StepFailed } from './attempt-steps.ts'
import { backoffMs, causeOf } from './causes.ts'

/** An attempt whose checkpoints are a map. */
function attempt() {
  const kept = new Map<string, unknown>()
  const told: string[] = []
  const abort = new AbortController()
  const made: Attempt = {
    run: {} as Attempt['run'],
    epoch: 1,
    signal: abort.signal,
    folder: '',
    checkpoints: {
      async once<T>(name: string, work: () => Promise<T>) {
        if (!kept.has(name)) kept.set(name, await work())
        return kept.get(name) as T
      },
    },
    record: {
      beginStep: async (step) => void told.push(`begin ${step}`),
      endStep: async (step, said) => void told.push(`end ${step}: ${said}`),
      log: (line) => void told.push(line),
      progress() {},
      register: async () => 1,
      end: async () => {},
    },
  }
  return { made, kept, told, abort, steps: attemptSteps(made, { tries: 3, firstMs: 1 }) }
}

describe('a step', () => {
  test('that is done is not done again', async () => {
    const { steps, told } = attempt()
    let times = 0
    const work = async () => ({ value: ++times, said: 'counted' })
    expect([await steps.step('collect', 1000, work), await steps.step('collect', 1000, work)]).toEqual([1, 1])
    expect(told).toEqual(['begin collect', 'end collect: counted'])
  })

  test('leaves no timer behind: a process that stops does not wait for the limit of a step that is done', async () => {
    vi.useFakeTimers()
    try {
      await attempt().steps.step('collect', 600_000, async () => ({ value: 1, said: 'counted' }))
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('that failed for good has failed for the next attempt too', async () => {
    const { steps } = attempt()
    let times = 0
    const work = async () => {
      times++
      throw new Fault('TRAINING_FAILED', 'the loss is NaN')
    }
    await expect(steps.step('train', 1000, work)).rejects.toThrow(StepFailed)
    await expect(steps.step('train', 1000, work)).rejects.toMatchObject({
      step: 'train',
      failure: { cause: 'training' },
    })
    expect(times).toBe(1)
  })

  test('is tried again only where the world is at fault, and says so', async () => {
    const { steps, told } = attempt()
    let times = 0
    const value = await steps.step('collect', 1000, async () => {
      if (++times < 3) throw Object.assign(new Error('gone'), { code: '57P01' })
      return { value: 'rows', said: 'read' }
    })
    expect([value, times]).toEqual(['rows', 3])
    expect(told.filter((line) => line.includes('trying again'))).toHaveLength(2)
  })

  test('whose attempt is stopped is not remembered: the next attempt does it', async () => {
    const { steps, kept, abort } = attempt()
    const work = async () => {
      abort.abort(stopped('shutdown', 'this process stops'))
      throw new Error('interrupted')
    }
    await expect(steps.step('train', 1000, work)).rejects.toMatchObject({ code: 'RUN_STOPPED' })
    expect(kept.size).toBe(0)
  })

  test('is late when its time is over, whatever it does with the signal', async () => {
    const { steps } = attempt()
    const work = async ({ signal }: { signal: AbortSignal }) => {
      while (!signal.aborted) await new Promise((done) => setTimeout(done, 5))
      throw signal.reason
    }
    await expect(steps.step('judge', 20, work)).rejects.toMatchObject({ failure: { cause: 'training' } })
  })
})

describe('a cause', () => {
  test('is told by what was thrown', () => {
    const withCode = (code: string) => Object.assign(new Error('x'), { code })
    expect(
      ['ECONNREFUSED', '57P03', '08006', '53100', 'ENOSPC', '40001', '55P03', 'EHOSTUNREACH'].map((code) =>
        causeOf(withCode(code)),
      ),
    ).toEqual(new Array(8).fill('operating'))
    // A database's socket that is away for a moment; a file that is not there will not come.
    expect(causeOf(Object.assign(withCode('ENOENT'), { syscall: 'connect' }))).toBe('operating')
    expect(causeOf(Object.assign(withCode('ENOENT'), { syscall: 'open' }))).toBe('ours')
    expect(causeOf(new Error('Connection terminated unexpectedly'))).toBe('operating')
    expect(causeOf(withCode('23505'))).toBe('ours')
    expect(causeOf(new TypeError('x is undefined'))).toBe('ours')
    expect(causeOf(new BrokenInvariant('x'))).toBe('ours')
    expect(causeOf(new Fault('TRAINING_FAILED', 'x'))).toBe('training')
    expect(causeOf(new Fault('TRAINING_FAILED', 'killed', { isOperating: true }))).toBe('operating')
    expect(causeOf(new Fault('DATA_INVALID', 'x'))).toBe('data')
    expect(causeOf(new Fault('RUN_TAKEN_OVER', 'x'))).toBe('taken-over')
  })

  test('is waited on four times as long each time, a minute at most, and not for ever', () => {
    const terms = { tries: 6, firstMs: 1000 }
    expect([2, 3, 4, 5, 6, 7].map((next) => backoffMs(next, terms))).toEqual([1000, 4000, 16_000, 60_000, 60_000, null])
  })
})
