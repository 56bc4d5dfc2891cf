import pg from 'pg'
import { lastingConnection } from './address.ts'

/** Hears what other processes say through the database. */
export interface Ear {
  close(): Promise<void>
}

const AGAIN_MS = 1000

/**
 * Listens on channels for as long as it is open, also after the database was away. What is said meanwhile is lost: it
 * only ever says that a look is worth while now.
 */
export function listen(url: string, channels: readonly string[], hear: (channel: string, word: string) => void): Ear {
  let isOpen = true
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const made = new pg.Client(lastingConnection(url, 'keepfit listen'))
    client = made
    made.on('error', () => again(made))
    made.on('end', () => again(made))
    made.on('notification', ({ channel, payload }) => hear(channel, payload ?? ''))
    try {
      await made.connect()
      for (const channel of channels) await made.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch {
      again(made)
    }
  }

  function again(broken: pg.Client): void {
    if (client !== broken || !isOpen) return
    client = null
    broken.end().catch(() => undefined)
    timer = setTimeout(() => void connect(), AGAIN_MS)
  }

  void connect()
  return {
    async close() {
      isOpen = false
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}
