import { describe, expect, test } from 'vitest'
import { terminalProgress } from './progress.ts'

const CLEAR = '\r\u001b[2K'

/** A terminal whose clock is set by hand. */
function terminal(isTTY = true) {
  const written: string[] = []
  const clock = { at: 1_000_000, now: () => clock.at }
  const progress = terminalProgress({ isTTY, write: (text) => written.push(text) }, clock)
  return { written, clock, progress }
}

describe('progress on a terminal', () => {
  test('is one line, drawn over itself, with the time that is left', () => {
    const { written, clock, progress } = terminal()
    progress('training', 0, 10)
    clock.at += 2000
    progress('training', 4, 10)
    expect(written).toEqual([`${CLEAR}training 0/10`, `${CLEAR}training 4/10, about 3 s left`])
  })

  test('is in minutes where it will take long', () => {
    const { written, clock, progress } = terminal()
    progress('training', 0, 100)
    clock.at += 10_000
    progress('training', 10, 100)
    expect(written.at(-1)).toBe(`${CLEAR}training 10/100, about 2 min left`)
  })

  test('is drawn at most ten times a second', () => {
    const { written, clock, progress } = terminal()
    progress('training', 0, 10)
    clock.at += 99
    progress('training', 1, 10)
    expect(written).toHaveLength(1)
    clock.at += 1
    progress('training', 2, 10)
    expect(written).toHaveLength(2)
  })

  test('of something else begins at once, with a time of its own', () => {
    const { written, clock, progress } = terminal()
    progress('reading', 1, 2)
    clock.at += 50
    progress('training', 0, 4)
    clock.at += 1000
    progress('training', 1, 4)
    expect(written.slice(1)).toEqual([`${CLEAR}training 0/4`, `${CLEAR}training 1/4, about 3 s left`])
  })

  test('leaves no trace when the work is done, however soon', () => {
    const { written, progress } = terminal()
    progress('training', 0, 1)
    progress('training', 1, 1)
    expect(written.slice(1)).toEqual([`${CLEAR}training 1/1`, CLEAR])
  })

  test('can be cleared before something else is printed', () => {
    const { written, progress } = terminal()
    progress.clear()
    expect(written).toEqual([CLEAR])
  })
})

test('where there is no terminal, nothing is written', () => {
  const { written, progress } = terminal(false)
  progress('training', 0, 1)
  progress('training', 1, 1)
  progress.clear()
  expect(written).toEqual([])
})
