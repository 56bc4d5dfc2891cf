import pg from 'pg'
import { lastingConnection } from './address.ts'

/** Of several processes one at a time moves models on; who it is does not matter for what comes out. */
export interface Leadership {
  isLeader(): boolean
  resign(): Promise<void>
}

/** Any number: the lock of whoever schedules. */
const LOCK = 5_273_001
const TRY_MS = 2000

/**
 * Tries to lead for as long as it is asked to: the lock lives as long as its connection, so a process that dies leaves
 * the place to the next. Two leaders would do no harm but double work: each step names the revision it read.
 */
export function leadership(url: string, onChange: (isLeader: boolean) => void): Leadership {
  let isOpen = true
  let leads = false
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined

  function lost(broken: pg.Client): void {
    if (client !== broken) return
    client = null
    broken.end().catch(() => undefined)
    if (leads) onChange(false)
    leads = false
  }

  async function tryLead(): Promise<void> {
    try {
      if (client === null) {
        const made = new pg.Client(lastingConnection(url, 'keepfit leader'))
        made.on('error', () => lost(made))
        made.on('end', () => lost(made))
        client = made
        await made.connect()
      }
      if (!leads && client !== null) {
        const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK])
        leads = rows[0]?.got === true
        if (leads && isOpen) onChange(true)
      }
    } catch {
      if (client !== null) lost(client)
    }
    if (isOpen) timer = setTimeout(() => void tryLead(), TRY_MS)
  }

  void tryLead()
  return {
    isLeader: () => leads && isOpen,
    async resign() {
      isOpen = false
      clearTimeout(timer)
      leads = false
      await client?.end().catch(() => undefined)
    },
  }
}
