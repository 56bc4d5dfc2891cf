import type { Clock } from '../base/clock.ts'
import type { Progress } from '../base/progress.ts'

interface ProgressTerminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const REDRAW_MS = 100
const CLEAR_LINE = '\r\u001b[2K'

/** One line on a terminal: what is being done, how far it is, and about how long it will still take. Silent elsewhere. */
export function terminalProgress(terminal: ProgressTerminal, clock: Clock): Progress & { clear(): void } {
  let what = ''
  let begunAt = 0
  let drawnAt = 0
  const show: Progress = (name, done, total) => {
    if (terminal.isTTY !== true) return
    const now = clock.now()
    if (name !== what) {
      what = name
      begunAt = now
      drawnAt = 0
    }
    const isLast = done >= total
    if (!isLast && now - drawnAt < REDRAW_MS) return
    drawnAt = now
    terminal.write(`${CLEAR_LINE}${name} ${done}/${total}${remaining(done, total, now - begunAt)}`)
    if (isLast) terminal.write(CLEAR_LINE)
  }
  return Object.assign(show, { clear: () => void (terminal.isTTY === true && terminal.write(CLEAR_LINE)) })
}

function remaining(done: number, total: number, elapsedMs: number): string {
  if (done === 0 || done >= total) return ''
  const seconds = Math.ceil(((elapsedMs / done) * (total - done)) / 1000)
  return seconds >= 60 ? `, about ${Math.ceil(seconds / 60)} min left` : `, about ${seconds} s left`
}
