import { setTimeout as sleep } from 'node:timers/promises'
import type { Rng } from '../../src/base/rng.ts'
import type { Ledger, SentEvent } from './ledger.ts'

export interface FeederOptions {
  readonly url: string
  readonly token: () => string
  readonly models: readonly string[]
  readonly rowsADay: number
  readonly ledger: Ledger
  readonly rng: Rng
  /** Asked before each day of a model: returns when it may be sent. */
  readonly pace: (model: string, day: number) => Promise<void>
}

const FIRST = Date.UTC(2024, 0, 1)
const DAY = 86_400_000
/** What is learned turns round so often. Days. */
const TURN = 9
const BATCH = 250

/** A service that sends predictions and late labels, and sends again whatever was not acknowledged. */
export class Feeder {
  readonly #options: FeederOptions
  #isStopping = false
  #done: Promise<unknown> = Promise.resolve()
  /** Answers by status; 0: there was none. */
  readonly answers = new Map<number, number>()
  repeats = 0
  conflicts = 0

  constructor(options: FeederOptions) {
    this.#options = options
  }

  start(): void {
    this.#done = Promise.all(this.#options.models.map((model) => this.#feed(model)))
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#done
  }

  async #feed(model: string): Promise<void> {
    for (let day = 0; !this.#isStopping; day++) {
      await this.#options.pace(model, day)
      const events = shuffledInParts(eventsOf(model, day, this.#options), this.#options.rng)
      for (let from = 0; from < events.length && !this.#isStopping; from += BATCH)
        await this.#deliver(events.slice(from, from + BATCH))
    }
  }

  async #deliver(events: readonly SentEvent[]): Promise<void> {
    const { ledger, rng } = this.#options
    ledger.try(events)
    const send = () => this.#untilTaken(events)
    // Two at a time with the same events: one of them repeats.
    await (rng() < 0.1 ? Promise.all([send(), send()]) : send())
    if (rng() < 0.1) await send()
    if (rng() < 0.1) await this.#contradict(events[0])
  }

  async #untilTaken(events: readonly SentEvent[]): Promise<void> {
    for (;;) {
      const { status, text } = await this.#post(events)
      if (status === 200) {
        const { repeated } = JSON.parse(text) as { repeated: number }
        this.repeats += repeated
        this.#options.ledger.promise(events)
        return
      }
      const isPassing = status === 0 || status === 429 || status >= 500
      if (!isPassing) {
        this.#options.ledger.contradictions.push(`events were refused with ${status}: ${text.slice(0, 200)}`)
        return
      }
      if (status === 500)
        this.#options.ledger.contradictions.push(`events were answered with 500: ${text.slice(0, 300)}`)
      // Whoever stops may leave events of which nobody knows whether they were taken.
      if (this.#isStopping && status === 0) return
      await sleep(100)
    }
  }

  /** The same id with other content must never be taken. */
  async #contradict(event: SentEvent | undefined): Promise<void> {
    if (event === undefined) return
    const { status, text } = await this.#post([{ ...event, time: event.time + 1 }])
    if (status === 409) this.conflicts++
    if (status === 200)
      this.#options.ledger.contradictions.push(`${event.id} was taken twice with other content: ${text}`)
  }

  async #post(events: readonly SentEvent[]): Promise<{ status: number; text: string }> {
    const { url, token } = this.#options
    try {
      const response = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/x-ndjson' },
        body: events.map((event) => JSON.stringify(event)).join('\n'),
        signal: AbortSignal.timeout(30_000),
      })
      const text = await response.text()
      this.#count(response.status)
      return { status: response.status, text }
    } catch {
      this.#count(0)
      return { status: 0, text: '' }
    }
  }

  #count(status: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
  }
}

/** A day of predictions, and the labels that came on it of this day and the day before. */
function eventsOf(model: string, day: number, { rowsADay, rng }: FeederOptions): SentEvent[] {
  const events: SentEvent[] = []
  const side = Math.floor(day / TURN) % 2 === 0 ? 1 : -1
  for (let i = 0; i < rowsADay; i++) {
    const id = `${day}-${i}`
    const time = FIRST + day * DAY + Math.floor((i * DAY) / rowsADay)
    const x = Math.round((rng() * 4 - 2) * 1e6) / 1e6
    const isPositive = rng() < 0.9 ? x * side > 0 : x * side <= 0
    const kind = rng() < 0.5 ? 'a' : 'b'
    events.push({
      id: `p${id}`,
      type: 'prediction',
      model,
      time,
      features: { x, y: Math.round(rng() * 100), kind },
      score: 0.5,
    })
    events.push({
      id: `l${id}`,
      type: 'label',
      model,
      predictionId: `p${id}`,
      time: time + DAY / 2,
      label: isPositive ? 1 : 0,
    })
  }
  return events.sort((a, b) => a.time - b.time)
}

/** Order is kept over longer stretches only: a label may come before its prediction. */
function shuffledInParts(events: SentEvent[], rng: Rng): SentEvent[] {
  const places = events.map((event, i) => ({ event, at: i + rng() * 60 }))
  return places.sort((a, b) => a.at - b.at).map(({ event }) => event)
}
