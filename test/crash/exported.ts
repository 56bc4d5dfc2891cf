import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { compare } from './invariants/acknowledged.ts'
import { fingerprint, nameOf, type SentEvent } from './ledger.ts'
import type { Site } from './site.ts'

/** What the product's own export has of the promised events. */
export async function exportedWrong(site: Site, models: readonly string[]): Promise<readonly string[]> {
  const kept = new Map<string, string[]>()
  for (const model of models) {
    const headers = { authorization: `Bearer ${site.token()}` }
    const response = await fetch(`${site.url}/v1/models/${model}/events?format=jsonl`, { headers })
    if (!response.ok || response.body === null) return [`the export of ${model} answers ${response.status}`]
    const lines = createInterface({ input: Readable.fromWeb(response.body as unknown as ReadableStream<Uint8Array>) })
    for await (const line of lines) {
      const event = JSON.parse(line) as SentEvent
      const name = nameOf(model, event.id)
      kept.set(name, [...(kept.get(name) ?? []), fingerprint(event)])
    }
  }
  return compare(site.ledger, kept, 'the export')
}
