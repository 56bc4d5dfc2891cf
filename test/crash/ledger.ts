import { createHash } from 'node:crypto'

/** An event as a client sends it. */
export interface SentEvent {
  readonly id: string
  readonly type: 'prediction' | 'label'
  readonly model: string
  readonly time: number
  readonly predictionId?: string
  readonly features?: Readonly<Record<string, number | string>>
  readonly score?: number
  readonly label?: number
}

/** What clients have sent, and what they were promised: the other side of the server's own books. */
export class Ledger {
  /** Fingerprints by model and id. */
  readonly #promised = new Map<string, string>()
  readonly #tried = new Set<string>()
  #fresh: string[] = []
  /** Answers that contradict earlier ones. */
  readonly contradictions: string[] = []

  try(events: readonly SentEvent[]): void {
    for (const event of events) this.#tried.add(nameOf(event.model, event.id))
  }

  promise(events: readonly SentEvent[]): void {
    for (const event of events) {
      const name = nameOf(event.model, event.id)
      if (!this.#promised.has(name)) this.#fresh.push(name)
      this.#promised.set(name, fingerprint(event))
    }
  }

  /** Promised since this was asked last. */
  takeFresh(): readonly string[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }

  promised(): ReadonlyMap<string, string> {
    return this.#promised
  }

  wasTried(name: string): boolean {
    return this.#tried.has(name)
  }

  get size(): number {
    return this.#promised.size
  }
}

/** As one word: models have no line breaks in their names. */
export function nameOf(model: string, id: string): string {
  return `${model}\n${id}`
}

/** The same for equal content, whatever the order of keys; written without the product's own. */
export function fingerprint(event: Omit<SentEvent, 'id' | 'model'> & { readonly id?: string }): string {
  const { type, time, features = {}, score = null, label = null } = event
  const about = event.predictionId ?? event.id ?? null
  const cells = Object.entries(features).sort(([a], [b]) => (a < b ? -1 : 1))
  const content = type === 'prediction' ? [cells, score] : [label]
  return createHash('md5')
    .update(JSON.stringify([type, time, about, content]))
    .digest('base64')
}
