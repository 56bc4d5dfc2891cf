import { closeSync, openSync, writeSync } from 'node:fs'
import type { SupervisedLine } from '../../base/supervised.ts'

/** Keeps the last characters of a stream's lines. */
export class Tail {
  readonly #most: number
  #text = ''

  constructor(most: number) {
    this.#most = most
  }

  add(line: string): void {
    this.#text = `${this.#text}${line}\n`
    if (this.#text.length > 2 * this.#most) this.#text = this.#text.slice(-this.#most)
  }

  /** Whole lines where there is more than one. */
  read(): string {
    if (this.#text.length <= this.#most) return this.#text.trimEnd()
    const kept = this.#text.slice(-this.#most)
    return kept.slice(kept.indexOf('\n') + 1).trimEnd() || kept.trimEnd()
  }
}

/**
 * The log of a run: a line each of time, stream and text. What would make it longer than `mostBytes` is left out, and
 * the last line says so. A disk that is full costs the log, not the run.
 */
export class RunLog {
  readonly #mostBytes: number
  #file: number | null
  #bytes = 0

  constructor(path: string, mostBytes: number) {
    this.#mostBytes = mostBytes
    this.#file = openSync(path, 'a', 0o600)
  }

  write({ stream, text, at }: SupervisedLine): void {
    this.#append(`${new Date(at).toISOString()} ${stream} ${text}\n`)
  }

  #append(line: string): void {
    if (this.#file === null) return
    const bytes = Buffer.from(line)
    const isFull = this.#bytes + bytes.length > this.#mostBytes
    this.#bytes += bytes.length
    try {
      writeSync(this.#file, isFull ? Buffer.from(`… the log ends here: it may have ${this.#mostBytes} bytes\n`) : bytes)
    } catch {
      return this.close()
    }
    if (isFull) this.close()
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }
}
